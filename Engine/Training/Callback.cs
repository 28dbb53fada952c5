namespace Engine.Training;

/// <summary>Something that looks on, or steps in, while a <see cref="Learner"/> trains: override the moments of interest.</summary>
/// <remarks>Each moment receives the learner, whose properties tell where it is. Callbacks run by <see cref="Order"/>, then in the order given.
/// To end training ask for it by <see cref="Learner.Stop"/>; <see cref="CleanUp"/> runs in every case, after an exception too.</remarks>
public abstract class Callback
{
    /// <summary>Smaller runs earlier.</summary>
    public virtual int Order => 0;

    /// <summary>Before the first epoch.</summary>
    public virtual void BeforeFit(Learner learner)
    {
    }

    /// <summary>Before an epoch.</summary>
    public virtual void BeforeEpoch(Learner learner)
    {
    }

    /// <summary>Before a training batch's forward pass: schedules set the optimizer here.</summary>
    public virtual void BeforeBatch(Learner learner)
    {
    }

    /// <summary>After the loss of a training batch is known, before its backward pass.</summary>
    public virtual void AfterLoss(Learner learner)
    {
    }

    /// <summary>After the backward pass, before the optimizer's step.</summary>
    public virtual void BeforeStep(Learner learner)
    {
    }

    /// <summary>After a training batch's optimizer step.</summary>
    public virtual void AfterBatch(Learner learner)
    {
    }

    /// <summary>After an epoch's training, before its validation.</summary>
    public virtual void BeforeValidate(Learner learner)
    {
    }

    /// <summary>After an epoch's validation: <see cref="Learner.Epochs"/> has its line.</summary>
    public virtual void AfterEpoch(Learner learner)
    {
    }

    /// <summary>After the last epoch.</summary>
    public virtual void AfterFit(Learner learner)
    {
    }

    /// <summary>Always runs at the end, after an exception too: take hooks off here.</summary>
    public virtual void CleanUp(Learner learner)
    {
    }
}
