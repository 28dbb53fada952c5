using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Engine.Data;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>The loop of one fit: epochs, batches, validation, with the callbacks' moments between.</summary>
/// <param name="learner">Whose model is trained.</param>
/// <param name="callbacks">In the order in which they run.</param>
/// <param name="validates">Whether epochs end with a validation, and with a line in <see cref="Learner.Epochs"/>.</param>
internal sealed class TrainingLoop(Learner learner, List<Callback> callbacks, bool validates)
{
    private bool _accumulates; // the gradients of a skipped step are still there

    /// <summary>Runs the epochs that <see cref="Learner.EpochCount"/> says.</summary>
    public void Run()
    {
        try
        {
            foreach (Callback callback in callbacks) callback.BeforeFit(learner);
            for (learner.Epoch = 0; learner.Epoch < learner.EpochCount && !learner.IsStopping; learner.Epoch++) RunEpoch();
            foreach (Callback callback in callbacks) callback.AfterFit(learner);
        }
        finally
        {
            learner.EndBatch();
            CleanUp();
        }
    }

    /// <summary>Every callback's turn, also where one throws: the first exception goes on when all are done.</summary>
    private void CleanUp()
    {
        ExceptionDispatchInfo? first = null;
        foreach (Callback callback in callbacks)
            try
            {
                callback.CleanUp(learner);
            }
            catch (Exception e)
            {
                first ??= ExceptionDispatchInfo.Capture(e);
            }
        first?.Throw();
    }

    private void RunEpoch()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (Callback callback in callbacks) callback.BeforeEpoch(learner);
        foreach (Callback callback in callbacks) callback.BeforeTrain(learner);
        Train();
        if (learner.IsStopping) return;
        foreach (Callback callback in callbacks) callback.AfterTrain(learner);
        if (!validates) return;
        foreach (Callback callback in callbacks) callback.BeforeValidate(learner);
        Evaluation evaluation = Evaluation.Run(learner, learner.Valid, callbacks);
        learner.AddEpoch(evaluation, Stopwatch.GetElapsedTime(start).TotalSeconds);
        foreach (Callback callback in callbacks) callback.AfterValidate(learner);
        foreach (Callback callback in callbacks) callback.AfterEpoch(learner);
    }

    private void Train()
    {
        learner.Model.Train();
        BatchesAhead batches = learner.BatchesOf(learner.Train);
        batches.Start(shuffle: true);
        try
        {
            for (learner.BatchIndex = 0; learner.BatchIndex < learner.Train.BatchCount && !learner.IsStopping; learner.BatchIndex++, learner.Step++)
            {
                learner.Progress = (double)learner.Step / learner.StepCount;
                using Workspace.Scope scope = learner.Workspace.Begin();
                RunBatch(batches.Next()!);
                learner.EndBatch();
            }
        }
        finally
        {
            batches.Stop();
        }
    }

    private void RunBatch(Batch batch)
    {
        learner.BeginBatch(batch);
        foreach (Callback callback in callbacks) callback.BeforeBatch(learner);
        learner.Predict();
        foreach (Callback callback in callbacks) callback.AfterPrediction(learner);
        learner.ComputeLoss();
        if (!double.IsFinite(learner.LossValue))
        {
            learner.Stop(string.Create(CultureInfo.InvariantCulture,
                $"the loss became {learner.LossValue} in epoch {learner.Epoch}, batch {learner.BatchIndex}, at learning rate {learner.Optimizer.LearningRate:G4}; the weights are those before this batch. Use a lower rate."));
            return;
        }
        foreach (Callback callback in callbacks) callback.AfterLoss(learner);
        foreach (Callback callback in callbacks) callback.BeforeBackward(learner);
        if (!_accumulates) learner.Optimizer.ZeroGrad();
        learner.LossTensor!.Backward();
        foreach (Callback callback in callbacks) callback.BeforeStep(learner);
        _accumulates = learner.SkipsStep;
        if (!learner.SkipsStep)
        {
            learner.Optimizer.Step();
            foreach (Callback callback in callbacks) callback.AfterStep(learner);
        }
        foreach (Callback callback in callbacks) callback.AfterBatch(learner);
    }
}
