using System.Globalization;
using Engine.Nn;

namespace Engine.Training;

/// <summary>Watches a fit and tells, when it is over, what went wrong in it and why: dead units, collapse, a rate too high or too low, exploding gradients, inputs
/// that are not normalised, evaluation mode forgotten, batch norm on single images, too few inputs for the first layer's filters. Silent about a healthy one.</summary>
/// <remarks>It reads the learner's <see cref="ActivationStats"/> if there are any, or its own of one batch in ten. See docs/doctor.md for each finding.</remarks>
/// <example><code>
/// TrainingDoctor doctor = new();
/// learner.Fit(1, doctor);
/// Console.WriteLine(doctor);
/// </code></example>
public sealed class TrainingDoctor : Callback
{
    private const int Every = 10;
    private Casebook _book = new();
    private ActivationStats? _own;
    private List<Finding> _findings = [];

    /// <summary>Before clipping, so that it sees gradients as they are, and before <see cref="ActivationStats"/> are taken off.</summary>
    public override int Order => -20;

    /// <summary>What was found in the latest fit; empty for a healthy one.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>One finding a line, or that there is none.</summary>
    public override string ToString() => _findings.Count == 0 ? "nothing found" : string.Join("\n", _findings);

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        (_book, _findings) = (new Casebook(), []);
        _own = learner.Callbacks.Any(callback => callback is ActivationStats) ? null : new ActivationStats(every: Every, histograms: false);
        if (!learner.Model.Modules().Any(module => module.OwnParameters.Count > 0)) _own = null;
        _own?.BeforeFit(learner);
    }

    /// <inheritdoc/>
    public override void BeforeEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _book.BeforeEpoch(learner);
        _own?.BeforeEpoch(learner);
    }

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _book.BeforeBatch(learner);
        _own?.BeforeBatch(learner);
    }

    /// <inheritdoc/>
    public override void AfterPrediction(Learner learner) => _own?.AfterPrediction(learner);

    /// <inheritdoc/>
    public override void BeforeStep(Learner learner) => _book.BeforeStep(learner);

    /// <inheritdoc/>
    public override void BeforeValidate(Learner learner) => _book.BeforeValidate(learner);

    /// <inheritdoc/>
    public override void AfterValidationBatch(Learner learner) => _book.AfterValidationBatch(learner);

    /// <inheritdoc/>
    public override void AfterFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ActivationStats? stats = _own ?? learner.Callbacks.OfType<ActivationStats>().FirstOrDefault();
        Diagnosis diagnosis = new(learner, _book, stats);
        _findings = [.. new[]
        {
            Setup.FirstLayer(learner), Setup.Inputs(_book), Setup.SingleImages(learner, _book), Setup.EvaluationMode(_book),
            diagnosis.Collapse(), diagnosis.RateTooHigh(), diagnosis.RateTooLow(), diagnosis.ExplodingGradients(), diagnosis.DeadUnits(),
        }.OfType<Finding>()];
    }

    /// <inheritdoc/>
    public override void CleanUp(Learner learner) => _own?.CleanUp(learner);

    /// <summary>Findings about how training was set up.</summary>
    private static class Setup
    {
        /// <summary>The first layer has half as many filters as each of them has inputs, or more.</summary>
        public static Finding? FirstLayer(Learner learner)
        {
            if (learner.Model.Modules().FirstOrDefault(module => module is Conv2d) is not Conv2d first) return null;
            Shape weight = first.Weight.Shape;
            int inputs = weight[1] * weight[2] * weight[3], filters = weight[0];
            return 2 * filters < inputs ? null : new Finding("few-inputs", $"layer {first.Path}",
                $"the first convolution makes {filters} features from {inputs} inputs ({weight[1]} x {weight[2]} x {weight[3]}), so it has little to choose from.",
                "Use a larger kernel (5 x 5 rather than 3 x 3) or fewer filters there.");
        }

        /// <summary>The inputs are far from mean 0 and standard deviation 1; the range from 0 to 1 is near enough.</summary>
        public static Finding? Inputs(Casebook book) => book.Inputs is not { } inputs || (Math.Abs(inputs.Mean) <= 2 && inputs.Std is >= 0.02 and <= 4) ? null
            : new Finding("unnormalised-input", "first batch", Text($"the inputs have mean {inputs.Mean:G4} and standard deviation {inputs.Std:G4}; layers are initialised for 0 and 1."),
                "Normalise with the training set's statistics: Normalization.FromBatch, or ImageSet.ChannelStatistics.");

        public static Finding? SingleImages(Learner learner, Casebook book) =>
            book.SingleBatch < 0 || learner.Model.Modules().FirstOrDefault(module => module is BatchNorm) is not { } norm ? null
            : new Finding("batch-norm-batch-1", $"layer {norm.Path}, batch {book.SingleBatch}",
                $"{norm.Kind} was trained on a batch of 1 image: its statistics are that image's alone.", "Use larger batches, and dropLast: true where the last one is small.");

        public static Finding? EvaluationMode(Casebook book)
        {
            const string Advice = "Call Model.Eval() before predicting or validating and Model.Train() after it; Learner.Validate does both.";
            if (book.TrainedInValidation is { } wrong)
                return new Finding("training-mode", $"layer {wrong.Layer.Path}, validation of epoch {wrong.Epoch}", $"{wrong.Layer.Kind} was in training mode while validation batches went through.", Advice);
            return book.ExtraPasses() is not { } extra ? null : new Finding("training-mode", $"layer {extra.Layer.Path}",
                $"{extra.Layer.Kind} has seen {extra.Extra} more batches in training mode than the {book.Batches} of training: something predicts without evaluation mode and changes the running statistics.", Advice);
        }
    }

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
