using Engine.Data;
using Engine.Kernels.Statistics;
using Engine.Nn;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>What a <see cref="TrainingDoctor"/> writes down while a fit runs.</summary>
internal sealed class Casebook
{
    private readonly List<(BatchNorm Layer, long Before)> _norms = [];
    private readonly List<(Tensor Value, float[] Before)> _parameters = [];
    private readonly List<double> _gradientNorms = [];
    private int[] _predicted = [];

    /// <summary>Where the recorder's numbers of this fit begin.</summary>
    public int FirstLoss { get; private set; }

    /// <summary>Norm of all gradients before each step.</summary>
    public IReadOnlyList<double> GradientNorms => _gradientNorms;

    /// <summary>Mean and standard deviation of the first batch's inputs.</summary>
    public (double Mean, double Std)? Inputs { get; private set; }

    /// <summary>The first training batch of one image; -1 for none.</summary>
    public int SingleBatch { get; private set; } = -1;

    /// <summary>A layer that was in training mode while a validation batch went through, and the epoch.</summary>
    public (Module Layer, int Epoch)? TrainedInValidation { get; private set; }

    /// <summary>How often each class was predicted in the latest validation.</summary>
    public ReadOnlySpan<int> Predicted => _predicted;

    /// <summary>Batches that were trained while this was written: of a fit that was resumed those after that.</summary>
    public int Batches { get; private set; }

    /// <summary>What there is before the first batch; only then, since a fit may begin with a checkpoint.</summary>
    private void Begin(Learner learner)
    {
        FirstLoss = learner.Recorder.Losses.Count;
        foreach (Module module in learner.Model.Modules())
            if (module is BatchNorm { RunningMean: not null } norm) _norms.Add((norm, norm.BatchesTracked));
        foreach (Parameter parameter in learner.Model.Parameters()) _parameters.Add((parameter.Value, parameter.Value.ToArray()));
    }

    public void BeforeEpoch(Learner learner) => _gradientNorms.EnsureCapacity(_gradientNorms.Count + learner.Train.BatchCount);

    public void BeforeBatch(Learner learner)
    {
        if (Batches++ == 0) Begin(learner);
        if (Inputs is null)
        {
            (double mean, double std, _) = ActivationKernel.Run(learner.Inputs.Span, rectify: false, []);
            Inputs = (mean, std);
        }
        if (SingleBatch < 0 && learner.Inputs.Shape[0] == 1) SingleBatch = learner.Step;
    }

    public void BeforeStep(Learner learner)
    {
        double squares = 0;
        IReadOnlyList<ParameterGroup> groups = learner.Optimizer.Groups;
        for (int i = 0; i < groups.Count; i++)
        {
            double norm = GradientClipping.ClipNorm(groups[i].Parameters, double.PositiveInfinity);
            squares += norm * norm;
        }
        _gradientNorms.Add(Math.Sqrt(squares));
    }

    public void BeforeValidate(Learner learner)
    {
        if (_predicted.Length == 0) _predicted = new int[learner.Valid.Images.Classes.Count];
        Array.Clear(_predicted);
    }

    public void AfterValidationBatch(Learner learner)
    {
        if (TrainedInValidation is null && learner.Model.Modules().FirstOrDefault(module => module.IsTraining) is { } layer)
            TrainedInValidation = (learner.Model.Modules().FirstOrDefault(module => module is BatchNorm && module.IsTraining) ?? layer, learner.Epoch);
        Tensor predictions = learner.Predictions!;
        int classes = predictions.Count / Math.Max(1, predictions.Shape[0]);
        ReadOnlySpan<float> scores = predictions.AsSpan();
        for (int i = 0; i < predictions.Shape[0]; i++)
        {
            int best = ClassificationCounts.ArgMax(scores.Slice(i * classes, classes));
            if (best < _predicted.Length) _predicted[best]++;
        }
    }

    /// <summary>Forward passes in training mode beyond the fit's own batches, and the layer that counted them.</summary>
    public (BatchNorm Layer, long Extra)? ExtraPasses()
    {
        foreach ((BatchNorm layer, long before) in _norms)
            if (layer.BatchesTracked - before > Batches) return (layer, layer.BatchesTracked - before - Batches);
        return null;
    }

    /// <summary>How far the parameters have moved, over how long they were.</summary>
    public double Movement()
    {
        double moved = 0, length = 0;
        foreach ((Tensor value, float[] before) in _parameters)
        {
            ReadOnlySpan<float> now = value.AsSpan();
            for (int i = 0; i < before.Length; i++)
            {
                double d = (double)now[i] - before[i];
                (moved, length) = (moved + d * d, length + (double)before[i] * before[i]);
            }
        }
        return length == 0 ? 0 : Math.Sqrt(moved / length);
    }

    /// <summary>Units (channels, features) that no image of a validation batch makes positive, for every ReLU of the model.</summary>
    public static List<(Module Layer, int Dead, int Units)> DeadUnits(Learner learner)
    {
        List<(Module, int, int)> found = [];
        Module[] relus = [.. learner.Model.Modules().Where(module => module is Relu)];
        foreach (Module relu in relus) relu.ForwardDone += Look;
        bool training = learner.Model.IsTraining;
        learner.Model.Eval();
        try
        {
            using GradMode.Scope noGrad = GradMode.NoGrad();
            Batch batch = learner.Valid.Gather([.. Enumerable.Range(0, Math.Min(learner.Valid.Images.Count, 512))]);
            learner.Model.Forward(batch.Inputs);
        }
        finally
        {
            learner.Model.Train(training);
            foreach (Module relu in relus) relu.ForwardDone -= Look;
        }
        return found;

        void Look(Module module, Tensor input, Tensor output)
        {
            if (output.Rank < 2) return;
            (int items, int units, int plane) = (output.Shape[0], output.Shape[1], output.Plane);
            ReadOnlySpan<float> values = output.AsSpan();
            bool[] alive = new bool[units];
            for (int i = 0; i < items * units; i++)
                if (!alive[i % units] && values.Slice(i * plane, plane).ContainsAnyExcept(0f)) alive[i % units] = true;
            found.Add((module, alive.Count(a => !a), units));
        }
    }
}
