namespace Engine;

/// <summary>Something with a state of its own that a checkpoint of a training has to keep: a callback that counts, a layer that draws random numbers.</summary>
public interface ICheckpointed
{
    /// <summary>Names everything that is to be kept, and every setting that must be the same when training goes on. The same calls save, compare and load.</summary>
    /// <param name="state">Takes or gives the values.</param>
    /// <remarks>A checkpoint is compared before anything of a fit has begun: which names there are may not depend on what a callback sets up in the fit.</remarks>
    /// <example><code>
    /// public void Checkpoint(CheckpointState state)
    /// {
    ///     state.MustMatch("patience", _patience);
    ///     state.Value("best", ref _best);
    ///     state.Generator("rng", _rng);
    /// }
    /// </code></example>
    void Checkpoint(CheckpointState state);
}
