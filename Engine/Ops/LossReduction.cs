namespace Engine.Ops;

/// <summary>What a loss does with the values of its items.</summary>
public enum LossReduction
{
    /// <summary>Keeps one value an item.</summary>
    None,

    /// <summary>Averages them (by weight, where there are class weights).</summary>
    Mean,

    /// <summary>Adds them up.</summary>
    Sum,
}
