namespace Engine.Training;

/// <summary>Something that looks on, or steps in, while a <see cref="Learner"/> trains: override the moments of interest.</summary>
/// <remarks>Each moment receives the learner, whose properties tell where it is. Callbacks run by <see cref="Order"/>, then in the order given.
/// To end training ask for it by <see cref="Learner.Stop"/>; <see cref="CleanUp"/> runs in every case, after an exception too.
/// <see cref="LoopDescription.DescribeLoop"/> prints who runs when.</remarks>
public abstract class Callback
{
    /// <summary>Smaller runs earlier.</summary>
    public virtual int Order => 0;

    /// <summary>Whether it changes what is learned (mixup, clipping) and is not only told of it: then it takes part in the search for a learning rate too.</summary>
    public virtual bool ChangesTraining => false;

    /// <summary>Before the first epoch.</summary>
    public virtual void BeforeFit(Learner learner)
    {
    }

    /// <summary>Before an epoch.</summary>
    public virtual void BeforeEpoch(Learner learner)
    {
    }

    /// <summary>Before an epoch's first training batch.</summary>
    public virtual void BeforeTrain(Learner learner)
    {
    }

    /// <summary>Before a training batch's forward pass: schedules set the optimizer here, mixup <see cref="Learner.Inputs"/> and <see cref="Learner.BatchLoss"/>.</summary>
    public virtual void BeforeBatch(Learner learner)
    {
    }

    /// <summary>After the model's forward pass: <see cref="Learner.Predictions"/> is there, the loss is not.</summary>
    public virtual void AfterPrediction(Learner learner)
    {
    }

    /// <summary>After the loss of a training batch is known, before its backward pass. Not reached where the loss is no number: training stops then.</summary>
    public virtual void AfterLoss(Learner learner)
    {
    }

    /// <summary>Right before the backward pass: <see cref="Learner.LossTensor"/> is what it starts from.</summary>
    public virtual void BeforeBackward(Learner learner)
    {
    }

    /// <summary>After the backward pass, before the optimizer's step: clip gradients here, or ask for <see cref="Learner.SkipStep"/>.</summary>
    public virtual void BeforeStep(Learner learner)
    {
    }

    /// <summary>After the optimizer's step, where one was made.</summary>
    public virtual void AfterStep(Learner learner)
    {
    }

    /// <summary>At the end of a training batch.</summary>
    public virtual void AfterBatch(Learner learner)
    {
    }

    /// <summary>After an epoch's last training batch; not where training was stopped before it.</summary>
    public virtual void AfterTrain(Learner learner)
    {
    }

    /// <summary>After an epoch's training, before its validation.</summary>
    public virtual void BeforeValidate(Learner learner)
    {
    }

    /// <summary>Before a validation batch's forward pass.</summary>
    public virtual void BeforeValidationBatch(Learner learner)
    {
    }

    /// <summary>After a validation batch: <see cref="Learner.Predictions"/> and <see cref="Learner.LossTensor"/> are its.</summary>
    public virtual void AfterValidationBatch(Learner learner)
    {
    }

    /// <summary>After an epoch's validation: <see cref="Learner.Epochs"/> has its line.</summary>
    public virtual void AfterValidate(Learner learner)
    {
    }

    /// <summary>At the end of an epoch with its validation: <see cref="Learner.Epochs"/> has its line.</summary>
    public virtual void AfterEpoch(Learner learner)
    {
    }

    /// <summary>After the last epoch, also where training was stopped.</summary>
    public virtual void AfterFit(Learner learner)
    {
    }

    /// <summary>Always runs at the end, after an exception too: take hooks off here.</summary>
    public virtual void CleanUp(Learner learner)
    {
    }
}
