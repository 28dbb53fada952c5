using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>A fully connected layer, y = x W^T + b, as <c>torch.nn.Linear</c>.</summary>
public sealed class Linear : Module
{
    /// <summary>Makes the layer with PyTorch's default init: uniform on +-1/sqrt(inputs).</summary>
    /// <param name="inputs">Size of the input's last dimension.</param>
    /// <param name="outputs">Size of the output's last dimension.</param>
    /// <param name="rng">Where the first weights are drawn from.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public Linear(int inputs, int outputs, Rng rng, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(rng);
        if (inputs <= 0) throw new ArgumentOutOfRangeException(nameof(inputs), $"linear: inputs must be positive, got {inputs}.");
        if (outputs <= 0) throw new ArgumentOutOfRangeException(nameof(outputs), $"linear: outputs must be positive, got {outputs}.");
        Shape shape = new(outputs, inputs);
        Weight = AddParameter("weight", Init.Default(shape, rng));
        if (bias) Bias = AddParameter("bias", Init.DefaultBias(shape, rng), decays: false);
    }

    /// <summary>[outputs, inputs].</summary>
    public Tensor Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Check(input);
        return input.With(input.Rank - 1, Weight.Shape[0]);
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input) => (long)OutputShape(input).Count * Weight.Shape[1];

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x)
    {
        Check(x.Shape);
        return x.Linear(Weight, Bias);
    }

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming)
    {
        if (incoming is { } features && features != Weight.Shape[1])
            throw new ArgumentException($"{Where("linear")}: expects {Weight.Shape[1]} inputs, but the layer before gives {features}.", nameof(incoming));
        return Weight.Shape[0];
    }

    private void Check(Shape x)
    {
        if (x.Rank == 0 || x[^1] != Weight.Shape[1])
            throw new ArgumentException($"{Where("linear")}: expects {Weight.Shape[1]} inputs, got {x}; its last dimension must be the weight's {Weight.Shape} inputs.", nameof(x));
    }
}
