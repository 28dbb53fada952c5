using Engine.Data;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>What a model does on a set.</summary>
/// <param name="Loss">Mean loss, weighted by count.</param>
/// <param name="Counts">How the items were classified.</param>
internal sealed record Evaluation(double Loss, ClassificationCounts Counts)
{
    /// <summary>Runs the model over a set, in evaluation mode, without gradients.</summary>
    /// <param name="learner">Whose model and loss.</param>
    /// <param name="loader">The set, in its own order.</param>
    /// <param name="callbacks">Who is told of the batches.</param>
    public static Evaluation Run(Learner learner, DataLoader loader, List<Callback> callbacks)
    {
        ClassificationCounts counts = new(loader.Images.Classes);
        double sum = 0;
        ForEachBatch(learner, loader, callbacks, (Batch batch, Tensor predictions, double loss) =>
        {
            sum += loss * batch.Count;
            counts.Add(predictions.AsSpan(), batch.Labels);
        });
        return new Evaluation(sum / counts.Total, counts);
    }

    /// <summary>Shows the model every batch of a set and passes on what it says.</summary>
    /// <param name="learner">Whose model and loss.</param>
    /// <param name="loader">The set, in its own order.</param>
    /// <param name="callbacks">Who is told of the batches.</param>
    /// <param name="look">Receives batch, predictions and loss, which end with the batch.</param>
    public static void ForEachBatch(Learner learner, DataLoader loader, List<Callback> callbacks, Action<Batch, Tensor, double> look)
    {
        bool training = learner.Model.IsTraining;
        double trainingLoss = learner.LossValue;
        learner.Model.Eval();
        BatchesAhead batches = learner.BatchesOf(loader);
        try
        {
            using GradMode.Scope noGrad = GradMode.NoGrad();
            batches.Start(shuffle: false);
            for (learner.ValidationBatchIndex = 0; learner.ValidationBatchIndex < loader.BatchCount; learner.ValidationBatchIndex++)
            {
                using Workspace.Scope scope = learner.Workspace.Begin();
                Batch batch = batches.Next()!;
                learner.BeginBatch(batch);
                foreach (Callback callback in callbacks) callback.BeforeValidationBatch(learner);
                learner.Predict();
                learner.ComputeLoss();
                look(batch, learner.Predictions!, learner.LossValue);
                foreach (Callback callback in callbacks) callback.AfterValidationBatch(learner);
                learner.EndBatch();
            }
        }
        finally
        {
            learner.EndBatch();
            learner.LossValue = trainingLoss;
            batches.Stop();
            learner.Model.Train(training);
        }
    }
}
