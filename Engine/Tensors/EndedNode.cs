namespace Engine.Tensors;

/// <summary>Stands for the graph behind a kept tensor once the batch in which it was recorded has ended.</summary>
internal sealed class EndedNode : Node
{
    /// <inheritdoc/>
    public override string Op => "a kept tensor";

    /// <inheritdoc/>
    public override void ThrowIfFreed() =>
        throw new InvalidOperationException("backward: the graph of a kept tensor ended with the workspace batch it was recorded in. Call Backward() inside that batch, or Detach() the tensor before you use it in another.");

    /// <inheritdoc/>
    protected override void Backward(Tensor gradient) => ThrowIfFreed();
}
