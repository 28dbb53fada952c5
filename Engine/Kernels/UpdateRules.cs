using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Stochastic gradient descent; state a: the momentum buffer, if there is one.</summary>
internal struct SgdRule : IUpdateRule
{
    /// <summary>-1 to ascend.</summary>
    public float Sign;

    /// <summary>Coupled weight decay: what part of the parameter is added to the gradient.</summary>
    public float L2;

    /// <summary>1 - learning rate * decoupled weight decay.</summary>
    public float Keep;

    /// <summary>How much of the buffer stays, and how much of the gradient comes in: 0 and 1 at the first step.</summary>
    public float BufferFactor, GradientFactor;

    /// <summary>The momentum nesterov looks ahead with.</summary>
    public float Momentum;
    public float MinusRate;
    public bool HasBuffer, Nesterov;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TV Invoke<TV, TS>(TV p, TV g, ref TV a, ref TV b, ref TV c) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        g = TS.Fma(TS.Create(L2), p, TS.Multiply(TS.Create(Sign), g));
        if (HasBuffer)
        {
            a = TS.Fma(TS.Create(GradientFactor), g, TS.Multiply(TS.Create(BufferFactor), a));
            g = Nesterov ? TS.Fma(TS.Create(Momentum), a, g) : a;
        }
        return TS.Fma(TS.Create(MinusRate), g, TS.Multiply(TS.Create(Keep), p));
    }
}

/// <summary>Adam; state a: mean of the gradient, b: mean of its square, c: the largest b so far (amsgrad only).</summary>
internal struct AdamRule : IUpdateRule
{
    /// <summary>Coupled weight decay: what part of the parameter is added to the gradient.</summary>
    public float L2;

    /// <summary>1 - learning rate * decoupled weight decay.</summary>
    public float Keep;
    public float Beta1, OneMinusBeta1, Beta2, OneMinusBeta2, Epsilon;

    /// <summary>1 / sqrt(1 - beta2^t).</summary>
    public float RootScale;

    /// <summary>-(learning rate) / (1 - beta1^t).</summary>
    public float MinusStep;
    public bool Amsgrad;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TV Invoke<TV, TS>(TV p, TV g, ref TV a, ref TV b, ref TV c) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        g = TS.Fma(TS.Create(L2), p, g);
        a = TS.Fma(TS.Create(OneMinusBeta1), g, TS.Multiply(TS.Create(Beta1), a));
        b = TS.Fma(TS.Multiply(TS.Create(OneMinusBeta2), g), g, TS.Multiply(TS.Create(Beta2), b));
        if (Amsgrad) c = TS.Max(c, b);
        TV denominator = TS.Fma(TS.Sqrt(Amsgrad ? c : b), TS.Create(RootScale), TS.Create(Epsilon));
        return TS.Fma(TS.Create(MinusStep), TS.Divide(a, denominator), TS.Multiply(TS.Create(Keep), p));
    }
}

/// <summary>RMSprop; state a: mean of the squared gradient, b: mean of the gradient (centered only), c: the momentum buffer (momentum only).</summary>
internal struct RmsPropRule : IUpdateRule
{
    /// <summary>Coupled weight decay: what part of the parameter is added to the gradient.</summary>
    public float L2;
    public float Alpha, OneMinusAlpha, Epsilon, Momentum, MinusRate;
    public bool Centered, HasBuffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TV Invoke<TV, TS>(TV p, TV g, ref TV a, ref TV b, ref TV c) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        g = TS.Fma(TS.Create(L2), p, g);
        a = TS.Fma(TS.Multiply(TS.Create(OneMinusAlpha), g), g, TS.Multiply(TS.Create(Alpha), a));
        TV variance = a;
        if (Centered)
        {
            b = TS.Fma(TS.Create(OneMinusAlpha), g, TS.Multiply(TS.Create(Alpha), b));
            variance = TS.Max(TS.Fma(TS.Negate(b), b, a), TS.Create(0)); // rounding takes it below 0 where the gradient hardly changes: PyTorch's NaN
        }
        TV step = TS.Divide(g, TS.Add(TS.Sqrt(variance), TS.Create(Epsilon)));
        if (HasBuffer) step = c = TS.Fma(TS.Create(Momentum), c, step);
        return TS.Fma(TS.Create(MinusRate), step, p);
    }
}

/// <summary>fastai's RMSprop, which averages the gradient and not the step; state a: mean square of the gradient, b: buffer of the gradient.</summary>
internal struct FastaiRmsPropRule : IUpdateRule
{
    /// <summary>Coupled weight decay: what part of the parameter is added to the gradient.</summary>
    public float L2;

    /// <summary>1 - learning rate * decoupled weight decay.</summary>
    public float Keep;
    public float SquareMomentum, OneMinusSquareMomentum, Epsilon, Momentum, MinusRate;
    public bool HasBuffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TV Invoke<TV, TS>(TV p, TV g, ref TV a, ref TV b, ref TV c) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        g = TS.Fma(TS.Create(L2), p, g);
        a = TS.Fma(TS.Multiply(TS.Create(OneMinusSquareMomentum), g), g, TS.Multiply(TS.Create(SquareMomentum), a));
        if (HasBuffer) g = b = TS.Fma(TS.Create(Momentum), b, g);
        return TS.Fma(TS.Create(MinusRate), TS.Divide(g, TS.Add(TS.Sqrt(a), TS.Create(Epsilon))), TS.Multiply(TS.Create(Keep), p));
    }
}
