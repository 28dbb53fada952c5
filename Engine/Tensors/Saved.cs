namespace Engine.Tensors;

/// <summary>A tensor kept for the backward pass, with the version it had: using it after somebody wrote to it is an error, not a wrong gradient.</summary>
internal readonly struct Saved
{
    private readonly Tensor? _tensor;
    private readonly int _version;

    public Saved(Tensor tensor) => (_tensor, _version) = (tensor, tensor.Storage.Version);

    /// <summary>The tensor as it was.</summary>
    /// <param name="op">The operation that saved it, for the message.</param>
    public Tensor Get(string op)
    {
        Tensor tensor = _tensor!;
        if (tensor.Storage.Version != _version)
            throw new InvalidOperationException($"backward: one of the variables needed for gradient computation has been modified by an in-place operation: tensor {tensor.Shape}, saved by {op}, is at version {tensor.Storage.Version}; expected version {_version} instead.");
        return tensor;
    }

    public static implicit operator Saved(Tensor tensor) => new(tensor);
}
