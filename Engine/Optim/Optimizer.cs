using System.Globalization;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Optim;

/// <summary>Changes parameters along their gradients, group by group.</summary>
/// <remarks>A step first makes sure of everything it needs and then changes the parameters, so that one that throws has changed nothing. After the first it
/// allocates nothing. Settings are per group; schedules set them before each step.</remarks>
public abstract class Optimizer
{
    private readonly ParameterGroup[] _groups;
    private readonly ParameterState[][] _states; // [group][parameter]
    private readonly string[] _slots;
    private readonly string _optionsGiven;

    /// <summary>Takes over the groups.</summary>
    /// <param name="kind">Name of the optimizer, for messages and checkpoints: "adam".</param>
    /// <param name="groups">The groups; each parameter once.</param>
    /// <param name="learningRate">For groups without their own.</param>
    /// <param name="momentum">For groups without their own.</param>
    /// <param name="weightDecay">For groups without their own.</param>
    /// <param name="slots">Names of the arrays of state a parameter may have.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or a group that belongs to another optimizer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    protected Optimizer(
        string kind, IEnumerable<ParameterGroup> groups, double learningRate, double momentum, double weightDecay, params ReadOnlySpan<string> slots)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Kind = kind;
        _slots = slots.ToArray();
        _groups = [.. groups];
        Ranges.NonNegative(kind, "learning rate", learningRate);
        Ranges.Momentum(kind, "momentum", momentum);
        Ranges.NonNegative(kind, "weight decay", weightDecay);
        Check();
        foreach (ParameterGroup group in _groups) group.GiveTo(kind, learningRate, momentum, weightDecay);
        _optionsGiven = string.Join("; ", _groups.Select(group => string.Create(CultureInfo.InvariantCulture,
            $"{group.Parameters.Count} parameters with learning rate {group.LearningRate:R}, momentum {group.Momentum:R}, weight decay {group.WeightDecay:R}")));
        _states = Array.ConvertAll(_groups, group => group.Parameters.Select(parameter => new ParameterState(parameter, _slots.Length)).ToArray());
    }

    /// <summary>Name of the optimizer: "adam".</summary>
    public string Kind { get; }

    /// <summary>The groups.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Settings besides those of the groups, in words, which no schedule changes: "epsilon 1E-05".</summary>
    public virtual string Settings => "";

    /// <summary>What the optimizer was when it was made, in words: two of the same description do the same.</summary>
    internal string Description => $"{Kind}: {_optionsGiven}{(Settings.Length > 0 ? $"; {Settings}" : "")}";

    /// <summary>The first group's learning rate; setting it sets every group's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or negative.</exception>
    public double LearningRate
    {
        get => _groups[0].LearningRate;
        set
        {
            foreach (ParameterGroup group in _groups) group.LearningRate = value;
        }
    }

    /// <summary>The first group's momentum (Adam's beta1); setting it sets every group's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not at least 0 and below 1.</exception>
    public double Momentum
    {
        get => _groups[0].Momentum;
        set
        {
            foreach (ParameterGroup group in _groups) group.Momentum = value;
        }
    }

    /// <summary>Forgets the gradients of all parameters.</summary>
    public void ZeroGrad()
    {
        foreach (ParameterState[] group in _states)
            foreach (ParameterState state in group) state.Parameter.Value.ZeroGrad();
    }

    /// <summary>Changes every parameter that is trainable and has a gradient; leaves the others and their state alone.</summary>
    /// <exception cref="InsufficientMemoryException">No memory for the state; no parameter has been changed.</exception>
    public void Step()
    {
        for (int i = 0; i < _groups.Length; i++)
            foreach (ParameterState state in _states[i])
                if (state.IsDue) Prepare(_groups[i], state);
        for (int i = 0; i < _groups.Length; i++)
            foreach (ParameterState state in _states[i])
            {
                if (!state.IsDue) continue;
                if (Array.IndexOf(state.InUse, true) >= 0) state.Step++;
                Update(new ParameterUpdate(_groups[i], state));
                state.Parameter.Value.Storage.Version++;
            }
    }

    /// <summary>Forgets the steps made: moments and counters. Learning rates and the other settings stay (fastai's clear_state).</summary>
    public void ClearState()
    {
        foreach (ParameterState[] group in _states)
            foreach (ParameterState state in group)
            {
                state.Step = 0;
                Array.Clear(state.Slots);
            }
    }

    /// <summary>A copy of everything the optimizer remembers.</summary>
    public OptimizerState State()
    {
        Dictionary<string, float[]> arrays = [];
        Dictionary<string, long> counters = [];
        Dictionary<string, double> options = [];
        for (int i = 0, index = 0; i < _groups.Length; i++)
        {
            options[$"group{i}.learning_rate"] = _groups[i].LearningRate;
            options[$"group{i}.momentum"] = _groups[i].Momentum;
            options[$"group{i}.weight_decay"] = _groups[i].WeightDecay;
            foreach (ParameterState state in _states[i])
            {
                counters[$"{index}.step"] = state.Step;
                for (int s = 0; s < _slots.Length; s++)
                    if (state.Slots[s] is { } storage) arrays[$"{index}.{_slots[s]}"] = storage.Span.ToArray();
                index++;
            }
        }
        return new OptimizerState(Kind, arrays, counters, options);
    }

    /// <summary>Goes back to a state that <see cref="State"/> gave; the state is copied. Nothing changes if it does not fit.</summary>
    /// <param name="state">State of an optimizer of the same kind over parameters of the same shapes in the same groups.</param>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public void LoadState(OptimizerState state) => Checked(state)();

    /// <summary>Checks a state.</summary>
    /// <returns>What sets it, once.</returns>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    internal Action Checked(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        OptimizerStateReader reader = new(state, Kind, _groups);
        ParameterState[] all = [.. _states.SelectMany(group => group)];
        Storage?[][] slots = Array.ConvertAll(all, parameter => new Storage?[_slots.Length]);
        long[] steps = new long[all.Length];
        for (int p = 0; p < all.Length; p++)
        {
            steps[p] = reader.Step(p);
            for (int s = 0; s < _slots.Length; s++) slots[p][s] = reader.Slot(p, _slots[s], all[p].Parameter);
            reader.CheckComplete(p, steps[p], slots[p]);
        }
        reader.CheckComplete();
        return () =>
        {
            reader.SetOptions();
            for (int p = 0; p < all.Length; p++)
            {
                all[p].Step = steps[p];
                slots[p].CopyTo(all[p].Slots, 0);
            }
        };
    }

    /// <summary>Whether a step uses an array of state.</summary>
    /// <param name="group">The group the parameter is in.</param>
    /// <param name="slot">Which array.</param>
    protected abstract bool Uses(ParameterGroup group, int slot);

    /// <summary>Changes one parameter and its state. Must not throw: everything was checked before the first.</summary>
    /// <param name="update">The parameter, its gradient, its state.</param>
    protected abstract void Update(ParameterUpdate update);

    private void Prepare(ParameterGroup group, ParameterState state)
    {
        int count = state.Parameter.Value.Span.Length; // throws where the parameter's memory is gone
        for (int s = 0; s < _slots.Length; s++)
        {
            state.InUse[s] = Uses(group, s);
            if (!state.InUse[s] || state.Slots[s] is not null) continue;
            Storage storage = Storage.Create(count);
            storage.Span.Clear();
            state.Slots[s] = storage;
        }
    }

    private void Check()
    {
        HashSet<Tensor> seen = [];
        for (int i = 0; i < _groups.Length; i++)
        {
            if (_groups[i].IsTaken || Array.IndexOf(_groups, _groups[i]) < i)
                throw new ArgumentException($"{Kind}: group {i} belongs to an optimizer already; make a new ParameterGroup.");
            foreach (Parameter parameter in _groups[i].Parameters)
            {
                if (!seen.Add(parameter.Value))
                    throw new ArgumentException($"{Kind}: parameter '{parameter.Name}' {parameter.Value.Shape} of group {i} was given before; each parameter may be in one group, once.");
                if (parameter.Value.Layout != Layout.RowMajor)
                    throw new ArgumentException($"{Kind}: parameter '{parameter.Name}' {parameter.Value.Shape} of group {i} is not in row-major order; make it with Tensor.From.");
            }
        }
        if (seen.Count == 0) throw new ArgumentException($"{Kind}: there are no parameters to optimize. Received: {_groups.Length} groups.");
    }
}
