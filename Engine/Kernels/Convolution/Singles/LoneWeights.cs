using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The weight gradient of a lone input channel, 3 x 3 or 5 x 5 taps, from its padded plane: the sums of all taps and one or two vectors of output channels stay in registers
/// while pixels go by, 20 or 26 of the 32 there are. No column is written, and dy is read as it lies.</summary>
/// <remarks>The sums are those of <see cref="Conv2dWeightColumns"/>: chains of so many pixels, added up. The sum before those of the taps is that of dy alone, the gradient of the bias.</remarks>
internal unsafe struct LoneWeights
{
    /// <summary>Output channels at most: their sums are added up on one thread.</summary>
    private const int MostChannels = 64;

    /// <summary>Channels that are the least vector.</summary>
    private const int LeastChannels = 8;

    /// <summary>The window of the first pixel of the first row in the plane; dy of it, [pixel][channel].</summary>
    public float* Plane, Dy;

    /// <summary>A chain that is not at its end, and the sums of those that are; [1, tap][channel].</summary>
    public float* Chain, Sums;

    /// <summary>In the plane from a pixel to the next, from a row of pixels to the next, from a kernel row to the next.</summary>
    public long Step, Row, Down;

    /// <summary>Pixels of a row, and output channels.</summary>
    public int Width, Channels;

    /// <summary>Whether the kernel has 25 taps, not nine.</summary>
    public bool IsLarge;

    /// <summary>Whether a chain begins, whether it ends, and whether it is the first one that does.</summary>
    public bool Begins, Ends, IsFirst;

    /// <summary>Whether there is a tile for such a convolution.</summary>
    public static bool Suits(in Conv2dGeometry g) => Avx512F.VL.IsSupported && g.InChannels == 1 && (g.Kernel is { Height: 3, Width: 3 } or { Height: 5, Width: 5 }) && g.Dilation.Width == 1
        && g.OutChannels <= MostChannels && g.OutChannels % LeastChannels == 0;

    /// <summary>Multiply-adds of vectors for all single images.</summary>
    public static long Products(in Conv2dGeometry g) => (long)BatchLanes.Singles(g.Batch) * g.OutHeight * g.OutWidth * (g.Kernel.Height * g.Kernel.Width + 1) * ((g.OutChannels + Simd512.Count - 1) / Simd512.Count);

    /// <summary>The sums of some output rows of all single images, [1, tap][channel]: chains of <paramref name="chain"/> pixels, added up.</summary>
    public static void Sum(in Conv2dGeometry g, float* x, float* dy, float* sums, int chain, int firstRow, int endRow)
    {
        ChannelPlanes planes = new(g, 1) { X = x };
        using Scratch memory = Scratch.Rent(planes.Memory + (g.Kernel.Height * g.Kernel.Width + 1) * g.OutChannels);
        planes.Planes = memory.Pointer;
        int firstImage = BatchLanes.FirstSingle(g.Batch), left = chain;
        LoneWeights lone = new()
        {
            Plane = planes.Planes, Step = g.Stride.Width, Row = (long)g.Stride.Height * planes.Width, Down = (long)g.Dilation.Height * planes.Width, Width = g.OutWidth, Channels = g.OutChannels,
            IsLarge = g.Kernel.Width == 5, Chain = memory.Pointer + planes.Memory, Sums = sums, IsFirst = true, Dy = dy + ((long)firstImage * g.OutHeight + firstRow) * g.OutWidth * g.OutChannels,
        };
        for (int row = firstRow, end; row < endRow; row = end)
        {
            end = Math.Min(Math.Min(endRow, row + planes.MostRows), (row / g.OutHeight + 1) * g.OutHeight);
            planes.Turn(firstImage + row / g.OutHeight, row % g.OutHeight, end - row);
            int pixels = (end - row) * g.OutWidth;
            for (int at = 0, count; at < pixels; at += count)
            {
                count = Math.Min(left, pixels - at);
                lone.Begins = left == chain;
                lone.Ends = count == left || (end == endRow && at + count == pixels);
                lone.Run(at, count);
                left = lone.Ends ? chain : left - count;
                lone.IsFirst &= !lone.Ends;
            }
            lone.Dy += (long)pixels * g.OutChannels;
        }
    }

    /// <summary>Goes over <paramref name="count"/> pixels from <paramref name="first"/> on.</summary>
    private readonly void Run(int first, int count)
    {
        int lane = 0;
        for (; lane + Simd512.Count <= Channels; lane += Simd512.Count)
            if (IsLarge) LoneTwentyFive.Tile25x1<Vector512<float>, Simd512>(this, first, count, lane);
            else if (lane + 2 * Simd512.Count > Channels) LoneNine.Tile9x1<Vector512<float>, Simd512>(this, first, count, lane);
            else
            {
                LoneNine.Tile9x2<Vector512<float>, Simd512>(this, first, count, lane);
                lane += Simd512.Count;
            }
        if (lane == Channels) return;
        if (IsLarge) LoneTwentyFive.Tile25x1<Vector256<float>, Simd256>(this, first, count, lane);
        else LoneNine.Tile9x1<Vector256<float>, Simd256>(this, first, count, lane);
    }

    /// <summary>dw [o][tap] += the parts' sums, db += those of dy; parts lie a pitch apart and are added in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTo(in Conv2dGeometry g, float* sums, int parts, long pitch, float* dw, float* db)
    {
        int taps = g.Kernel.Height * g.Kernel.Width, channels = g.OutChannels;
        float* turned = stackalloc float[25 * MostChannels];
        for (int i = 0; i < (taps + 1) * channels; i += Simd256.Count)
        {
            Vector256<float> sum = Simd256.Load(sums + i);
            for (int part = 1; part < parts; part++) sum = Simd256.Add(sum, Simd256.Load(sums + i + part * pitch));
            Simd256.Store(sum, sums + i);
        }
        Transposition.Run(sums + channels, channels, turned, taps, taps, channels);
        for (int i = 0; i < taps * channels; i += Simd256.Count) Simd256.Store(Simd256.Add(Simd256.Load(dw + i), Simd256.Load(turned + i)), dw + i);
        for (int o = 0; db != null && o < channels; o++) db[o] += sums[o];
    }

    /// <summary>A sum to its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TV, TS>(TV sum, float* to, bool adds) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Store(adds ? TS.Add(TS.Load(to), sum) : sum, to);
}
