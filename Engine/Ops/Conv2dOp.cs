using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>2-D convolution.</summary>
public static class Conv2dOp
{
    /// <summary>2-D cross-correlation, as <c>torch.nn.functional.conv2d</c>: see <see cref="Conv2dGeometry"/> for the formula.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="weight">[O, C / groups, kH, kW].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="stride">Step between windows; null for 1.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="dilation">Step between taps; null for 1.</param>
    /// <param name="groups">Independent channel groups.</param>
    /// <returns>[N, O, OH, OW].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static Tensor Conv2d(this Tensor x, Tensor weight, Tensor? bias = null, Size2? stride = null, Padding2 padding = default, Size2? dilation = null, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        Conv2dGeometry geometry = Conv2dGeometry.Create(x.Shape, weight.Shape, stride ?? 1, padding, dilation ?? 1, groups);
        if (bias is not null && bias.Shape != new Shape(geometry.OutChannels))
            throw new ArgumentException($"conv2d: bias must have one value per output channel, shape [{geometry.OutChannels}], got {bias.Shape}.", nameof(bias));
        Tensor lanes = x.To(Layout.BatchLanes), y = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        using (Scratch packed = Scratch.Rent(Conv2dWeights.ForwardLength(geometry)))
        {
            ReadOnlySpan<float> weights = Conv2dWeights.PackForward(geometry, weight.AsSpan(), packed.Span);
            Conv2dKernel.Forward(geometry, lanes.Span, weights, bias is null ? [] : bias.Span, y.Span);
        }
        return bias is null
            ? Tensors.Node.IsNeeded(x, weight) ? new Node(geometry, lanes, x, weight).Attach(y) : y
            : Tensors.Node.IsNeeded(x, weight, bias) ? new Node(geometry, lanes, x, weight, bias).Attach(y) : y;
    }

    private sealed class Node(Conv2dGeometry geometry, Tensor lanes, params ReadOnlySpan<Tensor> inputs) : Tensors.Node("conv2d", inputs)
    {
        private readonly bool _hasBias = inputs.Length == 3;
        private Saved _x = lanes.Detach(), _weight = inputs[1];

        protected override void Backward(Tensor gradient)
        {
            Tensor x = _x.Get(Op), weight = _weight.Get(Op), dy = gradient.To(Layout.BatchLanes);
            bool bias = _hasBias && Needs(2);
            if (Needs(1) && bias) AddTo(1, dw => AddTo(2, db => Conv2dWeightKernel.BackwardWeight(geometry, x.Span, dy.Span, dw.Span, db.Span)));
            else if (Needs(1)) AddTo(1, dw => Conv2dWeightKernel.BackwardWeight(geometry, x.Span, dy.Span, dw.Span));
            else if (bias) AddTo(2, db => Conv2dWeightKernel.BackwardBias(geometry, dy.Span, db.Span));
            if (!Needs(0)) return;
            Tensor dx = Tensor.Empty(geometry.InputShape, Layout.BatchLanes);
            using (Scratch packed = Scratch.Rent(Conv2dWeights.InputLength(geometry)))
            {
                ReadOnlySpan<float> weights = Conv2dWeights.PackInput(geometry, weight.AsSpan(), packed.Span);
                Conv2dKernel.BackwardInput(geometry, dy.Span, weights, dx.Span);
            }
            Add(0, dx);
        }

        protected override void Free() => _x = _weight = default;
    }
}
