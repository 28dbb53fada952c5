namespace Engine.Ops;

/// <summary>How <see cref="GeluOp.Gelu"/> computes the normal distribution.</summary>
public enum GeluApproximation
{
    /// <summary>Exactly, by the error function.</summary>
    None,

    /// <summary>By 0.5 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).</summary>
    Tanh,
}
