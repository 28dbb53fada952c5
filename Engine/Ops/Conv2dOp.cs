using Engine.Kernels;
using Engine.Kernels.Convolution;
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
    public static Tensor Conv2d(this Tensor x, Tensor weight, Tensor? bias = null, Size2? stride = null, Padding2 padding = default, Size2? dilation = null, int groups = 1) =>
        Apply(x, weight, bias, stride ?? 1, padding, dilation ?? 1, groups, relu: false);

    /// <summary><see cref="Conv2d"/>, and the ReLU of it where asked for, which is left to a reader if there is one: the same bits as one after the other.</summary>
    internal static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, Size2 stride, Padding2 padding, Size2 dilation, int groups, bool relu,
        IOutputReader? reader = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        Conv2dGeometry geometry = Conv2dGeometry.Create(x.Shape, weight.Shape, stride, padding, dilation, groups);
        if (bias is not null && bias.Shape != new Shape(geometry.OutChannels))
            throw new ArgumentException($"conv2d: bias must have one value per output channel, shape [{geometry.OutChannels}], got {bias.Shape}.", nameof(bias));
        Tensor lanes = x.To(Layout.BatchLanes), y = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        using (Scratch packed = Scratch.Rent(Conv2dWeights.ForwardLength(geometry)))
        {
            ReadOnlySpan<float> weights = Conv2dWeights.PackForward(geometry, weight.AsSpan(), packed.Span);
            Conv2dKernel.Forward(geometry, lanes.Span, weights, bias is null ? [] : bias.Span, y.Span, relu && reader is null);
        }
        if (relu) reader?.ReadAndRectify(y);
        return Node.IsNeeded(x, weight, bias) ? Workspace.Rent<Node>().Set(geometry, lanes.Detach(), weight, relu ? y.Detach() : null).Attach(y, x, weight, bias) : y;
    }

    private sealed class Node : Tensors.Node
    {
        private Conv2dGeometry _geometry;
        private Saved _x, _weight, _y;
        private bool _relu;

        public override string Op => "conv2d";

        public override bool IsRectified => _relu;

        /// <param name="geometry">The convolution.</param>
        /// <param name="lanes">The input.</param>
        /// <param name="weight">The weights.</param>
        /// <param name="rectified">The result where a ReLU is part of it, else null.</param>
        public Node Set(in Conv2dGeometry geometry, Tensor lanes, Tensor weight, Tensor? rectified)
        {
            (_geometry, _x, _weight, _relu) = (geometry, lanes, weight, rectified is not null);
            if (rectified is not null) _y = rectified;
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor x = _x.Get(Op), weight = _weight.Get(Op);
            bool ours = GradientIsOurs;
            Tensor dy = _relu && !GradientIsRectified ? ReluOp.Gradient(gradient, _y.Get(Op), ref ours) : gradient.To(Layout.BatchLanes);
            Tensor? dw = Needs(1) ? Sum(1) : null, db = Needs(2) ? Sum(2) : null;
            if (dw is not null) Conv2dWeightKernel.BackwardWeight(_geometry, x.Span, dy.Span, dw.Span, db is null ? [] : db.Span);
            else if (db is not null) Conv2dBiasKernel.Backward(_geometry, dy.Span, db.Span);
            if (dw is not null) Add(1, dw);
            if (db is not null) Add(2, db);
            if (!Needs(0)) return;
            if (PixelGrid.Suits(_geometry))
            {
                AtGrid(dy, weight, x);
                return;
            }
            Tensor dx = Tensor.Empty(_geometry.InputShape, Layout.BatchLanes);
            using (Scratch packed = Scratch.Rent(Conv2dWeights.InputLength(_geometry)))
            {
                ReadOnlySpan<float> weights = Conv2dWeights.PackInput(_geometry, weight.AsSpan(), packed.Span);
                Conv2dKernel.BackwardInput(_geometry, dy.Span, weights, dx.Span, rectified: InputIsRectified(0) ? x.Span : []);
            }
            Add(0, dx, rectified: InputIsRectified(0));
        }

        /// <summary>The gradient of a 1 x 1 convolution's input, at the pixels it sees.</summary>
        private void AtGrid(Tensor dy, Tensor weight, Tensor x)
        {
            PixelGrid places = new(_geometry);
            Conv2dGeometry dense = places.Dense;
            Tensor dx = Tensor.Empty(dense.InputShape, Layout.BatchLanes);
            using (Scratch packed = Scratch.Rent(Conv2dWeights.InputLength(dense)))
            {
                ReadOnlySpan<float> weights = Conv2dWeights.PackInput(dense, weight.AsSpan(), packed.Span);
                Conv2dKernel.BackwardInput(dense, dy.Span, weights, dx.Span);
            }
            if (InputIsRectified(0)) places.Rectify(dx.Span, x.Span);
            AddAtGrid(0, dx, places, rectified: InputIsRectified(0));
        }

        protected override void Free() => _x = _weight = _y = default;
    }
}
