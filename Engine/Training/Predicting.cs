using Engine.Data;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>What a trained model says: of a set, of one image, of a set seen several ways.</summary>
public static class Predicting
{
    /// <summary>Loss and confusion matrix over a whole set, in evaluation mode, without gradients. Callbacks are not told.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="loader">The set.</param>
    /// <returns>Mean loss weighted by count, and how often each class was taken for each.</returns>
    public static (double Loss, ConfusionMatrix Confusion) Validate(this Learner learner, DataLoader loader)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(loader);
        Evaluation evaluation = Evaluation.Run(learner, loader, []);
        return (evaluation.Loss, evaluation.Counts.Confusion);
    }

    /// <summary>The model's probabilities for every image of a set, with its class and loss; in evaluation mode, in the set's own order
    /// (without a last batch where the loader leaves it out).</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="loader">The set; null for the validation set.</param>
    /// <param name="logits">Gives what the model gives instead of its softmax.</param>
    public static PredictionSet GetPredictions(this Learner learner, DataLoader? loader = null, bool logits = false)
    {
        ArgumentNullException.ThrowIfNull(learner);
        loader ??= learner.Valid;
        int count = loader.ImageCount, done = 0;
        float[] scores = [], losses = new float[count];
        int[] targets = new int[count];
        Evaluation.ForEachBatch(learner, loader, [], (Batch batch, Tensor predictions, double loss) =>
        {
            Tensor rows = predictions.Reshape(batch.Count, predictions.Count / batch.Count);
            int classes = rows.Shape[1];
            if (done == 0) scores = new float[count * classes];
            (logits ? rows : rows.Softmax(1)).AsSpan().CopyTo(scores.AsSpan(done * classes));
            batch.Labels.CopyTo(targets.AsSpan(done));
            for (int i = 0; i < batch.Count; i++) losses[done + i] = learner.LossFunction(predictions.Slice(0, i, i + 1), batch.Labels.Slice(i, 1)).Item();
            done += batch.Count;
        });
        return new PredictionSet(loader.Images.Classes, scores, targets, losses);
    }

    /// <summary>What the model says of one image.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="image">[C, H, W] row-major, 0 (black) to 255, as the validation set has them; it is normalised like those.</param>
    /// <exception cref="ArgumentException">As many pixels as no image of the set has.</exception>
    public static Prediction Predict(this Learner learner, ReadOnlySpan<byte> image)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ImageSet like = learner.Valid.Images;
        Shape shape = new(1, like.Shape[1], like.Shape[2], like.Shape[3]);
        if (image.Length != shape.Count)
            throw new ArgumentException($"predict: an image of {like.Name} has {shape.Count} pixels [{shape[1]}, {shape[2]}, {shape[3]}], got {image.Length}.", nameof(image));
        PredictionSet one = learner.GetPredictions(new DataLoader(new ImageSet(shape, image.ToArray(), [0], like.Classes), 1, learner.Valid.Normalization));
        int best = one.Predicted(0);
        return new Prediction(best, like.Classes[best], one.Of(0).ToArray());
    }

    /// <summary>Test-time augmentation (fastai's tta): the mean of the probabilities for changed images, a part of the way towards those for the plain ones.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="loader">The set; null for the validation set.</param>
    /// <param name="augmentations">How the images are changed; null for <see cref="Augmentation.Shifts"/>.</param>
    /// <param name="beta">The part: 0 the changed images alone, 1 the plain ones alone.</param>
    /// <returns>Probabilities; the losses are minus the logarithm of the true class's.</returns>
    /// <exception cref="ArgumentException">There are no augmentations.</exception>
    /// <exception cref="ArgumentOutOfRangeException">beta is not 0 to 1.</exception>
    public static PredictionSet GetAugmentedPredictions(this Learner learner, DataLoader? loader = null, IEnumerable<Func<ImageSet, ImageSet>>? augmentations = null, double beta = 0.25)
    {
        ArgumentNullException.ThrowIfNull(learner);
        loader ??= learner.Valid;
        Optim.Ranges.Fraction("test-time augmentation", "beta", beta);
        Func<ImageSet, ImageSet>[] ways = [.. augmentations ?? Augmentation.Shifts];
        if (ways.Length == 0) throw new ArgumentException("test-time augmentation: there must be at least one augmentation, got none.", nameof(augmentations));
        PredictionSet plain = learner.GetPredictions(loader);
        double[] sums = new double[plain.Scores.Length];
        foreach (Func<ImageSet, ImageSet> way in ways)
        {
            ReadOnlySpan<float> changed = learner.GetPredictions(new DataLoader(way(loader.Images), loader.BatchSize, loader.Normalization, dropLast: loader.DropLast)).Scores;
            for (int i = 0; i < sums.Length; i++) sums[i] += changed[i];
        }
        float[] scores = new float[sums.Length], losses = new float[plain.Count];
        for (int i = 0; i < sums.Length; i++)
        {
            double mean = sums[i] / ways.Length;
            scores[i] = (float)(mean + beta * (plain.Scores[i] - mean));
        }
        int[] targets = [.. plain.Targets];
        int classes = scores.Length / plain.Count;
        for (int n = 0; n < losses.Length; n++) losses[n] = (float)-Elementary.Log(scores[n * classes + targets[n]]);
        return new PredictionSet(plain.Classes, scores, targets, losses);
    }
}
