using Engine.Nn;

namespace Engine.Optim;

/// <summary>What an optimizer needs to change one parameter.</summary>
public readonly ref struct ParameterUpdate
{
    private readonly ParameterState _state;

    internal ParameterUpdate(ParameterGroup group, ParameterState state)
    {
        Group = group;
        _state = state;
    }

    /// <summary>The group the parameter is in: learning rate, momentum, weight decay.</summary>
    public ParameterGroup Group { get; }

    /// <summary>The parameter.</summary>
    public Parameter Parameter => _state.Parameter;

    /// <summary>The values, row-major, to be changed in place.</summary>
    public Span<float> Values => _state.Parameter.Value.Span;

    /// <summary>The gradient, row-major.</summary>
    public ReadOnlySpan<float> Gradient => _state.Parameter.Value.GradientToAddTo().Span;

    /// <summary>How many steps the parameter's state has seen, this one included: 1 at the first.</summary>
    public long Step => _state.Step;

    /// <summary>State of the parameter, as long as the values and 0 at first; empty where the optimizer does not use it.</summary>
    /// <param name="index">Which one.</param>
    public Span<float> Slot(int index) => _state.Slots[index] is { } storage && _state.InUse[index] ? storage.Span : default;
}
