using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>A block with a way around it, y = relu(body(x) + shortcut(x)) (He, Zhang, Ren and Sun 2015). Its state is that of a PyTorch module with attributes
/// <c>body</c> and <c>shortcut</c>.</summary>
public sealed class Residual : Module
{
    private readonly bool _relu;

    /// <summary>Makes the block.</summary>
    /// <param name="body">The layers that are gone around.</param>
    /// <param name="shortcut">The way around, which must give the body's shape: a 1 x 1 convolution where the body changes it; null for x itself.</param>
    /// <param name="relu">Whether the sum is rectified.</param>
    /// <exception cref="ArgumentException">Body and shortcut give different numbers of channels.</exception>
    public Residual(Module body, Module? shortcut = null, bool relu = true)
    {
        ArgumentNullException.ThrowIfNull(body);
        _relu = relu;
        AddChild("body", body);
        if (shortcut is not null) AddChild("shortcut", shortcut);
        TraceChannels(incoming: null);
    }

    /// <summary>The layers that are gone around.</summary>
    public Module Body => Children[0].Module;

    /// <summary>The way around; null for the input itself.</summary>
    public Module? Shortcut => Children.Count > 1 ? Children[1].Module : null;

    /// <summary>Whether the sum is rectified.</summary>
    internal bool HasRelu => _relu;

    /// <inheritdoc/>
    public override (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window => ReceptiveField.Widest(Body.Window, Shortcut?.Window);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Shape output = Body.OutputShape(input);
        Check(output, Shortcut?.OutputShape(input) ?? input, input);
        return output;
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input) => Body.MultiplyAdds(input) + (Shortcut?.MultiplyAdds(input) ?? 0);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x)
    {
        Fusion fusion = new(x);
        fusion.Run(Body);
        if (_relu && fusion.LastNorm is { } norm)
        {
            BatchNormOp.Normalization body = norm.Begin(fusion.Before).Measured();
            Tensor added = Shortcut?.Forward(x) ?? x;
            Check(fusion.Before.Shape, added.Shape, x.Shape);
            return body.AddRelu(added);
        }
        Tensor result = fusion.Result(), around = Shortcut?.Forward(x) ?? x;
        Check(result.Shape, around.Shape, x.Shape);
        return _relu ? result.AddRelu(around) : result + around;
    }

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming)
    {
        int? body = Body.TraceChannels(incoming), around = Shortcut is { } shortcut ? shortcut.TraceChannels(incoming) : incoming;
        if (body is { } b && around is { } a && a != b)
            throw new ArgumentException($"{Where("residual")}: the body gives {b} channels, but {Way} gives {a}; they are added, so they must be equal.", nameof(incoming));
        return body ?? around;
    }

    private string Way => Shortcut is null ? "the input, which is the shortcut," : "the shortcut";

    private void Check(Shape body, Shape around, Shape input)
    {
        if (body != around)
            throw new ArgumentException($"{Where("residual")}: the body gives {body}, but {Way} gives {around}; they are added, so they must be equal. Received: input {input}.", nameof(input));
    }
}
