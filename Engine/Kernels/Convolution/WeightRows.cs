using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution;

/// <summary>Adds rows of weights to rows that lie further apart.</summary>
internal unsafe struct WeightRows : ISimdWork
{
    /// <summary>Rows end to end, and where they are added.</summary>
    public float* From, To;

    /// <summary>Rows, and floats in a row.</summary>
    public int Rows, Count;

    /// <summary>From row to row where they are added.</summary>
    public long Pitch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        for (int row = 0; row < Rows; row++)
        {
            float* from = From + (long)row * Count, to = To + row * Pitch;
            int i = 0;
            for (; i + TS.Count <= Count; i += TS.Count) TS.Store(TS.Add(TS.Load(to + i), TS.Load(from + i)), to + i);
            for (; i < Count; i++) to[i] += from[i];
        }
    }
}
