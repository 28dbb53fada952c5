using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>The wide blocks of a pass of 3 x 3 convolution by <see cref="Winograd"/>'s way: the forward pass, or the input's gradient, which is the same with turned
/// kernels and padding 2 - p. A group of tiles side by side in the lanes is taken to its points, multiplied there, and taken back.</summary>
/// <remarks>Every result is one chain over source channels at each point, between transforms that are fixed chains themselves: the same bits whatever the
/// vectors, the tiles in a group or the threads.</remarks>
internal unsafe struct WinogradPass
{
    /// <summary>Lanes of a group's products at most: one tile of registers wide.</summary>
    public const int Columns = 64;

    /// <summary>Groups that are enough pieces of work. Fewer are cut into two halves of the result channels, which go to the threads that have made their weights.</summary>
    private const int LeastGroups = 4;

    /// <summary>Floats of values and products of a group of most lanes, 4 MB.</summary>
    private const long MostValues = 1 << 20;

    /// <summary>Floats of sources and results, 1 MB, that stay in a second cache; and 8 MB, beyond which transforms ask for what comes next even where the products before have.</summary>
    private const long MostNear = 1 << 18, MostAsked = 2 << 20;

    /// <summary>Lanes that go together; bits do not depend on them.</summary>
    public int GroupLanes = Columns;

    public WinogradPass()
    {
    }

    /// <summary>Activations in batch lanes; weights by <see cref="WinogradWeights"/>; bias or null.</summary>
    public float* Source, Weights, Bias, Result;

    /// <summary>Sizes.</summary>
    public int Batch, SourceHeight, SourceWidth, SourceChannels, ResultHeight, ResultWidth, ResultChannels;

    /// <summary>Padding before the first row and column; may be negative.</summary>
    public int Top, Left;

    /// <summary>Result of a ReLU whose gradient the pass computes (see <see cref="Conv2dPass.Rectified"/>), or null; wide blocks apply it.</summary>
    public float* Rectified;

    /// <summary>Whether a result below zero becomes zero.</summary>
    public bool Relu;

    /// <summary>Whether a group asks for the sources of the next one while it multiplies.</summary>
    public bool LooksFar;

    /// <summary>Tiles of an image.</summary>
    public readonly int Tiles => Winograd.Tiles(ResultHeight) * Winograd.Tiles(ResultWidth);

    /// <summary>Whether sources and results are so many that inside a training step they come from far: then transforms ask for what they need next.</summary>
    public readonly bool IsLarge => Floats > (LooksFar ? MostAsked : MostNear);

    private readonly long Floats => Batch * ((long)SourceHeight * SourceWidth * SourceChannels + (long)ResultHeight * ResultWidth * ResultChannels);

    /// <summary>Computes all wide blocks.</summary>
    public readonly void Run()
    {
        int wide = BatchLanes.WideBlocks(Batch);
        Body body = new() { Pass = this };
        // a cache shared by cores would lose the weights for so many values and products
        if ((long)Winograd.Points * Columns * (SourceChannels + ResultChannels) > MostValues) body.Pass.GroupLanes = Columns / 2;
        body.Pass.LooksFar = WinogradAhead.LooksFar(SourceChannels, ResultChannels);
        body.PerBlock = body.Pass.Groups(BatchLanes.BlockOf(Batch, 0).Width);
        body.Groups = (wide - 1) * body.PerBlock + body.Pass.Groups(BatchLanes.BlockOf(Batch, wide - 1).Width);
        body.Chunks = body.Groups < LeastGroups && TapPanels.Tiles(ResultChannels) > 1 ? 2 : 1;
        Work.For(body.Groups * body.Chunks, 1, ref body);
    }

    /// <summary>Groups of a block: parts of the lanes of one tile, or several tiles of few lanes.</summary>
    public readonly int Groups(int width) => width >= GroupLanes ? Tiles * ((width + GroupLanes - 1) / GroupLanes) : (Tiles + GroupLanes / width - 1) / (GroupLanes / width);

    /// <summary>A group of a block.</summary>
    public readonly WinogradGroup Of(ImageBlock block, int group)
    {
        WinogradGroup work = new() { Pass = this, Block = block, Results = ResultChannels };
        if (block.Width >= GroupLanes)
        {
            int parts = (block.Width + GroupLanes - 1) / GroupLanes, part = group % parts;
            (work.FirstTile, work.Tiles, work.FirstLane, work.Lanes) = (group / parts, 1, part * GroupLanes, Math.Min(GroupLanes, block.Width - part * GroupLanes));
        }
        else
        {
            int many = GroupLanes / block.Width;
            (work.FirstTile, work.Tiles, work.FirstLane, work.Lanes) = (group * many, Math.Min(many, Tiles - group * many), 0, block.Width);
        }
        return work;
    }

    private struct Body : IWorkBody
    {
        public WinogradPass Pass;
        public int PerBlock, Groups, Chunks;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            for (int item = from; item < to; item++) Pass.Group(Of(item), Of(Math.Min(item + 1, Groups * Chunks - 1)));
        }

        private readonly WinogradGroup Of(int item)
        {
            int panels = TapPanels.Tiles(Pass.ResultChannels), number = item % Groups, chunk = item / Groups;
            WinogradGroup group = Pass.Of(BatchLanes.BlockOf(Pass.Batch, number / PerBlock), number % PerBlock);
            group.FirstResult = TapPanels.TileStart(Pass.ResultChannels, panels * chunk / Chunks);
            group.Results = TapPanels.TileStart(Pass.ResultChannels, panels * (chunk + 1) / Chunks) - group.FirstResult;
            return group;
        }
    }

    private readonly void Group(WinogradGroup work, in WinogradGroup next)
    {
        if (WinogradSixteen.Suits(work))
        {
            Sixteen(work, next);
            return;
        }
        using Scratch memory = Scratch.Rent(Winograd.Points * (work.ValueStep + work.ProductStep) + WinogradWindow.Length);
        work.Values = memory.Pointer;
        work.Products = work.Values + Winograd.Points * work.ValueStep;
        work.Window = work.Products + Winograd.Points * work.ProductStep;
        work.Step = WinogradStep.ToPoints;
        Simd.Dispatch(ref work);
        Multiply(work, new WinogradAhead(work, next));
        work.Step = WinogradStep.ToResults;
        Simd.Dispatch(ref work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sixteen(in WinogradGroup work, in WinogradGroup next)
    {
        using Scratch memory = Scratch.Rent(WinogradSixteen.Memory);
        new WinogradSixteen(work, next, memory.Pointer).Run();
    }

    /// <summary>At each point: products [result channel][lane] = weights times [source channel][lane]. Meanwhile memory is asked for.</summary>
    private readonly void Multiply(in WinogradGroup work, in WinogradAhead ahead)
    {
        long none = 0;
        bool asks = !IsLarge; // else the transforms have asked
        TapGemm gemm = new()
        {
            A = Weights + (long)work.FirstResult * SourceChannels, B = work.Values, C = work.Products, Begin = SumStart.Zero, TapsA = &none, TapsB = &none, Taps = 1, Depth = SourceChannels, PanelDepth = SourceChannels,
            BStep = work.Columns, CRow = work.Columns,
        };
        for (int point = 0; point < Winograd.Points; point++)
        {
            if (asks) ahead.Fetch(point);
            TapGemm.Run(gemm, work.Results, work.Columns);
            gemm.A += WinogradWeights.PointStep(SourceChannels, ResultChannels);
            gemm.B += work.ValueStep;
            gemm.C += work.ProductStep;
        }
    }
}
