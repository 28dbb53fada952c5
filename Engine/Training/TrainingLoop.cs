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
    private readonly FitProgress _progress = learner.Fitting;
    private int _first; // the batch with which the next epoch begins: not 0 where a checkpoint was written in the midst of it

    /// <summary>Runs the epochs that <see cref="Learner.EpochCount"/> says.</summary>
    public void Run()
    {
        FitCheckpoint checkpoint = _progress.Checkpoint!;
        _progress.StartFit();
        try
        {
            foreach (Callback callback in callbacks) callback.BeforeFit(learner);
            if (checkpoint.IsResumed)
            {
                checkpoint.Load();
                _first = learner.BatchIndex;
            }
            for (; learner.Epoch < learner.EpochCount && !learner.IsStopping; learner.Epoch++) RunEpoch();
            foreach (Callback callback in callbacks) callback.AfterFit(learner);
        }
        finally
        {
            learner.EndBatch();
            _progress.EndFit(validates);
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
        _progress.StartEpoch();
        foreach (Callback callback in callbacks) callback.BeforeEpoch(learner);
        foreach (Callback callback in callbacks) callback.BeforeTrain(learner);
        Train(_first);
        _first = 0;
        if (learner.IsStopping) return;
        foreach (Callback callback in callbacks) callback.AfterTrain(learner);
        if (!validates) return;
        foreach (Callback callback in callbacks) callback.BeforeValidate(learner);
        Evaluation evaluation = Evaluation.Run(learner, learner.Valid, callbacks);
        learner.AddEpoch(evaluation, _progress.EpochSeconds);
        _progress.EpochSecondsBefore = 0;
        foreach (Callback callback in callbacks) callback.AfterValidate(learner);
        foreach (Callback callback in callbacks) callback.AfterEpoch(learner);
    }

    private void Train(int first)
    {
        if (first > 0) _progress.Checkpoint!.Load(); // again: the moments before an epoch were in the checkpoint already
        learner.Model.Train();
        BatchesAhead batches = learner.BatchesOf(learner.Train);
        _progress.OrderStart = learner.Train.Shuffling?.State;
        batches.Start(shuffle: true, first);
        if (first > 0) _progress.Checkpoint!.LoadOrderNow();
        try
        {
            for (learner.BatchIndex = first; learner.BatchIndex < learner.Train.BatchCount && !learner.IsStopping; learner.BatchIndex++, learner.Step++)
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
                $"the loss became {learner.LossValue} in epoch {learner.Epoch}, batch {learner.BatchIndex}, at learning rate {learner.Optimizer.Groups[^1].LearningRate:G4}; the weights are those before this batch. Use a lower rate."));
            return;
        }
        foreach (Callback callback in callbacks) callback.AfterLoss(learner);
        foreach (Callback callback in callbacks) callback.BeforeBackward(learner);
        if (!_progress.Accumulates) learner.Optimizer.ZeroGrad();
        learner.LossTensor!.Backward();
        foreach (Callback callback in callbacks) callback.BeforeStep(learner);
        _progress.Accumulates = learner.SkipsStep;
        if (!learner.SkipsStep)
        {
            learner.Optimizer.Step();
            foreach (Callback callback in callbacks) callback.AfterStep(learner);
        }
        foreach (Callback callback in callbacks) callback.AfterBatch(learner);
    }
}
