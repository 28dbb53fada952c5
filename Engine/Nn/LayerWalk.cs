namespace Engine.Nn;

/// <summary>Follows a sample shape through a model in the order of the forward pass, and looks into <see cref="Sequential"/> and <see cref="Residual"/>. Other modules
/// count as one layer. Stops at the first layer that the shape does not fit.</summary>
internal sealed class LayerWalk
{
    private readonly List<LayerStep> _steps = [];
    private Module? _before; // the layer whose output a ReLU would share, as Fusion has it

    private LayerWalk()
    {
    }

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<LayerStep> Steps => _steps;

    /// <summary>The shape the model gives, or that arrives at the layer it does not fit.</summary>
    public Shape Output { get; private set; }

    /// <summary>The layer that the shape does not fit, and what it says; null where all fit.</summary>
    public (Module Layer, ArgumentException Cause)? Fault { get; private set; }

    /// <summary>Walks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">Shape of a batch.</param>
    public static LayerWalk Through(Module model, Shape input)
    {
        LayerWalk walk = new();
        (Shape output, _) = walk.Follow(model, input, ReceptiveField.Pixel);
        if (walk.Fault is null) walk.Output = output;
        return walk;
    }

    /// <summary>Input pixels a bin of an adaptive pooling sees: the largest bin, and the step from one to the next.</summary>
    private static (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window(Module layer, Shape input, Shape output)
    {
        if (layer is not (AdaptiveAvgPool2d or AdaptiveMaxPool2d or AdaptiveConcatPool2d)) return layer.Window;
        int Largest(int n, int o) => Enumerable.Range(0, o).Max(i => (int)(((i + 1L) * n + o - 1) / o - (long)i * n / o));
        return ((Largest(input[2], output[2]), Largest(input[3], output[3])), (Math.Max(1, input[2] / output[2]), Math.Max(1, input[3] / output[3])), 1);
    }

    private (Shape Output, ReceptiveField Field) Follow(Module module, Shape shape, ReceptiveField field)
    {
        if (Fault is not null) return (shape, field);
        if (module is Sequential)
        {
            foreach ((_, Module child) in module.Children) (shape, field) = Follow(child, shape, field);
            return (shape, field);
        }
        if (module is Residual residual) Branches(residual, shape, field);
        if (Fault is not null) return (shape, field);
        Shape output;
        try
        {
            output = module.OutputShape(shape);
        }
        catch (ArgumentException cause)
        {
            (Fault, Output) = ((module, cause), shape);
            return (shape, field);
        }
        field = field.Through(Window(module, shape, output));
        _steps.Add(new LayerStep(module, shape, output, field, module is not Flatten && !(module is Relu && _before is IRectifiable)));
        _before = module;
        return (output, field);
    }

    private void Branches(Residual block, Shape shape, ReceptiveField field)
    {
        _before = null; // each branch begins with what the block receives
        Follow(block.Body, shape, field);
        _before = null;
        if (block.Shortcut is { } shortcut) Follow(shortcut, shape, field);
    }
}
