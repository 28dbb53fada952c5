using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels.Normalization;

namespace Engine.Kernels.Convolution;

/// <summary>The bias gradient of a 2-D convolution over <see cref="BatchLanes"/> activations.</summary>
internal static unsafe class Conv2dBiasKernel
{
    /// <summary>db += gradient: the sum of dy over images and pixels.</summary>
    public static void Backward(in Conv2dGeometry g, ReadOnlySpan<float> dy, Span<float> db)
    {
        Debug.Assert(dy.Length == g.OutputShape.Count && db.Length == g.OutChannels);
        ChannelParts parts = new(g.Batch, g.OutChannels, g.OutHeight * g.OutWidth);
        using Scratch partial = Scratch.Rent((long)parts.Count * g.OutChannels); // [part][o]
        fixed (float* pdy = dy)
        {
            BiasBody body = new() { Dy = pdy, Partial = partial.Pointer, Parts = parts, Channels = g.OutChannels };
            Work.For(parts.Count, 1, ref body);
        }
        for (int o = 0; o < g.OutChannels; o++)
        {
            double sum = 0;
            for (int part = 0; part < parts.Count; part++) sum += partial.Pointer[(long)part * g.OutChannels + o];
            db[o] += (float)sum;
        }
    }

    private struct BiasBody : IWorkBody
    {
        public ChannelParts Parts;
        public float* Dy, Partial;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            ChannelSum<PlainTerm> sum = new() { Term = new() { X = Dy }, Channels = Channels, To = Channels };
            for (int item = from; item < to; item++)
            {
                sum.Part = Parts[item];
                sum.Sums = Partial + (long)item * Channels;
                Simd.Dispatch(ref sum);
            }
        }
    }
}
