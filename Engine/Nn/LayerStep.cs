namespace Engine.Nn;

/// <summary>One layer of a <see cref="LayerWalk"/>.</summary>
/// <param name="Layer">A layer that is not looked into, or a <see cref="Residual"/>, after its branches: then it stands for the sum.</param>
/// <param name="Input">Shape it receives.</param>
/// <param name="Output">Shape it gives.</param>
/// <param name="Field">Receptive field of its output.</param>
/// <param name="HasOutput">Whether its output has memory of its own.</param>
internal readonly record struct LayerStep(Module Layer, Shape Input, Shape Output, ReceptiveField Field, bool HasOutput)
{
    /// <summary>Whether it is the sum of a <see cref="Residual"/>, whose parameters and multiply-adds are those of other steps.</summary>
    public bool IsSum => Layer is Residual;
}
