using Engine.Tensors;

namespace Engine.Nn;

/// <summary>One entry of a model's state: a parameter or a buffer, under its full path.</summary>
/// <param name="Name">Path in PyTorch's <c>state_dict</c>: "0.2.running_mean".</param>
/// <param name="Value">The values, not a copy.</param>
/// <param name="IsParameter">True for a parameter, false for a buffer.</param>
/// <param name="IsInteger">True for a counter that is stored as int64 in files.</param>
public sealed record StateEntry(string Name, Tensor Value, bool IsParameter, bool IsInteger);
