using Engine.Inference;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Benchmarks.Doors;

/// <summary>One step of training or inference through the public API, as a program would write it, on a batch that is always the same.</summary>
internal sealed class TrainingStep
{
    private readonly Module _model;
    private readonly Sgd _optimizer;
    private readonly Workspace _workspace = new();
    private readonly Tensor _inputs;
    private readonly int[] _labels;
    private InferenceSession? _session;

    public TrainingStep(Module model, Shape input)
    {
        Rng rng = new(2);
        _model = model;
        _optimizer = new Sgd(model.Parameters(), learningRate: 0.01, momentum: 0.9);
        _inputs = Tensor.Normal(input, rng);
        _labels = [.. Enumerable.Range(0, input[0]).Select(_ => rng.NextInt(10))];
    }

    /// <summary>Forward, cross-entropy, backward, SGD with momentum 0.9.</summary>
    public void Train()
    {
        using Workspace.Scope scope = _workspace.Begin();
        _model.Train();
        Tensor loss = _model.Forward(_inputs).CrossEntropy(_labels);
        _optimizer.ZeroGrad();
        loss.Backward();
        _optimizer.Step();
        _ = loss.Item();
    }

    /// <summary>A prediction by an <see cref="InferenceSession"/>, which has the model as it was at the first one.</summary>
    public void Infer()
    {
        using Workspace.Scope scope = _workspace.Begin();
        _session ??= new InferenceSession(_model);
        _ = _session.Run(_inputs).AsSpan();
    }
}
