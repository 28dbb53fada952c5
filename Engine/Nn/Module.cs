using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>A layer or a model: a function of one tensor with parameters, buffers and children, each registered where it is assigned.</summary>
public abstract class Module
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<(string Name, Tensor Value, bool IsInteger)> _buffers = [];
    private readonly List<(string Name, Module Module)> _children = [];
    private bool _hasParent;
    private ModelUse _use;

    /// <summary>Called after every forward pass with the module, its input and its output.</summary>
    public event Action<Module, Tensor, Tensor>? ForwardDone;

    /// <summary>Whether somebody wants to see what the module gives.</summary>
    internal bool HasListeners => ForwardDone is not null;

    /// <summary>Looks at what the module gives, before those that listen; null for nobody.</summary>
    internal IOutputReader? Reader { get; set; }

    /// <summary>True in training (the default), false in evaluation: batch norm uses batch statistics in the one, running statistics in the other.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>Where the module sits in the model: "2.0" is child 0 of child 2; empty for the model itself.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The type's name as a summary shows it.</summary>
    public virtual string Kind => GetType().Name;

    /// <summary>The modules inside, with their names, in order.</summary>
    public IReadOnlyList<(string Name, Module Module)> Children => _children;

    /// <summary>The module's own parameters, without its children's.</summary>
    public IReadOnlyList<Parameter> OwnParameters => _parameters;

    /// <summary>Runs the module.</summary>
    /// <param name="x">The input; the first dimension is the batch.</param>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    /// <exception cref="InvalidOperationException">The model is in a forward pass on another thread, and one of the two is in training mode.</exception>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (_hasParent) return Run(x); // the whole model has been asked
        bool begins = _use.Begin(IsTraining);
        try
        {
            return Run(x);
        }
        finally
        {
            if (begins) _use.End();
        }
    }

    /// <summary>The shape <see cref="Forward"/> would give for an input of a shape, computed without data.</summary>
    /// <param name="input">Shape of the input.</param>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>Multiply-adds of one forward pass, for summaries; 0 where there are none worth counting.</summary>
    /// <param name="input">Shape of the input.</param>
    public virtual long MultiplyAdds(Shape input) => 0;

    /// <summary>The window a layer slides over its input, which widens the receptive field; null where it looks at one place only.</summary>
    public virtual (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window => null;

    /// <summary>Switches the module and everything inside to training.</summary>
    /// <param name="training">False for evaluation.</param>
    public void Train(bool training = true)
    {
        IsTraining = training;
        foreach ((_, Module child) in _children) child.Train(training);
    }

    /// <summary>Switches the module and everything inside to evaluation.</summary>
    public void Eval() => Train(training: false);

    /// <summary>The module itself and every module inside it, a module before those inside it, as PyTorch's <c>modules()</c>.</summary>
    public IEnumerable<Module> Modules()
    {
        yield return this;
        foreach ((_, Module child) in _children)
            foreach (Module inner in child.Modules()) yield return inner;
    }

    /// <summary>Every parameter, depth first, in PyTorch's order.</summary>
    public IEnumerable<Parameter> Parameters()
    {
        foreach (Parameter parameter in _parameters) yield return parameter;
        foreach ((_, Module child) in _children)
            foreach (Parameter parameter in child.Parameters()) yield return parameter;
    }

    /// <summary>Every parameter and buffer under its path, in the order of PyTorch's <c>state_dict</c>: a module's parameters, its buffers, then its children.</summary>
    public IEnumerable<StateEntry> State() => State("");

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (Parameter parameter in _parameters) parameter.Value.ZeroGrad();
        foreach ((_, Module child) in _children) child.ZeroGrad();
    }

    /// <summary>The work of <see cref="Forward"/>.</summary>
    /// <param name="x">The input.</param>
    protected abstract Tensor ForwardCore(Tensor x);

    /// <summary>Registers a parameter and makes it require a gradient.</summary>
    /// <param name="name">Its name in the state: "weight".</param>
    /// <param name="value">Its first values.</param>
    /// <param name="decays">Whether weight decay applies by default.</param>
    /// <returns>The tensor, to be assigned to the property that shows it.</returns>
    protected Tensor AddParameter(string name, Tensor value, bool decays = true)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckName(name);
        value.RequiresGrad = true;
        _parameters.Add(new Parameter(name, value, decays));
        return value;
    }

    /// <summary>Registers a buffer: saved with the model, not trained.</summary>
    /// <param name="name">Its name in the state: "running_mean".</param>
    /// <param name="value">Its first values.</param>
    /// <param name="isInteger">True for a counter stored as int64 in files.</param>
    protected Tensor AddBuffer(string name, Tensor value, bool isInteger = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckName(name);
        _buffers.Add((name, value, isInteger));
        return value;
    }

    /// <summary>Registers a module inside this one.</summary>
    /// <param name="name">Its name in the path.</param>
    /// <param name="child">The module.</param>
    /// <exception cref="ArgumentException">The name is taken, or the module is inside another already.</exception>
    protected TModule AddChild<TModule>(string name, TModule child) where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(child);
        CheckName(name);
        if (child._hasParent || child == this)
            throw new ArgumentException($"module: {child.Kind} is already inside a module, as '{child.Path}'; a module has one place.", nameof(child));
        child._hasParent = true;
        _children.Add((name, child));
        child.SetPath(Join(Path, name));
        return child;
    }

    /// <summary>Follows the number of channels through the module when a model is built: throws where a layer gets another number than it expects.</summary>
    /// <param name="incoming">Channels (or features) that arrive; null where not known.</param>
    /// <returns>Channels that leave; null where not known.</returns>
    protected internal virtual int? TraceChannels(int? incoming) => incoming;

    private Tensor Run(Tensor x)
    {
        Tensor y = ForwardCore(x);
        Reader?.Read(y);
        ForwardDone?.Invoke(this, x, y);
        return y;
    }

    /// <summary>"conv2d 2.0": how the module is called in messages.</summary>
    protected string Where(string op) => Path.Length == 0 ? op : $"{op} (layer {Path})";

    private IEnumerable<StateEntry> State(string prefix)
    {
        foreach (Parameter parameter in _parameters) yield return new StateEntry(prefix + parameter.Name, parameter.Value, IsParameter: true, IsInteger: false);
        foreach ((string name, Tensor value, bool isInteger) in _buffers) yield return new StateEntry(prefix + name, value, IsParameter: false, isInteger);
        foreach ((string name, Module child) in _children)
            foreach (StateEntry entry in child.State(prefix + name + ".")) yield return entry;
    }

    private void SetPath(string path)
    {
        Path = path;
        foreach ((string name, Module child) in _children) child.SetPath(Join(path, name));
    }

    private void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('.')) throw new ArgumentException($"module: a name may not contain a dot, got '{name}'.", nameof(name));
        if (_parameters.Exists(p => p.Name == name) || _buffers.Exists(b => b.Name == name) || _children.Exists(c => c.Name == name))
            throw new ArgumentException($"module: the name '{name}' is already registered in {Kind}.", nameof(name));
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
