namespace Engine.Training;

/// <summary>Going on where a training stopped: the program is run again as it was written, with <c>learner.Resume(path)</c> before its first fit.</summary>
public static class Resuming
{
    /// <summary>Lets the fits that follow go on from a checkpoint: those that were over when it was written do nothing, the one that wrote it begins where it was.</summary>
    /// <param name="learner">A learner that has not fitted yet, made as the one that wrote the checkpoint.</param>
    /// <param name="path">A file of <see cref="CheckpointEvery"/>.</param>
    /// <exception cref="ModelFormatException">It is damaged, cut off, or no checkpoint.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> where there is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <remarks>The fit throws a <see cref="CheckpointMismatchException"/>, before anything is changed, where model, optimizer, data, callbacks or the fit itself are not those of the checkpoint.</remarks>
    public static void Resume(this Learner learner, string path) => learner.Resume(Checkpoint.Read(path));

    /// <inheritdoc cref="Resume(Learner, string)"/>
    /// <param name="learner">A learner that has not fitted yet, made as the one that wrote the checkpoint.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    public static void Resume(this Learner learner, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(checkpoint);
        learner.Fitting.ResumeFrom = checkpoint;
    }

    /// <summary>Asks for the end of training as <see cref="Learner.Stop"/> does, for a reason that is none of the training's (Ctrl+C, the time is up): a checkpoint is
    /// written, and what resumes it goes on from here. After a <see cref="Learner.Stop"/> there is nothing to go on with.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="reason">For people to read.</param>
    public static void Interrupt(this Learner learner, string reason)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (!learner.IsStopping) learner.Fitting.IsInterrupted = true;
        learner.Stop(reason);
    }

    /// <summary>Seconds the last fit took, or takes so far: what it took before it was resumed, too.</summary>
    /// <param name="learner">The learner.</param>
    public static double FitSeconds(this Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        return learner.Fitting.Seconds;
    }
}
