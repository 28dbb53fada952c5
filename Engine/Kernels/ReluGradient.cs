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

/// <summary>The same in place, over a piece just written, which is in the first cache.</summary>
internal unsafe struct ReluGradientPiece : ISimdWork
{
    /// <summary>The gradient, and the ReLU's result.</summary>
    public float* Dy, Y;

    /// <summary>Floats, whole vectors.</summary>
    public int Count;

    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV> => Run<TV, TS>(1, 0, 1, 0);

    /// <summary>Of runs in rows and columns that lie so far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>(int rows, long row, int columns, long column) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        long toY = Y - Dy;
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                for (float* dy = Dy + r * row + c * column, end = dy + Count; dy < end; dy += TS.Count) TS.Store(WithRelu.Of<TV, TS>(TS.Load(dy), TS.Load(dy + toY)), dy);
    }
}
