using System.Collections;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Modules one after the other, as <c>torch.nn.Sequential</c>; children are named "0", "1", ... Written as a collection: <c>Sequential model = [new Flatten(), ...]</c>.</summary>
public sealed class Sequential : Module, IEnumerable<Module>
{
    private int? _channels;

    /// <summary>The module at a place.</summary>
    /// <param name="index">0 is the first.</param>
    public Module this[int index] => Children[index].Module;

    /// <summary>Number of modules.</summary>
    public int Count => Children.Count;

    /// <summary>The windows of all modules as one.</summary>
    public override (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window
    {
        get
        {
            ReceptiveField seen = ReceptiveField.Pixel;
            foreach ((_, Module module) in Children) seen = seen.Through(module.Window);
            return seen.Window;
        }
    }

    /// <summary>Appends a module.</summary>
    /// <param name="module">The module.</param>
    /// <exception cref="ArgumentException">It expects another number of channels than the module before it gives.</exception>
    public void Add(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        string name = $"{Count}";
        try
        {
            _channels = module.TraceChannels(_channels);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"sequential: module {name} does not fit: {Message(e)}", nameof(module), e);
        }
        AddChild(name, module);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        foreach ((_, Module module) in Children) input = module.OutputShape(input);
        return input;
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input)
    {
        long sum = 0;
        foreach ((_, Module module) in Children)
        {
            sum += module.MultiplyAdds(input);
            input = module.OutputShape(input);
        }
        return sum;
    }

    /// <inheritdoc/>
    public IEnumerator<Module> GetEnumerator()
    {
        foreach ((_, Module module) in Children) yield return module;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x)
    {
        Fusion fusion = new(x);
        for (int i = 0; i < Count; i++) fusion.Run(this[i]);
        return fusion.Result();
    }

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming)
    {
        foreach ((_, Module module) in Children) incoming = module.TraceChannels(incoming);
        return incoming;
    }

    /// <summary>The message without the "(Parameter ...)" that .NET appends.</summary>
    internal static string Message(ArgumentException e) => e.ParamName is null ? e.Message : e.Message[..e.Message.LastIndexOf(" (Parameter", StringComparison.Ordinal)];
}
