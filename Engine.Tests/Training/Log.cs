using System.Runtime.CompilerServices;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Writes down every moment.</summary>
internal sealed class Log(string name, int order, List<string> calls) : Callback
{
    public override int Order => order;

    public override void BeforeFit(Learner learner) => Add();

    public override void BeforeEpoch(Learner learner) => Add();

    public override void BeforeTrain(Learner learner) => Add();

    public override void BeforeBatch(Learner learner) => Add();

    public override void AfterPrediction(Learner learner) => Add();

    public override void AfterLoss(Learner learner) => Add();

    public override void BeforeBackward(Learner learner) => Add();

    public override void BeforeStep(Learner learner) => Add();

    public override void AfterStep(Learner learner) => Add();

    public override void AfterBatch(Learner learner) => Add();

    public override void AfterTrain(Learner learner) => Add();

    public override void BeforeValidate(Learner learner) => Add();

    public override void BeforeValidationBatch(Learner learner) => Add();

    public override void AfterValidationBatch(Learner learner) => Add();

    public override void AfterValidate(Learner learner) => Add();

    public override void AfterEpoch(Learner learner) => Add();

    public override void AfterFit(Learner learner) => Add();

    public override void CleanUp(Learner learner) => Add();

    private void Add([CallerMemberName] string moment = "") => calls.Add($"{name} {moment}");
}
