namespace Engine.Tests.Golden;

/// <summary>Which code runs the cases of which op. Every area registers its own part, one line each.</summary>
internal static class GoldenTable
{
    private static readonly Dictionary<string, Action<GoldenCase>>[] Parts =
    [
        GoldenActivations.Ops,
        GoldenArithmetic.Ops,
        GoldenReductions.Ops,
        GoldenShapes.Ops,
        GoldenPooling.Ops,
        GoldenLosses.Ops,
        GoldenLayers.Ops,
        GoldenModels.Ops,
        GoldenOptimizers.Ops.ToDictionary(op => op, _ => (Action<GoldenCase>)GoldenOptimizers.Run),
        GoldenSchedules.Ops.ToDictionary(op => op, _ => (Action<GoldenCase>)GoldenSchedules.Run),
    ];

    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = Parts.SelectMany(part => part).ToDictionary(pair => pair.Key, pair => pair.Value);
}
