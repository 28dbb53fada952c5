using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>The share of wide blocks in a weight gradient, images in the lanes on both sides: dw[o, c, tap] is the sum over pixels of dy[pixel, o] times
/// x[pixel + tap, c], 16 images at a time, and then over the 16 (see <see cref="TapDot"/>). Nothing is turned and no lane is idle, however few the channels.</summary>
/// <remarks>An item is some output channels by some input channels, all taps, of one part of the sum. It goes through the pixels in rectangles, for each of them
/// through tiles of output channels, then taps: a tile's dy stays in L1, the rectangle's x in L2, and so do the item's sums.</remarks>
internal unsafe struct Conv2dWeightDots : IWorkBody
{
    /// <summary>Groups of 16 images times pixels in a rectangle: dy of eight output channels takes 32 KB of an L1, or 16 KB where it stays in its place, and where
    /// pixels that lie apart by a power of two share few of the L1's sets.</summary>
    private const int RectangleVectors = 64, UnpackedVectors = 32;

    /// <summary>Rows of a rectangle where they have the pixels: its rows share what their taps see, and pixels at the image's edge come in calls of two.</summary>
    private const int RectangleRows = 2;

    /// <summary>Bytes of sums in an item: they stay in an L2 beside a rectangle of x.</summary>
    private const int SumBytes = 384 * 1024;

    /// <summary>Input channels in an item.</summary>
    private const int MostInputs = 64;

    /// <summary>Items wanted: enough for a few threads to end together.</summary>
    private const int FewestItems = 8;

    /// <summary>Multiply-adds per sum, 16 at a time, that must be there to make up for adding 16 lanes up.</summary>
    private const int LeastVectors = 48;

    private readonly Conv2dGeometry _g;
    private readonly TapAxis _rows, _columns;
    private readonly GradientParts _parts;
    private readonly float* _x, _dy, _partial, _bias;
    private readonly int _tiles, _tileItems, _inputPieces;

    /// <param name="g">The convolution.</param>
    /// <param name="rows">Its output rows.</param>
    /// <param name="columns">And columns.</param>
    /// <param name="parts">How its sums are cut.</param>
    /// <param name="x">Activations.</param>
    /// <param name="dy">Their gradient.</param>
    /// <param name="partial">The sums, [part][group][tap][c][o].</param>
    /// <param name="bias">The sums of dy alone, [part][o]; null: not wanted.</param>
    public Conv2dWeightDots(in Conv2dGeometry g, in TapAxis rows, in TapAxis columns, in GradientParts parts, float* x, float* dy, float* partial, float* bias)
    {
        (_g, _rows, _columns, _parts) = (g, rows, columns, parts);
        _x = x;
        _dy = dy;
        _partial = partial;
        _bias = bias;
        _tiles = Pieces(g.OutChannelsPerGroup, TapDot.MostRows);
        _inputPieces = Pieces(g.InChannelsPerGroup, MostInputs);
        int tileBytes = Taps * Pieces(g.InChannelsPerGroup, _inputPieces) * TapDot.MostRows * TapDot.Lanes * sizeof(float);
        _tileItems = Pieces(_tiles, Math.Clamp(SumBytes / tileBytes, 1, _tiles));
        while (_tileItems < _tiles && Items < FewestItems) _tileItems = Math.Min(2 * _tileItems, _tiles);
    }

    /// <summary>Number of items.</summary>
    public readonly int Items => _parts.Wide * _g.Groups * _tileItems * _inputPieces;

    private readonly int Taps => _g.Kernel.Height * _g.Kernel.Width;

    /// <summary>Pixels of an image up to which a tile would load and store its sums about as often as it adds to them.</summary>
    private const int FewPixels = 3;

    /// <summary>Whether sums are long enough for this way, and turning dy does not win.</summary>
    public static bool Suits(in Conv2dGeometry g) =>
        BatchLanes.WideBlocks(g.Batch) > 0 && (long)g.OutHeight * g.OutWidth * BatchLanes.FirstSingle(g.Batch) >= LeastVectors * TapDot.Lanes && g.OutHeight * g.OutWidth > FewPixels && !Conv2dWeightProducts.Wins(g);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        for (int item = from; item < to; item++)
        {
            int group = item / (_tileItems * _inputPieces) % _g.Groups, part = item / (_tileItems * _inputPieces) / _g.Groups;
            (int firstTile, int endTile) = Piece(_tiles, _tileItems, item % _tileItems);
            (int firstInput, int endInput) = Piece(_g.InChannelsPerGroup, _inputPieces, item / _tileItems % _inputPieces);
            Sum(_parts.Part(part), group, firstTile, endTile, firstInput, endInput - firstInput);
        }
    }

    private readonly void Sum(GradientPart part, int group, int firstTile, int endTile, int firstInput, int inputs)
    {
        int firstOutput = Output(firstTile), outputs = Output(endTile) - firstOutput, rows = part.LastRow - part.FirstRow;
        bool hasBias = _bias != null && firstInput == 0;
        int elements = Taps * inputs * outputs;
        using Scratch sums = Scratch.Rent((long)(elements + (hasBias ? outputs : 0)) * TapDot.Lanes); // [tap][c][o][16], then [o][16] of the bias
        sums.Span.Clear();
        for (int number = part.From; number < part.To; number++)
        {
            ImageBlock block = BatchLanes.BlockOf(_g.Batch, number);
            if (PaddedPlane.Suits(_g, rows))
            {
                Nines(block, part, firstOutput, outputs, sums.Pointer, hasBias ? sums.Pointer + (long)elements * TapDot.Lanes : null);
                continue;
            }
            int pixels = Math.Max(1, (DotRectangle.Packs(_g) ? RectangleVectors : UnpackedVectors) * TapDot.Lanes / block.Width);
            int across = Pieces(_g.OutWidth, Math.Max(1, pixels / Math.Min(rows, RectangleRows))), wide = Pieces(_g.OutWidth, across), down = Pieces(rows, Math.Max(1, pixels / wide));
            pixels = wide * Pieces(rows, down);
            using Scratch lists = Scratch.Rent(DotRectangle.Memory(_g, pixels)), packed = Scratch.Rent((long)pixels * TapDot.MostRows * block.Width);
            DotRectangle rectangle = new()
            {
                G = _g, Rows = _rows, Columns = _columns, Width = block.Width, Inputs = inputs, Packed = packed.Pointer,
                Dy = _dy + block.Start((long)_g.OutHeight * _g.OutWidth * _g.OutChannels) + (long)group * _g.OutChannelsPerGroup * block.Width,
                X = _x + block.Start((long)_g.InHeight * _g.InWidth * _g.InChannels) + ((long)group * _g.InChannelsPerGroup + firstInput) * block.Width,
            };
            for (int piece = 0; piece < down * across; piece++)
            {
                (int top, int bottom) = Piece(rows, down, piece / across);
                (rectangle.Top, rectangle.Bottom) = (part.FirstRow + top, part.FirstRow + bottom);
                (rectangle.Left, rectangle.Right) = Piece(_g.OutWidth, across, piece % across);
                rectangle.List(lists.Pointer);
                for (int tile = firstTile; tile < endTile; tile++)
                {
                    float* first = sums.Pointer + (long)(Output(tile) - firstOutput) * TapDot.Lanes;
                    long ahead = tile + 1 < endTile ? Output(tile + 1) : Output(firstTile); // in this rectangle, or in the next
                    if (tile + 1 == endTile && piece + 1 < down * across)
                        ahead += ((long)(part.FirstRow + Piece(rows, down, (piece + 1) / across).From - rectangle.Top) * _g.OutWidth + Piece(_g.OutWidth, across, (piece + 1) % across).From - rectangle.Left) * _g.OutChannels;
                    rectangle.AddTile(Output(tile), Output(tile + 1) - Output(tile), first, outputs, hasBias ? first + (long)elements * TapDot.Lanes : null, (ahead - Output(tile)) * block.Width);
                }
            }
        }
        Store(sums.Pointer, _partial + (long)part.Number * _g.WeightShape.Count + (long)group * Taps * _g.InChannelsPerGroup * _g.OutChannelsPerGroup, firstOutput, outputs, firstInput, inputs);
        if (hasBias) TapDot.Fold(sums.Pointer + (long)elements * TapDot.Lanes, outputs, _bias + (long)part.Number * _g.OutChannels + group * _g.OutChannelsPerGroup + firstOutput);
    }

    /// <summary>The rows of a part with a 3 x 3 kernel on a padded plane: all nine taps of a lone channel, or kernel row by kernel row those of three channels.</summary>
    private readonly void Nines(ImageBlock block, GradientPart part, int firstOutput, int outputs, float* sums, float* bias)
    {
        int channels = _g.InChannels, rows = part.LastRow - part.FirstRow;
        PaddedPlane plane = new(_g);
        using Scratch padded = Scratch.Rent(plane.Memory(rows, block.Width));
        plane.Copy(_x + block.Start((long)_g.InHeight * _g.InWidth * channels), part.FirstRow, rows, block.Width, padded.Pointer);
        long width = block.Width, column = channels * width, row = plane.Width * column;
        DotNines nines = new()
        {
            A = _dy + block.Start((long)_g.OutHeight * _g.OutWidth * _g.OutChannels) + (((long)part.FirstRow * _g.OutWidth * _g.OutChannels) + firstOutput) * width,
            B = padded.Pointer, C = sums, Bias = bias, Outputs = outputs, Rows = rows, Pixels = _g.OutWidth, Vectors = block.Width / TapDot.Lanes,
            ARow = width, APixel = _g.OutChannels * width, CTap = outputs * TapDot.Lanes, BPixel = _g.Stride.Width * column, BLine = _g.Stride.Height * row,
            BRow = channels == 1 ? _g.Dilation.Height * row : _g.Dilation.Width * column, BColumn = channels == 1 ? _g.Dilation.Width * width : width,
        };
        for (int u = 0; u < channels; u++, nines.B += _g.Dilation.Height * row, nines.C += 9 * nines.CTap, nines.Bias = null) Simd.Dispatch(ref nines);
    }

    /// <summary>Adds up lanes: [tap][c][o][16] of the item to [tap][c][o] of the group.</summary>
    private readonly void Store(float* sums, float* partial, int firstOutput, int outputs, int firstInput, int inputs)
    {
        using Scratch folded = Scratch.Rent((long)Taps * inputs * outputs);
        TapDot.Fold(sums, folded.Length, folded.Pointer);
        float* from = folded.Pointer;
        for (int tap = 0; tap < Taps; tap++)
            for (int c = 0; c < inputs; c++, from += outputs)
                Unsafe.CopyBlockUnaligned(partial + ((long)tap * _g.InChannelsPerGroup + firstInput + c) * _g.OutChannelsPerGroup + firstOutput, from, (uint)outputs * sizeof(float));
    }

    /// <summary>The first output channel of a tile.</summary>
    private readonly int Output(int tile) => Piece(_g.OutChannelsPerGroup, _tiles, tile).From;

    private static int Pieces(int count, int most) => (count + most - 1) / most;

    private static (int From, int To) Piece(int count, int pieces, int number) => ((int)((long)count * number / pieces), (int)((long)count * (number + 1) / pieces));
}
