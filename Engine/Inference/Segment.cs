using Engine.Kernels;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Inference;

/// <summary>A stretch of a model that runs by itself, from row-major numbers to row-major numbers.</summary>
internal abstract unsafe class Segment
{
    /// <summary>Floats of an image's result.</summary>
    public required int Features { get; init; }

    /// <summary>Runs a batch.</summary>
    /// <param name="input">The images.</param>
    /// <param name="inLanes">Whether they lie in batch lanes; else row-major.</param>
    /// <param name="output">The result, row-major.</param>
    /// <param name="batch">How many.</param>
    public abstract void Run(float* input, bool inLanes, float* output, int batch);
}

/// <summary>Layers that are planned: the batch goes in blocks of images, each through all layers on one thread while its numbers are in that one's caches.</summary>
internal sealed unsafe class PlannedSegment(Lowering model) : Segment
{
    /// <summary>Bytes of working memory up to which a block grows.</summary>
    private const long BlockBytes = 3 << 20;

    /// <summary>Multiply-adds of a block from which its layers, rather than the blocks, go to several threads where there are too few blocks for all.</summary>
    private const long LargeBlock = 1_000_000;

    private const int Widest = BatchLanes.FullWidth / BatchLanes.Step;

    private readonly BlockProgram?[] _programs = new BlockProgram?[Widest + 1]; // by width / 16; 0: single images
    private readonly Lock _gate = new();
    private readonly long _inputs = model.Views[0].Image(1).Count, _work = model.Operations.OfType<ConvOperation>().Sum(conv => conv.Geometry.MultiplyAdds);

    /// <inheritdoc/>
    public override void Run(float* input, bool inLanes, float* output, int batch)
    {
        int wide = BatchLanes.FirstSingle(batch), width = inLanes ? BatchLanes.FullWidth : Width(wide), blocks = (wide + width - 1) / width + batch - wide;
        Body body = new() { Segment = this, Input = input, InLanes = inLanes, Output = output, Batch = batch, Width = width };
        long perBlock = Math.Max(1, _work * batch / Math.Max(1, blocks));
        if (blocks < Work.Threads && perBlock >= LargeBlock) body.Run(0, blocks);
        else Work.For(blocks, (int)Math.Clamp(LargeBlock / 4 / perBlock, 1, 1 << 20), ref body);
    }

    /// <summary>Images in a block: enough blocks for the threads, and no more memory than stays in a cache. No bit depends on it.</summary>
    private int Width(int wide)
    {
        for (int width = BatchLanes.FullWidth; width > BatchLanes.Step; width /= 2)
        {
            int blocks = wide / width;
            if (blocks >= Work.Threads && (blocks % Work.Threads == 0 || blocks >= 4 * Work.Threads) && Program(width).Memory * sizeof(float) <= BlockBytes) return width;
        }
        return BatchLanes.Step;
    }

    private BlockProgram Program(int width)
    {
        ref BlockProgram? program = ref _programs[width / BatchLanes.Step];
        if (Volatile.Read(ref program) is { } known) return known;
        lock (_gate)
        {
            if (program is null) Volatile.Write(ref program, new BlockProgram(model, width));
            return program;
        }
    }

    private struct Body : IWorkBody
    {
        public PlannedSegment Segment;
        public float* Input, Output;
        public bool InLanes;
        public int Batch, Width;

        public readonly void Run(int from, int to)
        {
            int wide = BatchLanes.FirstSingle(Batch), wideBlocks = (wide + Width - 1) / Width;
            for (int item = from; item < to; item++)
            {
                int first = item < wideBlocks ? item * Width : wide + item - wideBlocks, width = item < wideBlocks ? Math.Min(Width, wide - first) : 1;
                Segment.Program(width).Run(Input + first * Segment._inputs, InLanes, Output + (long)first * Segment.Features);
            }
        }
    }
}

/// <summary>A module that runs by its own forward pass, on the whole batch.</summary>
internal sealed unsafe class ModuleSegment(Module module, Shape image) : Segment
{
    private readonly Stack<Workspace> _free = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public override void Run(float* input, bool inLanes, float* output, int batch)
    {
        if (module.IsTraining)
            throw new InvalidOperationException($"inference session: {module.Kind}{(module.Path.Length == 0 ? "" : $" (layer {module.Path})")} runs by its own forward pass, and is in training mode; call Eval() on the model first.");
        using GradMode.Scope noGrad = GradMode.NoGrad();
        if (Workspace.Current is not null)
        {
            Forward(input, inLanes, output, batch);
            return;
        }
        Workspace? workspace;
        lock (_gate)
            if (!_free.TryPop(out workspace)) workspace = new Workspace();
        try
        {
            using Workspace.Scope scope = workspace.Begin();
            Forward(input, inLanes, output, batch);
        }
        finally
        {
            lock (_gate) _free.Push(workspace);
        }
    }

    private void Forward(float* input, bool inLanes, float* output, int batch)
    {
        Shape shape = image.With(0, batch), expected = module.OutputShape(shape);
        Tensor x = Tensor.Empty(shape, inLanes ? Layout.BatchLanes : Layout.RowMajor);
        new ReadOnlySpan<float>(input, shape.Count).CopyTo(x.Span);
        Tensor y = module.Forward(x);
        if (y.Shape != expected)
            throw new InvalidOperationException($"inference session: {module.Kind} gave {y.Shape}, but its OutputShape says {expected} for an input {shape}.");
        y.AsSpan().CopyTo(new Span<float>(output, expected.Count));
    }
}
