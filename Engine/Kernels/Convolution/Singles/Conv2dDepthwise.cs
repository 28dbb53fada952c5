using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Single images of a depthwise convolution: every channel by itself, so the channels are the lanes of source, weights and result alike.</summary>
internal unsafe struct Conv2dDepthwise : ISimdWork
{
    /// <summary>The pass; its weights are [tap][channel].</summary>
    public Conv2dPass Pass;

    /// <summary>The rows <see cref="Run"/> does: the first of them, and how many, a phase apart, which see the same kernel rows.</summary>
    public int Top, Count;

    /// <summary>Offsets of the taps in weights and source, working memory.</summary>
    public long* TapsA, TapsB;

    /// <summary>Whether a convolution of such groups runs this way: not where a tile of pixels of one channel would be more than a vector of channels.</summary>
    public static bool Suits(int groups, int inputsPerGroup, int outputsPerGroup) => inputsPerGroup == 1 && outputsPerGroup == 1 && groups >= 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = Pass.Groups, images = BatchLanes.Singles(Pass.Batch);
        long move = (long)Pass.Columns.Move * channels, step = (long)Pass.Columns.Phase * channels, down = (long)Pass.Rows.Move * Pass.SourceWidth * channels;
        for (int phase = 0; phase < Math.Min(Pass.Columns.Phase, Pass.Columns.Length); phase++)
            for (int from = phase, to; from < Pass.Columns.Length; from = to)
            {
                to = Pass.Columns.End(from);
                (int taps, _) = Pass.List(Top, from, channels, channels, TapsA, TapsB);
                for (int image = BatchLanes.FirstSingle(Pass.Batch); image < Pass.Batch; image++)
                    for (int i = 0; i < Count; i++)
                    {
                        float* source = Pass.Source + image * Pass.SourceFeatures + i * down;
                        float* result = Pass.Result + image * Pass.ResultFeatures + ((long)(Top + i * Pass.Rows.Phase) * Pass.Columns.Length + from) * channels;
                        int j = from;
                        for (; j + 3 * Pass.Columns.Phase < to; j += 4 * Pass.Columns.Phase, source += 4 * move, result += 4 * step)
                        {
                            int c = 0;
                            for (; c + TS.Count <= channels; c += TS.Count) Four<TV, TS>(source + c, move, taps, c, result + c, step);
                            for (; c < channels; c++) Four<float, Simd1>(source + c, move, taps, c, result + c, step);
                        }
                        for (; j < to; j += Pass.Columns.Phase, source += move, result += step)
                        {
                            int c = 0;
                            for (; c + TS.Count <= channels; c += TS.Count) One<TV, TS>(source + c, taps, c, result + c);
                            for (; c < channels; c++) One<float, Simd1>(source + c, taps, c, result + c);
                        }
                    }
            }
    }

    /// <summary>Four pixels: each waits for its own sum alone, and a weight is read once for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Four<TV, TS>(float* source, long move, int taps, int c, float* result, long step) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV first = Pass.Bias == null ? default : TS.Load(Pass.Bias + c), second = first, third = first, fourth = first;
        float* weights = Pass.RowWeights + c;
        for (int t = 0; t < taps; t++)
        {
            TV weight = TS.Load(weights + TapsA[t]);
            float* x = source + TapsB[t];
            first = TS.Fma(TS.Load(x), weight, first);
            second = TS.Fma(TS.Load(x + move), weight, second);
            third = TS.Fma(TS.Load(x + 2 * move), weight, third);
            fourth = TS.Fma(TS.Load(x + 3 * move), weight, fourth);
        }
        Finish<TV, TS>(first, result);
        Finish<TV, TS>(second, result + step);
        Finish<TV, TS>(third, result + 2 * step);
        Finish<TV, TS>(fourth, result + 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void One<TV, TS>(float* source, int taps, int c, float* result) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV sum = Pass.Bias == null ? default : TS.Load(Pass.Bias + c);
        for (int t = 0; t < taps; t++) sum = TS.Fma(TS.Load(source + TapsB[t]), TS.Load(Pass.RowWeights + c + TapsA[t]), sum);
        Finish<TV, TS>(sum, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish<TV, TS>(TV sum, float* result) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Store(Pass.Relu ? TS.Max(sum, default) : sum, result);
}
