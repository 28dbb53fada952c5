using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Random first values of weights, by PyTorch's formulas.</summary>
public static class Init
{
    /// <summary>Gain of ReLU: sqrt(2).</summary>
    public const double ReluGain = 1.4142135623730951;

    /// <summary>Gain of tanh: 5/3.</summary>
    public const double TanhGain = 5.0 / 3;

    /// <summary>Gain of leaky ReLU: sqrt(2 / (1 + slope^2)); slope sqrt(5) gives PyTorch's default init of Conv2d and Linear.</summary>
    /// <param name="negativeSlope">Slope for negative values.</param>
    public static double LeakyReluGain(double negativeSlope) => Math.Sqrt(2 / (1 + negativeSlope * negativeSlope));

    /// <summary>Inputs and outputs of one unit of a weight: [O, I] or [O, I, kH, kW].</summary>
    /// <param name="weight">Shape of the weight, rank 2 or more.</param>
    /// <exception cref="ArgumentException">Rank below 2.</exception>
    public static (int FanIn, int FanOut) Fans(Shape weight)
    {
        if (weight.Rank < 2) throw new ArgumentException($"init: fan in and fan out cannot be computed for a tensor with fewer than 2 dimensions, got {weight}.", nameof(weight));
        int taps = 1;
        foreach (int size in weight.Sizes[2..]) taps *= size;
        return (weight[1] * taps, weight[0] * taps);
    }

    /// <summary>PyTorch's default for the weights of Conv2d and Linear: kaiming uniform with slope sqrt(5), which is uniform on +-1/sqrt(fan in).</summary>
    /// <param name="shape">[O, I / groups, ...].</param>
    /// <param name="rng">Where the values are drawn from.</param>
    public static Tensor Default(Shape shape, Rng rng) => Uniform(shape, rng, DefaultBound(shape));

    /// <summary>PyTorch's default for their biases: uniform on +-1/sqrt(fan in of the weight).</summary>
    /// <param name="weight">Shape of the weight.</param>
    /// <param name="rng">Where the values are drawn from.</param>
    public static Tensor DefaultBias(Shape weight, Rng rng) => Uniform([weight[0]], rng, DefaultBound(weight));

    /// <summary>Uniform on +-gain * sqrt(3 / fan) (He et al. 2015).</summary>
    /// <param name="shape">[O, I, ...].</param>
    /// <param name="rng">Where the values are drawn from.</param>
    /// <param name="gain">Of the activation that follows.</param>
    /// <param name="fanOut">Keeps the variance of gradients rather than of activations.</param>
    public static Tensor KaimingUniform(Shape shape, Rng rng, double gain = ReluGain, bool fanOut = false) =>
        Uniform(shape, rng, gain * Math.Sqrt(3.0 / Fan(shape, fanOut)));

    /// <summary>Normal with standard deviation gain / sqrt(fan) (He et al. 2015).</summary>
    /// <param name="shape">[O, I, ...].</param>
    /// <param name="rng">Where the values are drawn from.</param>
    /// <param name="gain">Of the activation that follows.</param>
    /// <param name="fanOut">Keeps the variance of gradients rather than of activations.</param>
    public static Tensor KaimingNormal(Shape shape, Rng rng, double gain = ReluGain, bool fanOut = false) =>
        Tensor.Normal(shape, rng, mean: 0, std: (float)(gain / Math.Sqrt(Fan(shape, fanOut))));

    /// <summary>Uniform on +-gain * sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010).</summary>
    /// <param name="shape">[O, I, ...].</param>
    /// <param name="rng">Where the values are drawn from.</param>
    /// <param name="gain">Of the activation that follows.</param>
    public static Tensor XavierUniform(Shape shape, Rng rng, double gain = 1)
    {
        (int fanIn, int fanOut) = Fans(shape);
        return Uniform(shape, rng, gain * Math.Sqrt(6.0 / (fanIn + fanOut)));
    }

    /// <summary>Normal with standard deviation gain * sqrt(2 / (fan in + fan out)) (Glorot and Bengio 2010).</summary>
    /// <param name="shape">[O, I, ...].</param>
    /// <param name="rng">Where the values are drawn from.</param>
    /// <param name="gain">Of the activation that follows.</param>
    public static Tensor XavierNormal(Shape shape, Rng rng, double gain = 1)
    {
        (int fanIn, int fanOut) = Fans(shape);
        return Tensor.Normal(shape, rng, mean: 0, std: (float)(gain * Math.Sqrt(2.0 / (fanIn + fanOut))));
    }

    private static int Fan(Shape shape, bool fanOut) => fanOut ? Fans(shape).FanOut : Fans(shape).FanIn;

    private static double DefaultBound(Shape weight) => 1 / Math.Sqrt(Math.Max(1, Fans(weight).FanIn));

    private static Tensor Uniform(Shape shape, Rng rng, double bound) => Tensor.Uniform(shape, rng, (float)-bound, (float)bound);
}
