using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What becomes of a gradient that may belong to the result of a ReLU.</summary>
internal interface IReluGradient
{
    /// <summary>Whether there is a ReLU.</summary>
    static abstract bool IsRelu { get; }

    /// <summary>The gradient of the ReLU's input, given its result.</summary>
    static abstract TV Of<TV, TS>(TV dy, TV y) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>No ReLU: the gradient as it is.</summary>
internal readonly struct NoRelu : IReluGradient
{
    public static bool IsRelu => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Of<TV, TS>(TV dy, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => dy;
}

/// <summary>dy where y &gt; 0 or NaN, else 0. Twice is as good as once.</summary>
internal readonly struct WithRelu : IReluGradient
{
    public static bool IsRelu => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Of<TV, TS>(TV dy, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.IfEqual(y, TS.Create(0), TS.Create(0), dy);
}

/// <summary>The gradient of a ReLU's input, given that of its result (a) and the result (b).</summary>
internal readonly struct ReluGradientMap : IElementwise
{
    public TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => WithRelu.Of<TV, TS>(a, b);
}

/// <summary>The same in place, over a short piece.</summary>
internal unsafe struct ReluGradientPiece : ISimdWork
{
    public float* Dy, Y;
    public int Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int i = 0;
        for (; i + TS.Count <= Count; i += TS.Count) TS.Store(WithRelu.Of<TV, TS>(TS.Load(Dy + i), TS.Load(Y + i)), Dy + i);
        for (; i < Count; i++) Dy[i] = WithRelu.Of<float, Simd1>(Dy[i], Y[i]);
    }
}
