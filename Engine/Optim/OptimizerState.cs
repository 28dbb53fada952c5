namespace Engine.Optim;

/// <summary>Everything an optimizer remembers, copied out for a checkpoint. Parameters are numbered through the groups, in order.</summary>
/// <param name="Kind">The optimizer: "adam".</param>
/// <param name="Arrays">State as long as its parameter, under PyTorch's names: "0.exp_avg".</param>
/// <param name="Counters">Steps a parameter's state has seen: "0.step".</param>
/// <param name="Options">Settings that may change in training: "group0.learning_rate", "group0.momentum", "group0.weight_decay".</param>
public sealed record OptimizerState(
    string Kind, IReadOnlyDictionary<string, float[]> Arrays, IReadOnlyDictionary<string, long> Counters, IReadOnlyDictionary<string, double> Options);
