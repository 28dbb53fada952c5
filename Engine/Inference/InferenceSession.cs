using Engine.Nn;
using Engine.Tensors;

namespace Engine.Inference;

/// <summary>A model made ready to predict: batch norms folded into their neighbours, weights packed, memory planned. One session may run on any number of
/// threads at once, beside a training of the model too; every call gives the bits that it gives alone.</summary>
/// <example><code>
/// InferenceSession session = new(model);
/// Tensor scores = session.Run(images);                    // [N, 1, 28, 28] to [N, 10]
/// session.Run(pixels, [1, 1, 28, 28], scores: span);      // the same without a tensor: no memory is allocated
/// </code></example>
/// <remarks><para>It computes what the model computes in evaluation mode, whatever mode that is in, but for rounding: folding changes the order in which numbers
/// are rounded. It has its own copy of weights and running statistics: later training is not seen until <see cref="Refresh"/>.</para>
/// <para>Modules it does not know, and batch norms without running statistics, run by their own forward pass, on the whole batch, and must be in evaluation
/// mode. Nobody hears <see cref="Module.ForwardDone"/>: a model with listeners is refused.</para></remarks>
public sealed class InferenceSession
{
    private const int MostPlans = 8;

    private readonly Module _model;
    private readonly Lock _gate = new();
    private Snapshot _snapshot;

    /// <summary>Reads a model.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidOperationException">One of its modules has a <see cref="Module.ForwardDone"/> listener.</exception>
    public InferenceSession(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _snapshot = new Snapshot(LayerReader.Read(model));
    }

    /// <summary>Reads the model again: what was trained or loaded since. Calls that run meanwhile end with the numbers they began with.</summary>
    /// <exception cref="InvalidOperationException">One of its modules has a <see cref="Module.ForwardDone"/> listener.</exception>
    public void Refresh() => Volatile.Write(ref _snapshot, new Snapshot(LayerReader.Read(_model)));

    /// <summary>The shape of the result for an input of a shape.</summary>
    /// <param name="input">The batch first.</param>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public Shape OutputShape(Shape input) => Plan(Volatile.Read(ref _snapshot), input).OutputShape(input[0]);

    /// <summary>Predicts.</summary>
    /// <param name="x">The input; the first dimension is the batch.</param>
    /// <returns>The result, outside any graph; memory of the current <see cref="Workspace"/>, if there is one.</returns>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    /// <exception cref="InvalidOperationException">A module that runs by its own forward pass is in training mode.</exception>
    public Tensor Run(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Snapshot snapshot = Volatile.Read(ref _snapshot);
        InferencePlan plan = Plan(snapshot, x.Shape);
        Tensor y = Tensor.Empty(plan.OutputShape(x.Shape[0]));
        Run(plan, x.Span, inLanes: x.Layout == Layout.BatchLanes, x.Shape[0], y.Span);
        GC.KeepAlive(snapshot);
        return y;
    }

    /// <summary>Predicts from memory to memory.</summary>
    /// <param name="input">The input, row-major.</param>
    /// <param name="shape">Its shape; the first dimension is the batch.</param>
    /// <param name="output">Receives the result, row-major: as many numbers as <see cref="OutputShape"/> says. It may not overlap the input.</param>
    /// <exception cref="ArgumentException">The input does not fit, or a span has another length than its shape.</exception>
    /// <exception cref="InvalidOperationException">A module that runs by its own forward pass is in training mode.</exception>
    public void Run(ReadOnlySpan<float> input, Shape shape, Span<float> output)
    {
        if (input.Length != shape.Count)
            throw new ArgumentException($"inference session: an input of shape {shape} has {shape.Count} values, got {input.Length}.", nameof(input));
        Snapshot snapshot = Volatile.Read(ref _snapshot);
        InferencePlan plan = Plan(snapshot, shape);
        Shape result = plan.OutputShape(shape[0]);
        if (output.Length != result.Count)
            throw new ArgumentException($"inference session: the output for an input {shape} has shape {result}, {result.Count} values, got room for {output.Length}.", nameof(output));
        if (output.Overlaps(input))
            throw new ArgumentException("inference session: input and output may not overlap.", nameof(output));
        Run(plan, input, inLanes: false, shape[0], output);
        GC.KeepAlive(snapshot);
    }

    private static unsafe void Run(InferencePlan plan, ReadOnlySpan<float> input, bool inLanes, int batch, Span<float> output)
    {
        if (output.IsEmpty) return;
        fixed (float* x = input, y = output) plan.Run(x, inLanes, y, batch);
    }

    private InferencePlan Plan(Snapshot snapshot, Shape input)
    {
        if (input.Rank == 0) throw new ArgumentException("inference session: the input must have a batch dimension, got a scalar.", nameof(input));
        return Find(snapshot, input) ?? Make(snapshot, input);
    }

    private static InferencePlan? Find(Snapshot snapshot, Shape input)
    {
        foreach (InferencePlan plan in Volatile.Read(ref snapshot.Plans))
            if (plan.Suits(input)) return plan;
        return null;
    }

    private InferencePlan Make(Snapshot snapshot, Shape input)
    {
        lock (_gate)
        {
            if (Find(snapshot, input) is { } known) return known;
            InferencePlan plan = new(snapshot.Layers, input);
            Volatile.Write(ref snapshot.Plans, [plan, .. snapshot.Plans.Take(MostPlans - 1)]);
            return plan;
        }
    }

    /// <summary>The model as it was at a moment, and the plans made from it, by the shape of an image; the latest first.</summary>
    private sealed class Snapshot(Layer[] layers)
    {
        public InferencePlan[] Plans = [];

        public Layer[] Layers => layers;
    }
}
