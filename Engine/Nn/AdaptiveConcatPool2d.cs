using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Maxima and means of the same windows side by side, twice the channels: fastai's <c>AdaptiveConcatPool2d</c>, cat[max, avg].</summary>
/// <param name="outputSize">Rows and columns of the output; 1 is global pooling.</param>
public sealed class AdaptiveConcatPool2d(Size2 outputSize) : Module
{
    private const string Op = "adaptive_concat_pool2d";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Shape pooled = Pool2dGeometry.CreateAdaptive(Where(Op), input, outputSize).OutputShape;
        return [pooled[0], checked(2 * pooled[1]), pooled[2], pooled[3]];
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x)
    {
        _ = OutputShape(x.Shape); // its own name in messages
        return Tensor.Cat([x.AdaptiveMaxPool2d(outputSize), x.AdaptiveAvgPool2d(outputSize)], dim: 1);
    }

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming) => 2 * incoming;
}
