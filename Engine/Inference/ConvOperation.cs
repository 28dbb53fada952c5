using Engine.Kernels;
using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;

namespace Engine.Inference;

/// <summary>A convolution with what was folded into it; a fully connected layer is one whose kernel is the image.</summary>
internal sealed class ConvOperation : Operation
{
    private readonly double[] _weight, _bias;
    private readonly Dictionary<(int Rows, int Pitch), PinnedFloats> _packed = [];
    private double[] _tapShift = [];
    private PinnedFloats? _plain, _winograd, _winogradSingle, _sum;

    /// <summary>Makes the operation; the arrays become its own.</summary>
    /// <param name="geometry">The convolution of one image.</param>
    /// <param name="weight">[O, C / groups, kH, kW].</param>
    /// <param name="bias">[O].</param>
    public ConvOperation(in Conv2dGeometry geometry, double[] weight, double[] bias) => (Geometry, _weight, _bias) = (geometry, weight, bias);

    /// <summary>The convolution of one image.</summary>
    public Conv2dGeometry Geometry { get; }

    /// <summary>Whether it runs from <see cref="PlannedConv"/>, whatever the pitch of the channels; else from <see cref="Conv2dKernel"/>.</summary>
    public bool IsPlanned => Geometry.Groups == 1;

    /// <summary>Whether blocks of images go by Winograd's way.</summary>
    private bool IsWinograd => Winograd.Suits(Batch(BatchLanes.Step));

    /// <summary>Whether a single image does: no larger set of convolutions than those of <see cref="IsWinograd"/>, and their channels fill all vectors.</summary>
    private bool IsWinogradSingle => Winograd.SuitsSingles(Geometry);

    private int Area => Geometry.Kernel.Height * Geometry.Kernel.Width;

    /// <summary>Folds scale and shift of the result into weights and bias: scale * (W x + b) + shift.</summary>
    public void FoldAfter(double[] scale, double[] shift)
    {
        int each = _weight.Length / scale.Length;
        for (int i = 0; i < _weight.Length; i++) _weight[i] *= scale[i / each];
        for (int i = 0; i < _tapShift.Length; i++) _tapShift[i] *= scale[i / Area];
        for (int o = 0; o < scale.Length; o++) _bias[o] = _bias[o] * scale[o] + shift[o];
    }

    /// <summary>Whether scale and shift of the source can be folded in: with padding the shift reaches a sum only by the taps inside the image, so that the bias
    /// differs from position to position, which is not for every kernel.</summary>
    public bool CanFoldBefore => Geometry.Padding == default || (IsPlanned && !IsWinograd);

    /// <summary>Folds scale and shift of the source into weights and bias: W (scale x + shift) + b.</summary>
    public void FoldBefore(double[] scale, double[] shift)
    {
        int inputs = Geometry.InChannelsPerGroup, area = Area;
        _tapShift = new double[Geometry.OutChannels * area];
        for (int o = 0, at = 0; o < Geometry.OutChannels; o++)
            for (int c = o / Geometry.OutChannelsPerGroup * inputs, last = c + inputs; c < last; c++)
                for (int tap = 0; tap < area; tap++, at++)
                {
                    _tapShift[o * area + tap] += _weight[at] * shift[c];
                    _weight[at] *= scale[c];
                }
        if (Geometry.Padding != default) return;
        for (int i = 0; i < _tapShift.Length; i++) _bias[i / area] += _tapShift[i];
        _tapShift = [];
    }

    /// <inheritdoc/>
    public override unsafe Step For(int width, int sourcePitch, int targetPitch)
    {
        _plain ??= new PinnedFloats(_weight);
        if (!IsPlanned || (width > 1 ? IsWinograd : IsWinogradSingle)) return new GeneralStep(this, width);
        (int Rows, int Pitch) order = (width == 1 ? 1 : PlannedConv.TallestRows(Geometry, width), targetPitch);
        if (!_packed.TryGetValue(order, out PinnedFloats? packed)) _packed[order] = packed = PlannedConv.Pack(Geometry, width, targetPitch, _plain);
        return new PlannedStep(new PlannedConv(Geometry, width, packed, sourcePitch, targetPitch, _bias, _tapShift, Relu));
    }

    private Conv2dGeometry Batch(int images) =>
        Conv2dGeometry.Create(Geometry.InputShape.With(0, images), Geometry.WeightShape, Geometry.Stride, Geometry.Padding, Geometry.Dilation, Geometry.Groups);

    private sealed unsafe class PlannedStep(PlannedConv conv) : Step
    {
        public override void Run(float* source, float* second, float* target) => conv.Run(source, target);
    }

    /// <summary>Groups, and Winograd's way.</summary>
    private sealed unsafe class GeneralStep : Step
    {
        private readonly Conv2dGeometry _geometry;
        private readonly PinnedFloats _weights, _bias;
        private readonly bool _relu;

        public GeneralStep(ConvOperation conv, int width)
        {
            (_geometry, _bias, _relu) = (conv.Batch(width), conv._sum ??= new PinnedFloats(conv._bias), conv.Relu);
            ref PinnedFloats? kept = ref width > 1 ? ref conv._winograd : ref conv._winogradSingle;
            bool isKept = width > 1 ? conv.IsWinograd : conv.IsWinogradSingle;
            _weights = isKept && kept is { } known ? known : Pack(conv._plain!);
            if (isKept) kept = _weights;
        }

        public override void Run(float* source, float* second, float* target) =>
            Conv2dKernel.Forward(_geometry, new ReadOnlySpan<float>(source, _geometry.InputShape.Count), _weights.Span, _bias.Span, new Span<float>(target, _geometry.OutputShape.Count), _relu);

        private PinnedFloats Pack(PinnedFloats plain)
        {
            int length = Conv2dWeights.ForwardLength(_geometry);
            if (length == 0) return plain; // they serve as they are
            PinnedFloats packed = new(length);
            _ = Conv2dWeights.PackForward(_geometry, plain.Span, packed.Span);
            return packed;
        }
    }
}
