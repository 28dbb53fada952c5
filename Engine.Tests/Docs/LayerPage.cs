using Engine;
using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;

namespace Elsewhere;

/// <summary>Adds a learned number to each channel of [N, C, H, W].</summary>
public sealed class ChannelShift : Module
{
    public ChannelShift(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Shift = AddParameter("shift", Tensor.Zeros([1, channels, 1, 1]), decays: false);
    }

    public Tensor Shift { get; }

    public override Shape OutputShape(Shape input) => input;

    protected override Tensor ForwardCore(Tensor x) => x.Add(Shift);
}

/// <summary>x and inner(x) side by side, as channels.</summary>
public sealed class Beside : Module
{
    public Beside(Module inner) => AddChild("inner", inner);

    private Module Inner => Children[0].Module;

    public override Shape OutputShape(Shape input)
    {
        Shape inner = Inner.OutputShape(input);
        return [inner[0], input[1] + inner[1], .. inner.Sizes[2..]];
    }

    public override long MultiplyAdds(Shape input) => Inner.MultiplyAdds(input);

    protected override Tensor ForwardCore(Tensor x) => Tensor.Cat([x, Inner.Forward(x)], dim: 1);
}
