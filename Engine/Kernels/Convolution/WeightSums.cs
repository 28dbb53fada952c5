using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution;

/// <summary>The end of a weight gradient: the parts of the sum, [group][tap][c][o] each, are added in order and go to dw, [O, C/g, kH, kW].</summary>
internal static unsafe class WeightSums
{
    /// <summary>Output channels that go together: a cache line of the parts.</summary>
    private const int Chunk = 16;

    /// <summary>Weights in a piece of work: some 1 us, and as long where another core has just written a part.</summary>
    private const int PieceSize = 2_000;

    /// <summary>dw += part 0 + part 1 + ..., which lie <paramref name="pitch"/> floats apart, with <paramref name="row"/> floats for the output channels of a group.</summary>
    public static void AddTo(in Conv2dGeometry g, float* parts, int count, float* dw, long pitch, int row)
    {
        int chunks = (g.OutChannelsPerGroup + Chunk - 1) / Chunk;
        Body body = new() { Sums = parts, Parts = count, Dw = dw, Inputs = g.InChannelsPerGroup, Outputs = g.OutChannelsPerGroup, Taps = g.Kernel.Height * g.Kernel.Width, Chunks = chunks, Pitch = pitch, Row = row };
        Work.For(g.Groups * chunks, 1 + PieceSize / Math.Max(1, g.WeightShape.Count / (g.Groups * chunks)), ref body);
    }

    /// <summary>An item is some output channels of one group.</summary>
    private struct Body : IWorkBody, ISimdWork
    {
        public float* Sums, Dw;
        public int Parts, Inputs, Outputs, Taps, Chunks, Row;
        public long Pitch;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int features = Taps * Inputs;
            using Scratch memory = Scratch.Rent(2L * Chunk * features);
            float* sums = memory.Pointer, turned = sums + (long)Chunk * features; // [c][tap][o], [o][c][tap]
            for (int item = _from; item < _to; item++)
            {
                int first = item % Chunks * Chunk, count = Math.Min(Chunk, Outputs - first), wide = Math.Min(Chunk, Row - first); // rows may be filled up to whole vectors
                long group = (long)(item / Chunks) * Outputs * features;
                float* part = Sums + (long)(item / Chunks) * Row * features + first;
                for (int tap = 0; tap < Taps; tap++)
                    for (int c = 0; c < Inputs; c++, part += Row) Gather<TV, TS>(part, sums + (long)(c * Taps + tap) * Chunk, wide);
                Transposition.Run(sums, Chunk, turned, features, features, wide);
                Add<TV, TS>(turned, Dw + group + (long)first * features, (long)count * features);
            }
        }

        /// <summary>The sum over the parts of a few neighbours.</summary>
        private readonly void Gather<TV, TS>(float* part, float* sum, int count) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int o = 0;
            for (; o + TS.Count <= count; o += TS.Count)
            {
                TV total = TS.Load(part + o);
                for (int p = 1; p < Parts; p++) total = TS.Add(total, TS.Load(part + p * Pitch + o));
                TS.Store(total, sum + o);
            }
            for (; o < count; o++)
            {
                float total = part[o];
                for (int p = 1; p < Parts; p++) total += part[p * Pitch + o];
                sum[o] = total;
            }
        }

        private static void Add<TV, TS>(float* from, float* to, long count) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            long i = 0;
            for (; i + TS.Count <= count; i += TS.Count) TS.Store(TS.Add(TS.Load(to + i), TS.Load(from + i)), to + i);
            for (; i < count; i++) to[i] += from[i];
        }
    }
}
