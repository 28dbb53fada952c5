using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Tests.Garbage;

/// <summary>A step as a program would write it.</summary>
internal sealed class Step
{
    private readonly Workspace _workspace = new();
    private readonly Module _model;
    private readonly Optimizer _optimizer;
    private readonly Tensor _inputs;
    private readonly int[] _labels;

    public Step(Net net, int batch, Func<IEnumerable<Parameter>, Optimizer> optimizer)
    {
        Rng rng = new(1);
        _model = net.Create(rng);
        _optimizer = optimizer(_model.Parameters());
        _inputs = Tensor.Normal([batch, .. net.Image.Sizes], rng);
        _labels = [.. Enumerable.Range(0, batch).Select(_ => rng.NextInt(10))];
    }

    public void Train() => Train(clip: false);

    public void TrainClipped() => Train(clip: true);

    public void Infer()
    {
        using GradMode.Scope noGrad = GradMode.NoGrad();
        using Workspace.Scope scope = _workspace.Begin();
        _model.Eval();
        _ = _model.Forward(_inputs).AsSpan();
    }

    private void Train(bool clip)
    {
        using Workspace.Scope scope = _workspace.Begin();
        _model.Train();
        Tensor loss = _model.Forward(_inputs).CrossEntropy(_labels);
        _model.ZeroGrad();
        loss.Backward();
        if (clip) GradientClipping.ClipNorm(_optimizer.Groups[0].Parameters, 1);
        _optimizer.Step();
        _ = loss.Item();
    }
}
