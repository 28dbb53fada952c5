using System.Globalization;
using Engine.Nn;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Ends training before the optimizer's step where predictions or gradients are no numbers any more, and tells where that began.</summary>
/// <remarks>The learner stops by itself where the loss is no number; this callback finds the first layer, and gradients that a finite loss may have. Finding the layer
/// shows the batch to the model once more; running statistics are put back to what they were before.</remarks>
public sealed class StopOnNonFinite : Callback
{
    private List<(Tensor Buffer, float[] Values)> _buffers = [];

    /// <summary>Early: others should not act on such a batch.</summary>
    public override int Order => -15;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _buffers = [.. learner.Model.State().Where(entry => !entry.IsParameter).Select(entry => (entry.Value, new float[entry.Value.Count]))];
    }

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        foreach ((Tensor buffer, float[] values) in _buffers) buffer.Span.CopyTo(values);
    }

    /// <inheritdoc/>
    public override void AfterPrediction(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (AllFinite(learner.Predictions!)) return;
        string where = Origin(learner);
        foreach ((Tensor buffer, float[] values) in _buffers) buffer.CopyFrom(values);
        Stop(learner, where);
    }

    /// <inheritdoc/>
    public override void BeforeStep(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        IReadOnlyList<ParameterGroup> groups = learner.Optimizer.Groups;
        for (int i = 0; i < groups.Count; i++) // an enumerator would be an object a step
            for (int j = 0; j < groups[i].Parameters.Count; j++)
                if (groups[i].Parameters[j].Value is { HasGradient: true } value && !AllFinite(value.Grad!))
                {
                    learner.SkipStep();
                    Stop(learner, $"the gradient of {Name(learner.Model, groups[i].Parameters[j])} is no number, though the loss is {learner.LossValue.ToString("G5", CultureInfo.InvariantCulture)}");
                    return;
                }
    }

    private static void Stop(Learner learner, string what) => learner.Stop(string.Create(CultureInfo.InvariantCulture,
        $"{what}, in epoch {learner.Epoch}, batch {learner.BatchIndex}, at learning rate {learner.Optimizer.LearningRate:G4}; the weights are those before this batch. {(what.StartsWith("the inputs", StringComparison.Ordinal) ? "Look at the data." : "Use a lower rate, or clip the gradients.")}"));

    /// <summary>Inputs, then parameters, then layers in the order in which they run.</summary>
    private static string Origin(Learner learner)
    {
        if (!AllFinite(learner.Inputs)) return $"the inputs {learner.Inputs.Shape} have numbers that are not finite";
        foreach (StateEntry entry in learner.Model.State())
            if (entry.IsParameter && !AllFinite(entry.Value)) return $"parameter {entry.Name} {entry.Value.Shape} is not finite";
        Module? first = null;
        Shape shape = default;
        Module[] leaves = [.. learner.Model.Modules().Where(module => module.Children.Count == 0)];
        foreach (Module leaf in leaves) leaf.ForwardDone += Look;
        try
        {
            using GradMode.Scope noGrad = GradMode.NoGrad();
            learner.Model.Forward(learner.Inputs);
        }
        finally
        {
            foreach (Module leaf in leaves) leaf.ForwardDone -= Look;
        }
        return first is null ? $"the predictions {learner.Predictions!.Shape} are not finite" : $"layer {first.Path} ({first.Kind}) was the first to give numbers that are not finite, in {shape}";

        void Look(Module module, Tensor input, Tensor output)
        {
            if (first is null && !AllFinite(output)) (first, shape) = (module, output.Shape);
        }
    }

    private static string Name(Module model, Parameter parameter)
    {
        foreach (StateEntry entry in model.State())
            if (entry.Value == parameter.Value) return entry.Name;
        return parameter.Name;
    }

    private static bool AllFinite(Tensor tensor) => System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(tensor.Span);
}
