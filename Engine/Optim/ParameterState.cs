using Engine.Nn;
using Engine.Tensors;

namespace Engine.Optim;

/// <summary>What an optimizer remembers about one parameter.</summary>
internal sealed class ParameterState(Parameter parameter, int slots)
{
    public Parameter Parameter { get; } = parameter;

    /// <summary>Steps in which the slots took part.</summary>
    public long Step { get; set; }

    /// <summary>One array per kind of state; null until it is first needed.</summary>
    public Storage?[] Slots { get; } = new Storage?[slots];

    /// <summary>Which slots the step under way uses.</summary>
    public bool[] InUse { get; } = new bool[slots];

    /// <summary>Whether a step changes the parameter: it is trained and has a gradient.</summary>
    public bool IsDue => Parameter.IsTrainable && Parameter.Value.HasGradient;
}
