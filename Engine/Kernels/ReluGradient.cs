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
