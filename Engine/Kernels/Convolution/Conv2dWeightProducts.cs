using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>The share of wide blocks in a weight gradient, output channels in the lanes: dw[tap] is the sum over pixels of x(tap) times dy transposed, images being the
/// depth of the product. dy of a few pixels is turned from [O][n] to [n][O] and stays in L1 for all taps and input channels; x is read as it lies.</summary>
/// <remarks>An item is some output channels by some input channels, all taps, of one part of the sum. A tile of <see cref="TapGemm"/> shares each number of x among all its
/// lanes, so it reads less than dots do (<see cref="Conv2dWeightDots"/>), and its sums are a sixteenth as large; turning dy must be worth it.</remarks>
internal unsafe struct Conv2dWeightProducts : IWorkBody
{
    /// <summary>Floats of turned dy, 32 KB: they stay in L1 beside what a tile reads of x.</summary>
    private const int StripFloats = 8_192;

    /// <summary>Floats of x and dy that do not stay in an L2: there what comes next is fetched while a strip is multiplied.</summary>
    private const long FarFloats = 400_000;

    /// <summary>Pixels in a strip at most: 16 lanes of 16 images.</summary>
    private const int MostPixels = StripFloats / (ProductCut.Lanes * BatchLanes.Step);

    /// <summary>Input channels below which neighbouring kernel columns, which lie end to end in x, go together.</summary>
    private const int ManyRows = 16;

    /// <summary>Cycles to turn 16 channels of 64 images of dy; multiply-adds under way at once; and hundredths of two a cycle that are reached with one vector of lanes, with
    /// more, and by dots.</summary>
    private const int TurnCycles = 180, Latency = 8, OneVector = 80, MoreVectors = 90, Dots = 70;

    private readonly Conv2dGeometry _g;
    private readonly TapAxis _rows, _columns;
    private readonly ProductCut _cut;
    private readonly float* _x, _dy, _partial, _bias, _dw;

    /// <param name="g">The convolution.</param>
    /// <param name="rows">Its output rows.</param>
    /// <param name="columns">And columns.</param>
    /// <param name="cut">How its sums are cut.</param>
    /// <param name="x">Activations.</param>
    /// <param name="dy">Their gradient.</param>
    /// <param name="partial">Where the sums go, [part][group][tap][c][o], <see cref="Pitch"/> of o.</param>
    /// <param name="bias">The sums of dy alone, [part][o]; null: not wanted.</param>
    /// <param name="dw">Where the sums are added instead, if there is one part: [o][c][tap]; or null.</param>
    public Conv2dWeightProducts(in Conv2dGeometry g, in TapAxis rows, in TapAxis columns, in ProductCut cut, float* x, float* dy, float* partial, float* bias, float* dw)
    {
        (_g, _rows, _columns, _cut) = (g, rows, columns, cut);
        _x = x;
        _dy = dy;
        _partial = partial;
        _bias = bias;
        _dw = dw;
    }

    private readonly int Taps => _g.Kernel.Height * _g.Kernel.Width;

    private readonly bool HasRuns => _g.Dilation.Width == 1 && _g.Groups == 1 && _g.InChannels < ManyRows && _cut.InputPieces == 1;

    /// <summary>Output channels of a group in the sums: whole vectors where there is one group.</summary>
    public static int Pitch(in Conv2dGeometry g) => g.Groups == 1 ? ProductCut.Filled(g.OutChannels) : g.OutChannelsPerGroup;

    /// <summary>Whether this way takes less time than dots, were their sums long enough.</summary>
    public static bool Wins(in Conv2dGeometry g)
    {
        long vectors = ProductCut.Filled(g.OutChannelsPerGroup) / ProductCut.Lanes, weights = (long)g.InChannelsPerGroup * g.Kernel.Height * g.Kernel.Width;
        long rows = (long)g.InChannelsPerGroup * (g.Dilation.Width == 1 && g.Groups == 1 && g.InChannels < ManyRows ? g.Kernel.Width : 1);
        long here = (vectors * weights * BatchLanes.FullWidth / 2 * 100 / (vectors == 1 ? OneVector : MoreVectors) * Latency / Math.Min(Latency, rows * vectors)) + (vectors * TurnCycles);
        return here < g.OutChannelsPerGroup * weights * (BatchLanes.FullWidth / ProductCut.Lanes) / 2 * 100 / Dots;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        for (int item = from; item < to; item++)
        {
            int input = item % _cut.InputPieces, output = item / _cut.InputPieces % _cut.OutputPieces, rest = item / (_cut.InputPieces * _cut.OutputPieces);
            (int firstVector, int endVector) = Piece(ProductCut.Filled(_g.OutChannelsPerGroup) / ProductCut.Lanes, _cut.OutputPieces, output);
            (int firstInput, int endInput) = Piece(_g.InChannelsPerGroup, _cut.InputPieces, input);
            Sum(rest / _g.Groups, rest % _g.Groups, firstVector * ProductCut.Lanes, (endVector - firstVector) * ProductCut.Lanes, firstInput, endInput - firstInput);
        }
    }

    private readonly void Sum(int part, int group, int firstOutput, int lanes, int firstInput, int inputs)
    {
        int pixels = _g.OutHeight * _g.OutWidth, pitch = Pitch(_g), outputs = Math.Min(lanes, _g.OutChannelsPerGroup - firstOutput), width = _g.Groups == 1 ? lanes : outputs;
        bool runs = HasRuns, direct = _dw != null, hasBias = _bias != null && firstInput == 0;
        int rows = inputs * (runs ? _g.Kernel.Width : 1), stripFloats = Math.Max(StripFloats, lanes * BatchLanes.FullWidth), features = Taps * inputs;
        using Scratch tiles = Scratch.Rent(TapGemm.MostTiles(rows, width) * (sizeof(TapGemm.PlacedTile) / sizeof(float)));
        using Scratch memory = Scratch.Rent(stripFloats + (TurnedUpstream.Chains * lanes) + (direct ? (long)features * lanes : 0));
        new Span<float>(memory.Pointer, lanes > outputs ? memory.Length : 0).Clear(); // lanes that are no channels stay zero
        Strip strip = new() { Turned = memory.Pointer, Chains = memory.Pointer + stripFloats, Lanes = lanes, Width = width, Inputs = inputs, Tiles = (TapGemm.PlacedTile*)tiles.Pointer };
        strip.TileCount = TapGemm.Place(rows, width, strip.Tiles);
        strip.TapStep = !direct ? (long)_g.InChannelsPerGroup * pitch : runs ? (long)inputs * lanes : lanes;
        strip.Row = !direct ? pitch : runs ? lanes : (long)Taps * lanes;
        strip.Sums = direct ? strip.Chains + TurnedUpstream.Chains * lanes : _partial + (((long)part * _g.Groups + group) * Taps * _g.InChannelsPerGroup + firstInput) * pitch + firstOutput;
        new Span<float>(strip.Chains, (TurnedUpstream.Chains * lanes) + (direct ? features * lanes : 0)).Clear();
        for (int tap = 0; tap < Taps && !direct; tap++)
            for (int c = 0; c < inputs; c++) new Span<float>(strip.Sums + tap * strip.TapStep + (long)c * pitch, width).Clear();
        bool far = (long)_g.InputShape.Count + _g.OutputShape.Count > FarFloats;
        AheadLines ahead = default;
        long* steps = stackalloc long[2 * MostPixels];
        strip.StepsX = steps;
        strip.StepsDy = steps + MostPixels;
        long images = (long)BatchLanes.FirstSingle(_g.Batch) * pixels, from = images * part / _cut.Parts, to = images * (part + 1) / _cut.Parts;
        for (int number = 0; number < BatchLanes.WideBlocks(_g.Batch); number++)
        {
            ImageBlock block = BatchLanes.BlockOf(_g.Batch, number);
            int first = Pixel(from, block, pixels), end = Pixel(to, block, pixels), most = Math.Clamp(StripFloats / (lanes * block.Width), 1, _g.OutWidth);
            strip.Images = block.Width;
            strip.X = _x + block.Start((long)_g.InHeight * _g.InWidth * _g.InChannels) + ((long)group * _g.InChannelsPerGroup + firstInput) * block.Width;
            float* dy = _dy + block.Start((long)pixels * _g.OutChannels) + ((long)group * _g.OutChannelsPerGroup + firstOutput) * block.Width;
            for (int i = 0; i < most; i++)
            {
                strip.StepsX[i] = (long)i * _g.Stride.Width * _g.InChannels * block.Width;
                strip.StepsDy[i] = (long)i * lanes * block.Width;
            }
            for (int pixel = first, count; pixel < end; pixel += count)
            {
                int column = pixel % _g.OutWidth, left = Math.Min(_g.OutWidth - column, end - pixel), strips = (left + most - 1) / most;
                count = (left + strips - 1) / strips;
                for (int i = 0; i < count; i++)
                    TurnedUpstream.Turn(dy + (pixel + i) * (long)_g.OutChannels * block.Width, block.Width, outputs, strip.Turned + strip.StepsDy[i], lanes);
                if (hasBias)
                {
                    TurnedUpstream bias = new() { From = strip.Turned, Sums = strip.Chains, Count = count * block.Width, Lanes = lanes };
                    Simd.Dispatch(ref bias);
                }
                ahead.Clear();
                if (far && pixel + count < end)
                {
                    int next = pixel + count, more = Math.Min(most, Math.Min(_g.OutWidth - (next % _g.OutWidth), end - next));
                    for (int i = next; i < next + more; i++) ahead.Add(dy + i * (long)_g.OutChannels * block.Width, (long)outputs * block.Width);
                    List(ref ahead, strip, next / _g.OutWidth, next % _g.OutWidth, more);
                }
                Add(strip, ref ahead, pixel / _g.OutWidth, column, column + count);
            }
        }
        if (hasBias) TurnedUpstream.Total(strip.Chains, lanes, outputs, _bias + (long)part * _g.OutChannels + group * _g.OutChannelsPerGroup + firstOutput);
        if (direct) Finish(strip.Sums, runs, lanes, outputs, inputs, _dw + (((long)group * _g.OutChannelsPerGroup + firstOutput) * _g.InChannelsPerGroup + firstInput) * Taps);
    }

    /// <summary>dw += the sums, which are [c][tap][lane], or [tap][c][lane] after runs of taps.</summary>
    private readonly void Finish(float* sums, bool runs, int lanes, int outputs, int inputs, float* dw)
    {
        int features = Taps * inputs;
        using Scratch memory = Scratch.Rent((long)features * (outputs + (runs ? lanes : 0)));
        float* turned = memory.Pointer, ordered = runs && inputs > 1 ? turned + (long)features * outputs : sums;
        for (int tap = 0; tap < Taps && ordered != sums; tap++)
            for (int c = 0; c < inputs; c++) new Span<float>(sums + ((long)tap * inputs + c) * lanes, lanes).CopyTo(new Span<float>(ordered + ((long)c * Taps + tap) * lanes, lanes));
        for (int f = 0; f < features;) f += Turning.Run(ordered + (long)f * lanes, lanes, features - f, outputs, turned + f, features, outputs, 0, features - f);
        WeightRows add = new() { From = turned, To = dw, Rows = outputs, Count = features, Pitch = (long)_g.InChannelsPerGroup * Taps };
        Simd.Dispatch(ref add);
    }

    /// <summary>Where neighbouring pixels find what no row above them has seen.</summary>
    private readonly void List(ref AheadLines ahead, in Strip strip, int row, int column, int count)
    {
        int left = Math.Max(0, column * _g.Stride.Width - _g.Padding.Left), images = strip.Images;
        int right = Math.Min(_g.InWidth, (column + count - 1) * _g.Stride.Width - _g.Padding.Left + (_g.Kernel.Width - 1) * _g.Dilation.Width + 1);
        for (int u = Math.Max(0, _g.Kernel.Height - _g.Stride.Height); u < _g.Kernel.Height; u++)
        {
            if (!_rows.Sees(row, u)) continue;
            float* x = strip.X + ((long)(row * _g.Stride.Height - _g.Padding.Top + u * _g.Dilation.Height) * _g.InWidth + left) * _g.InChannels * images;
            if (strip.Inputs == _g.InChannels) ahead.Add(x, Math.Max(0L, right - left) * _g.InChannels * images);
            else
                for (int w = left; w < right; w++, x += _g.InChannels * images) ahead.Add(x, (long)strip.Inputs * images);
        }
    }

    /// <summary>The first pixel of a block, in range, that begins at or after so many images times pixels.</summary>
    private static int Pixel(long at, ImageBlock block, int pixels) => (int)Math.Clamp((at - block.Start(pixels)) / block.Width, 0, pixels);

    /// <summary>Adds what neighbouring pixels of an output row have to all taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add(in Strip strip, ref AheadLines ahead, int row, int left, int right)
    {
        bool runs = HasRuns;
        int width = strip.Images, whole = runs ? _g.Kernel.Width : 1, share = 1 + (ahead.Lines * whole / (Taps * strip.TileCount));
        TapGemm gemm = new() { TapsA = strip.StepsX, TapsB = strip.StepsDy, Depth = width, ARow = width, AStep = 1, BStep = strip.Lanes, CRow = strip.Row, Begin = SumStart.Accumulate };
        for (int u = 0; u < _g.Kernel.Height; u++)
        {
            if (!_rows.Sees(row, u)) continue;
            float* x = strip.X + (long)(row * _g.Stride.Height - _g.Padding.Top + u * _g.Dilation.Height) * _g.InWidth * _g.InChannels * width;
            for (int at = runs ? left : 0, next; at < (runs ? right : _g.Kernel.Width); at = next) // pixels that see the same kernel columns, or the pixels that see a kernel column
            {
                int v = at, from = left, to = right, count = 1;
                next = at + 1;
                if (runs)
                {
                    (from, to) = (at, Math.Min(_columns.End(at), right));
                    (v, count, next) = (_columns.First(at), _columns.Count(at), to);
                    if (count == 0) continue;
                }
                else
                {
                    while (from < to && !_columns.Sees(from, v)) from++;
                    while (from < to && !_columns.Sees(to - 1, v)) to--;
                    if (from >= to) continue;
                }
                gemm.A = x + (long)(from * _g.Stride.Width - _g.Padding.Left + v * _g.Dilation.Width) * _g.InChannels * width;
                gemm.B = strip.Turned + strip.StepsDy[from - left];
                gemm.C = strip.Sums + (u * _g.Kernel.Width + v) * strip.TapStep;
                gemm.Taps = to - from;
                if (count != whole) TapGemm.Run(gemm, count * strip.Inputs, strip.Width);
                else
                    for (int i = 0; i < strip.TileCount; i++)
                    {
                        if (ahead.Lines > 0) ahead.Fetch(share);
                        strip.Tiles[i].Tile(gemm, strip.Tiles[i].Row, strip.Tiles[i].Lane);
                    }
            }
        }
    }

    private static (int From, int To) Piece(int count, int pieces, int number) => ((int)((long)count * number / pieces), (int)((long)count * (number + 1) / pieces));

    /// <summary>Neighbouring pixels whose dy is turned, and what goes with them.</summary>
    private struct Strip
    {
        public float* X, Turned, Sums, Chains;
        public long* StepsX, StepsDy;
        public TapGemm.PlacedTile* Tiles;
        public int TileCount, Images, Lanes, Width, Inputs;
        public long TapStep, Row;
    }
}
