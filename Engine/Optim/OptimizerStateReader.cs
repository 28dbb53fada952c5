using Engine.Nn;
using Engine.Tensors;

namespace Engine.Optim;

/// <summary>Takes a saved state apart, checks that it fits and that nothing is left over, and sets the groups' options when told to.</summary>
internal sealed class OptimizerStateReader
{
    private static readonly string[] OptionNames = ["learning_rate", "momentum", "weight_decay"];
    private readonly OptimizerState _state;
    private readonly string _kind;
    private readonly ParameterGroup[] _groups;
    private readonly double[][] _options;
    private int _arrays, _counters;

    public OptimizerStateReader(OptimizerState state, string kind, ParameterGroup[] groups)
    {
        (_state, _kind, _groups) = (state, kind, groups);
        if (state.Kind != kind) throw Misfit($"it was saved by '{state.Kind}'");
        _options = new double[groups.Length][];
        for (int i = 0; i < groups.Length; i++)
        {
            int group = i;
            _options[i] = Array.ConvertAll(OptionNames, name => state.Options.TryGetValue($"group{group}.{name}", out double value) ? value
                : throw Misfit($"'group{group}.{name}' is missing; this optimizer has {groups.Length} groups"));
            Ranges.NonNegative(kind, $"saved learning rate of group {i}", _options[i][0], nameof(state));
            Ranges.Momentum(kind, $"saved momentum of group {i}", _options[i][1], nameof(state));
            Ranges.NonNegative(kind, $"saved weight decay of group {i}", _options[i][2], nameof(state));
        }
    }

    /// <summary>Steps a parameter's state has seen.</summary>
    public long Step(int parameter)
    {
        if (!_state.Counters.TryGetValue($"{parameter}.step", out long step)) throw Misfit($"'{parameter}.step' is missing");
        if (step < 0) throw Misfit($"'{parameter}.step' must be at least 0, got {step}");
        _counters++;
        return step;
    }

    /// <summary>A copy of one array of state; null where it was not in use.</summary>
    public Storage? Slot(int index, string slot, Parameter parameter)
    {
        if (!_state.Arrays.TryGetValue($"{index}.{slot}", out float[]? saved)) return null;
        if (saved.Length != parameter.Value.Count)
            throw Misfit($"'{index}.{slot}' has {saved.Length} values but parameter '{parameter.Name}' {parameter.Value.Shape} needs {parameter.Value.Count}");
        Storage storage = Storage.Create(saved.Length);
        saved.CopyTo(storage.Span);
        _arrays++;
        return storage;
    }

    /// <summary>A state that has seen steps has arrays.</summary>
    public void CheckComplete(int parameter, long step, Storage?[] slots)
    {
        if (step > 0 && Array.TrueForAll(slots, slot => slot is null)) throw Misfit($"'{parameter}.step' is {step} but the parameter has no arrays");
    }

    /// <summary>Nothing was left over.</summary>
    public void CheckComplete()
    {
        if (_arrays != _state.Arrays.Count || _counters != _state.Counters.Count || _options.Length * OptionNames.Length != _state.Options.Count)
            throw Misfit($"it has {_state.Arrays.Count} arrays, {_state.Counters.Count} counters and {_state.Options.Count} options, of which {_arrays}, {_counters} and {_options.Length * OptionNames.Length} are known here");
    }

    /// <summary>Sets the groups' options.</summary>
    public void SetOptions()
    {
        for (int i = 0; i < _groups.Length; i++)
            (_groups[i].LearningRate, _groups[i].Momentum, _groups[i].WeightDecay) = (_options[i][0], _options[i][1], _options[i][2]);
    }

    private ArgumentException Misfit(string why) => new($"{_kind}: the saved state does not fit: {why}. Nothing was changed.");
}
