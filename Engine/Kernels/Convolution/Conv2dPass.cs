using System.Runtime.CompilerServices;
using Engine.Kernels.Convolution.Singles;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>A pass of convolution that computes images from images: the forward pass, or the input's gradient. Both are sums over taps of a source; they differ
/// in which taps a position sees (<see cref="TapAxis"/>), in what source, result and their channels are called, and in nothing else.</summary>
/// <remarks>Every sum runs over kernel rows, kernel columns, source channels, whether images or channels are the lanes: the same bits either way.</remarks>
internal unsafe struct Conv2dPass
{
    /// <summary>Tiles of a pixel of a wide block that are chosen once for all pixels of a row, if there are no more: where channels are few, choosing takes long.</summary>
    private const int MostTiles = 48;

    /// <summary>Kernel rows over rows of the images, kernel columns over columns.</summary>
    public TapAxis Rows, Columns;

    /// <summary>Size of a source image in pixels.</summary>
    public int SourceHeight, SourceWidth;

    /// <summary>Channels of one group.</summary>
    public int SourceGroup, ResultGroup;

    /// <summary>Channel groups.</summary>
    public int Groups;

    /// <summary>Size of the kernel.</summary>
    public Size2 Kernel;

    /// <summary>The batch.</summary>
    public int Batch;

    /// <summary>Activations in batch lanes; weights for wide blocks and in rows for single images (see <see cref="Conv2dWeights"/>); bias or null.</summary>
    public float* Source, Weights, RowWeights, Bias, Result;

    /// <summary>Result of a ReLU whose gradient the pass computes, as large as <see cref="Result"/>: where it is 0 the gradient becomes 0. Null for none.</summary>
    public float* Rectified;

    /// <summary>What a row of a wide block asks memory for, a piece with each pixel: source rows that the next row is the first to see.</summary>
    public float* AheadFrom;
    public long AheadCount;

    /// <summary>Whether it does, and for its own results.</summary>
    public bool LooksAhead;

    /// <summary>Distances in <see cref="Weights"/> of result channels and of source channels where they are read as the user has them; 0: they are in panels.</summary>
    public long WeightRow, WeightStep;

    /// <summary>Length of a row of <see cref="RowWeights"/> (see <see cref="Conv2dRowWeights.Pitch"/>).</summary>
    public readonly int RowPitch => Conv2dRowWeights.Pitch(Groups, ResultGroup);

    /// <summary>Channels of the whole result where a pass is one of some of them; 0: it is of all.</summary>
    private int _resultChannels;

    /// <summary>Number of parts into which the result channels of a row go.</summary>
    public int Chunks;

    /// <summary>Whether a result below zero becomes zero.</summary>
    public bool Relu;

    /// <summary>Channels of source and result.</summary>
    public readonly int SourceChannels => SourceGroup * Groups;

    /// <summary>Channels of the result.</summary>
    public readonly int ResultChannels => _resultChannels > 0 ? _resultChannels : ResultGroup * Groups;

    /// <summary>Floats of an image of the source.</summary>
    public readonly long SourceFeatures => (long)SourceHeight * SourceWidth * SourceChannels;

    /// <summary>Floats of an image of the result.</summary>
    public readonly long ResultFeatures => (long)Rows.Length * Columns.Length * ResultChannels;

    /// <summary>Weights of a group.</summary>
    public readonly long GroupWeights => (long)Kernel.Height * Kernel.Width * SourceGroup * ResultGroup;

    /// <summary>Whether neighbouring kernel columns lie end to end, in the source and in the weights, and so make one long run.</summary>
    public readonly bool HasRuns => Columns is { TapStep: 1, SourceStep: 1 } && Groups == 1;

    /// <summary>How sums begin: at zero, or at the bias of a row or a lane.</summary>
    public readonly SumStart Begin(SumStart bias) => Bias == null ? SumStart.Zero : bias;

    /// <summary>Working memory of <see cref="Own"/>, in floats.</summary>
    public readonly long AxesMemory => TapAxis.Memory(Rows.Length) + TapAxis.Memory(Columns.Length);

    /// <summary>The same pass with axes of one's own.</summary>
    public readonly Conv2dPass Own(float* memory) => this with { Rows = Rows.Again(memory), Columns = Columns.Again(memory + TapAxis.Memory(Rows.Length)) };

    /// <summary>The same for some of the result's channels alone, of single images without groups, whose weights are in rows of their own.</summary>
    public readonly Conv2dPass Part(int first, int count, float* rowWeights)
    {
        Conv2dPass part = this;
        part._resultChannels = ResultChannels;
        part.ResultGroup = count;
        part.Result += first;
        part.RowWeights = rowWeights;
        if (Bias != null) part.Bias += first;
        return part;
    }

    /// <summary>Lists the taps that position (i, j) sees: offsets in the weights of a group, <paramref name="tapWeights"/> a tap, and in the source,
    /// <paramref name="pixel"/> a pixel.</summary>
    /// <returns>Their number, and the length of each one's run.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly (int Taps, int Depth) List(int i, int j, long tapWeights, long pixel, long* weights, long* sources)
    {
        int rows = Rows.Count(i), columns = Columns.Count(j), taps = 0;
        bool runs = HasRuns && tapWeights % SourceGroup == 0; // weights as the user has them hold the taps of a channel together, not the channels of a tap
        if (rows == 0 || columns == 0) return (0, SourceGroup);
        int column = Columns.First(j), at = Columns.Source(j), perRow = runs ? 1 : columns;
        for (int u = 0; u < rows; u++)
        {
            long tap = (Rows.First(i) + u * Rows.TapStep) * (long)Kernel.Width + column, source = (Rows.Source(i) + u * Rows.SourceStep) * (long)SourceWidth + at;
            for (int v = 0; v < perRow; v++, tap += Columns.TapStep, source += Columns.SourceStep)
            {
                weights[taps] = tap * tapWeights;
                sources[taps++] = source * pixel;
            }
        }
        return (taps, runs ? columns * SourceGroup : SourceGroup);
    }

    /// <summary>Sets what row <paramref name="i"/> asks for.</summary>
    public void LookAhead(ImageBlock block, int i)
    {
        int reach = Rows.Reach(i), next = i + 1 < Rows.Length ? Rows.Reach(i + 1) : 0;
        long row = (long)SourceWidth * SourceChannels * block.Width;
        AheadFrom = Source + block.Start(SourceFeatures) + reach * row;
        AheadCount = Math.Max(0, next - reach) * row;
    }

    /// <summary>Asks for a share of what is <see cref="AheadFrom"/>, and for the place of the next result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FetchBeside(float* next, int count, int done, bool hasNext)
    {
        long from = AheadCount * done / Columns.Length, to = AheadCount * (done + 1) / Columns.Length;
        Caches.Ahead(AheadFrom + from, 1, 0, (int)(to - from));
        if (!hasNext) return;
        Caches.Ahead(next, 1, 0, count);
        if (Rectified != null) Caches.Ahead(Rectified + (next - Result), 1, 0, count);
    }

    /// <summary>Row <paramref name="i"/> of the result of a wide block, some of its channels: images are the lanes, result channels the rows of the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public readonly void WideRow(ImageBlock block, int i, int chunk, long* tapsA, long* tapsB)
    {
        int width = block.Width, tiles = TapPanels.Tiles(ResultGroup);
        int channel = TapPanels.TileStart(ResultGroup, tiles * chunk / Chunks), channels = TapPanels.TileStart(ResultGroup, tiles * (chunk + 1) / Chunks) - channel;
        bool hasPanels = WeightRow == 0;
        long panelDepth = (long)Kernel.Height * Kernel.Width * SourceGroup, firstWeight = channel * (hasPanels ? panelDepth : WeightRow);
        long pixel = (long)SourceChannels * width;
        float* source = Source + block.Start(SourceFeatures), result = Result + block.Start(ResultFeatures) + (long)i * Columns.Length * ResultChannels * width;
        TapGemm gemm = new()
        {
            Begin = Begin(SumStart.RowBias), TapsA = tapsA, TapsB = tapsB, PanelDepth = hasPanels ? panelDepth : 0, ARow = WeightRow, AStep = WeightStep,
            BStep = width, CRow = width, Relu = Relu,
        };
        int done = 0, placed = 0;
        TapGemm.PlacedTile* places = stackalloc TapGemm.PlacedTile[MostTiles];
        long mostSteps = (long)((Kernel.Height - 1) / Rows.TapStep + 1) * ((Kernel.Width - 1) / Columns.TapStep + 1) * SourceGroup;
        if (TapGemm.MostOwn(channels, width) <= MostTiles && (channels <= TapPanels.MaxRows || TapGemm.IsOneBlock(mostSteps, width))) placed = gemm.PlaceOwn(channels, width, places);
        for (int phase = 0; phase < Math.Min(Columns.Phase, Columns.Length); phase++)
            for (int from = phase, to; from < Columns.Length; from = to)
            {
                to = Columns.End(from);
                (gemm.Taps, gemm.Depth) = List(i, from, hasPanels ? SourceGroup : 1, pixel, tapsA, tapsB);
                float* first = source;
                for (int j = from; j < to; j += Columns.Phase, first += Columns.Move * pixel)
                {
                    if (LooksAhead) FetchBeside(result + ((long)(j + Columns.Phase) * ResultChannels + channel) * width, channels * width, done++, j + Columns.Phase < Columns.Length);
                    for (int group = 0; group < Groups; group++)
                    {
                        gemm.A = Weights + group * GroupWeights + firstWeight;
                        gemm.B = first + (long)group * SourceGroup * width;
                        gemm.C = result + ((long)j * ResultChannels + group * ResultGroup + channel) * width;
                        gemm.Init = Bias == null ? null : Bias + group * ResultGroup + channel;
                        if (placed == 0) TapGemm.Run(gemm, channels, width);
                        for (int t = 0; t < placed; t++) places[t].Tile(gemm, places[t].Row, places[t].Lane);
                        if (Rectified == null) continue;
                        ReluGradientPiece piece = new() { Dy = gemm.C, Y = Rectified + (gemm.C - Result), Count = channels * width };
                        Simd.Dispatch(ref piece);
                    }
                }
            }
    }
}
