using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Single images whose result has few channels, an image's gradient above all: channels would fill no vector, so here neighbouring pixels of a row are
/// the lanes, those of all images side by side where images are small. For this the source is turned, row by row, from pixels of channels to channels of pixels.</summary>
internal unsafe struct Conv2dPixelLanes
{
    /// <summary>Fewer channels than this leave a vector of 256 bits partly empty.</summary>
    private const int Channels = 8;

    /// <summary>Lanes that are always computed together: what is left of a row is done again with its neighbours.</summary>
    private const int Lanes = 8;

    /// <summary>Rows of more pixels fill enough vectors alone, and many of them together would no longer stay in the cache.</summary>
    private const int SmallWidth = 32;

    /// <summary>The pass, and its source turned: [images that lie side by side][row][column mod Move][channel][column / Move][image].</summary>
    public Conv2dPass Pass;
    public float* Turned;

    /// <summary>Images that lie side by side: all of them, or one.</summary>
    private readonly int Together => Pass.SourceWidth <= SmallWidth ? BatchLanes.Singles(Pass.Batch) : 1;

    /// <summary>Whether the pass runs this way where enough pixels of a row see the same taps.</summary>
    public readonly bool IsNeeded => BatchLanes.Singles(Pass.Batch) > 0 && Pass.ResultGroup < Channels && Pass.Columns.Length * Together >= 2 * Lanes * Pass.Columns.Phase;

    /// <summary>Whether so many pixels are enough.</summary>
    public readonly bool Suits(int pixels) => pixels * Together >= Lanes;

    /// <summary>Columns of the source that are a step of the result apart.</summary>
    private readonly int Pitch => (Pass.SourceWidth + Pass.Columns.Move - 1) / Pass.Columns.Move;

    private readonly long RowSize => (long)Pass.SourceChannels * Pass.Columns.Move * Pitch * Together;

    /// <summary>Working memory for all single images.</summary>
    public readonly long Memory => SourceRows * RowSize;

    /// <summary>Number of rows to turn.</summary>
    public readonly int SourceRows => BatchLanes.Singles(Pass.Batch) / Together * Pass.SourceHeight;

    /// <summary>Turns one row of the source, of images that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Turn(int row)
    {
        int channels = Pass.SourceChannels, move = Pass.Columns.Move, together = Together, pitch = Pitch, image = row / Pass.SourceHeight * together;
        float* to = Turned + row * RowSize, source = Pass.Source + (BatchLanes.FirstSingle(Pass.Batch) + image) * Pass.SourceFeatures + (long)(row % Pass.SourceHeight) * Pass.SourceWidth * channels;
        if (together == 1)
            for (int phase = 0; phase < move && phase < Pass.SourceWidth; phase++, to += (long)channels * pitch)
                Transposition.Run(source + phase * channels, (long)move * channels, to, pitch, (Pass.SourceWidth - phase + move - 1) / move, channels);
        else
            for (int w = 0; w < Pass.SourceWidth; w++)
                Transposition.Run(source + (long)w * channels, Pass.SourceFeatures, to + ((long)(w % move) * channels * pitch + w / move) * together, (long)pitch * together, together, channels);
    }

    /// <summary>Working memory of <see cref="Row"/>.</summary>
    public readonly long RowMemory => (long)Pass.Columns.Length * Pass.ResultGroup * Together;

    /// <summary>Pixels from, a phase further, ... <paramref name="count"/> of them, in row i of all single images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Row(int i, int from, int count, long* tapsA, long* tapsB, float* result)
    {
        int rows = Pass.ResultGroup, together = Together, pitch = Pitch, lanes = count * together, whole = lanes - lanes % Lanes, left = lanes - Lanes;
        TapGemm gemm = new()
        {
            Begin = Pass.Begin(SumStart.RowBias), TapsA = tapsA, TapsB = tapsB, Taps = List(i, from, tapsA, tapsB), Depth = Pass.SourceGroup,
            ARow = 1, AStep = Pass.RowPitch, BStep = (long)pitch * together, CRow = lanes, Relu = Pass.Relu,
        };
        long step = (long)Pass.Columns.Phase * Pass.ResultChannels;
        for (int image = 0; image < BatchLanes.Singles(Pass.Batch); image += together)
            for (int group = 0; group < Pass.Groups; group++)
            {
                gemm.A = Pass.RowWeights + group * Pass.GroupWeights;
                gemm.B = Turned + image / together * Pass.SourceHeight * RowSize + (long)group * Pass.SourceGroup * pitch * together;
                gemm.C = result;
                gemm.Init = Pass.Bias == null ? null : Pass.Bias + group * rows;
                TapGemm.Run(gemm, rows, whole);
                if (whole < lanes)
                {
                    gemm.B += left;
                    gemm.C += left;
                    TapGemm.Run(gemm, rows, Lanes);
                }
                float* y = Pass.Result + (BatchLanes.FirstSingle(Pass.Batch) + image) * Pass.ResultFeatures + ((long)i * Pass.Columns.Length + from) * Pass.ResultChannels + group * rows;
                for (int n = 0; n < together; n++, y += Pass.ResultFeatures)
                    for (int r = 0; r < rows; r++)
                        for (int j = 0; j < count; j++) y[j * step + r] = result[r * lanes + j * together + n];
            }
    }

    private readonly int List(int i, int j, long* weights, long* sources)
    {
        TapAxis rows = Pass.Rows, columns = Pass.Columns;
        int taps = 0;
        for (int u = 0; u < rows.Count(i); u++)
        {
            long row = (rows.Source(i) + u * rows.SourceStep) * RowSize;
            int tap = (rows.First(i) + u * rows.TapStep) * Pass.Kernel.Width + columns.First(j), at = columns.Source(j);
            for (int v = 0; v < columns.Count(j); v++, tap += columns.TapStep, at += columns.SourceStep)
            {
                weights[taps] = (long)tap * Pass.SourceGroup * Pass.RowPitch;
                sources[taps++] = row + ((long)(at % columns.Move) * Pass.SourceChannels * Pitch + at / columns.Move) * Together;
            }
        }
        return taps;
    }
}
