using Engine.Kernels;
using Engine.Kernels.Normalization;
using Engine.Kernels.Pooling;

namespace Engine.Inference;

/// <summary>x * scale + shift, one of each a channel.</summary>
internal sealed class AffineOperation(double[] scale, double[] shift, View view) : Operation
{
    /// <summary>One a channel.</summary>
    public double[] Scale => scale;

    /// <summary>One a channel.</summary>
    public double[] Shift => shift;

    /// <inheritdoc/>
    public override bool IsInPlace => true;

    /// <inheritdoc/>
    public override Step For(int width, int sourcePitch, int targetPitch)
    {
        PinnedFloats scales = new(targetPitch), shifts = new(targetPitch), none = new(targetPitch);
        for (int c = 0; c < scale.Length; c++) (scales.Span[c], shifts.Span[c]) = ((float)scale[c], (float)shift[c]);
        return new AffineStep(width, targetPitch, view.Plane, none, scales, shifts, Relu);
    }

    private sealed unsafe class AffineStep(int width, int channels, int plane, PinnedFloats means, PinnedFloats scales, PinnedFloats shifts, bool relu) : Step
    {
        public override void Run(float* source, float* second, float* target)
        {
            int count = width * channels * plane;
            BatchNormKernel.Normalize(new ReadOnlySpan<float>(source, count), width, channels, plane, means.Span, scales.Span, shifts.Span, new Span<float>(target, count), relu);
        }
    }
}

/// <summary>max(x, 0).</summary>
internal sealed class ReluOperation(View view) : Operation
{
    /// <inheritdoc/>
    public override bool IsInPlace => true;

    /// <inheritdoc/>
    public override Step For(int width, int sourcePitch, int targetPitch) => new ReluStep((int)view.Floats(width, targetPitch));

    private sealed unsafe class ReluStep(int count) : Step
    {
        public override void Run(float* source, float* second, float* target) => Elementwise.Map(default(Rectify), new ReadOnlySpan<float>(source, count), new Span<float>(target, count));
    }

    private struct Rectify : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Max(a, default);
    }
}

/// <summary>The sum of two values.</summary>
internal sealed class AddOperation(int second, View view) : Operation
{
    /// <inheritdoc/>
    public override int Second => second;

    /// <inheritdoc/>
    public override bool IsInPlace => true;

    /// <inheritdoc/>
    public override Step For(int width, int sourcePitch, int targetPitch) => new AddStep((int)view.Floats(width, targetPitch), Relu);

    private sealed unsafe class AddStep(int count, bool relu) : Step
    {
        public override void Run(float* source, float* second, float* target)
        {
            ReadOnlySpan<float> a = new(source, count), b = new(second, count);
            if (relu) Elementwise.Map(default(AddRectify), a, b, new Span<float>(target, count));
            else Elementwise.Map(default(Add), a, b, new Span<float>(target, count));
        }
    }

    private struct Add : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(a, b);
    }

    private struct AddRectify : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Max(TS.Add(a, b), default);
    }
}

/// <summary>Maxima or means of windows.</summary>
internal sealed class PoolOperation(PoolLayer layer, View view) : Operation
{
    /// <inheritdoc/>
    public override bool CanRectify => false;

    /// <inheritdoc/>
    public override Step For(int width, int sourcePitch, int targetPitch)
    {
        Pool2dGeometry geometry = layer.Pooling.Geometry((view with { Channels = width == 1 ? sourcePitch : view.Channels }).Image(width));
        PinnedFloats? divisors = layer.Pooling.IsMaximum ? null : new PinnedFloats(geometry.OutHeight * geometry.OutWidth);
        for (int at = 0; at < divisors?.Length; at++) divisors.Span[at] = layer.Pooling.Divisor(geometry, at);
        return new PoolStep(geometry, divisors);
    }

    private sealed unsafe class PoolStep(Pool2dGeometry geometry, PinnedFloats? divisors) : Step
    {
        public override void Run(float* source, float* second, float* target)
        {
            ReadOnlySpan<float> x = new(source, geometry.InputShape.Count);
            Span<float> y = new(target, geometry.OutputShape.Count);
            if (divisors is null) MaxPoolKernel.Forward(geometry, x, y, []);
            else AvgPoolKernel.Forward(geometry, x, divisors.Span, y);
        }
    }
}
