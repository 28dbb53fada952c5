using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Does something at some moments; for tests.</summary>
internal sealed class At : Callback
{
    public Action<Learner>? Fit { get; init; }

    public Action<Learner>? Batch { get; init; }

    public Action<Learner>? Prediction { get; init; }

    public Action<Learner>? Loss { get; init; }

    public Action<Learner>? Gradients { get; init; }

    public Action<Learner>? Stepped { get; init; }

    public Action<Learner>? Done { get; init; }

    public Action<Learner>? ValidationBatch { get; init; }

    public Action<Learner>? Validated { get; init; }

    public Action<Learner>? Cleaning { get; init; }

    public override void BeforeFit(Learner learner) => Fit?.Invoke(learner);

    public override void BeforeBatch(Learner learner) => Batch?.Invoke(learner);

    public override void AfterPrediction(Learner learner) => Prediction?.Invoke(learner);

    public override void AfterLoss(Learner learner) => Loss?.Invoke(learner);

    public override void BeforeStep(Learner learner) => Gradients?.Invoke(learner);

    public override void AfterStep(Learner learner) => Stepped?.Invoke(learner);

    public override void AfterBatch(Learner learner) => Done?.Invoke(learner);

    public override void AfterValidationBatch(Learner learner) => ValidationBatch?.Invoke(learner);

    public override void AfterValidate(Learner learner) => Validated?.Invoke(learner);

    public override void CleanUp(Learner learner) => Cleaning?.Invoke(learner);
}
