using System.Runtime.CompilerServices;

namespace Engine.Kernels.Pooling;

/// <summary>What a pooling holds of the lanes of one vector while it goes over their pixels: what it needs of it.</summary>
internal struct PoolState<TV>
{
    /// <summary>Sum or maximum.</summary>
    public TV Value;

    /// <summary>Number of the place of the maximum, and of the last NaN.</summary>
    public TV Place, NaNPlace;
}

/// <summary>What a pooling does with the pixels that a pixel of its result is computed from, one after the other.</summary>
internal interface IPoolFold
{
    /// <summary>Before the first of them.</summary>
    void Start<TV, TS>(out PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>What all lanes of a source pixel share.</summary>
    /// <param name="pixel">Which pixel of the source.</param>
    /// <param name="number">Its number in its window, or of this pixel in that window.</param>
    TV Weight<TV, TS>(long pixel, int number) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>Takes in the element <paramref name="at"/> of the source.</summary>
    void Add<TV, TS>(long at, TV weight, ref PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>Writes element <paramref name="to"/> of the result, which belongs to this pixel.</summary>
    void Store<TV, TS>(long to, long pixel, in PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>The loop under all poolings, forward and backward, over <see cref="BatchLanes"/>: every pixel of the result is computed from some pixels of the
/// source, lane by lane, and written once.</summary>
/// <remarks>Backward as well: an input pixel collects from the windows that see it, in their order, so that overlapping windows need neither zeros to start
/// from nor a turn each.</remarks>
internal static unsafe class PoolFold
{
    /// <summary>Floats of a pixel that a piece of work takes: 16 KB, as much at a stretch as a prefetcher follows, or 2 KB where the result has so few rows that
    /// whole ones would leave threads without work (global pooling). With 4 KB everywhere average 2 x 2 of 512,64,28,28 took 13 instead of 4 ms backward.</summary>
    private const int LongChunk = 4096, ShortChunk = 512, FewRows = 16;

    /// <summary>Floats read and written in a piece of work that is worth handing over.</summary>
    private const int Grain = 32_768;

    public static void Run<TFold>(TFold fold, in Pool2dGeometry g, bool backward) where TFold : struct, IPoolFold
    {
        long forRows = PoolAxis.Memory(g, rows: true);
        using Scratch memory = Scratch.Rent(forRows + PoolAxis.Memory(g, rows: false));
        Body<TFold> body = new()
        {
            Fold = fold, Batch = g.Batch, Channels = g.Channels,
            Chunk = BatchLanes.WideBlocks(g.Batch) * (long)(backward ? g.InHeight : g.OutHeight) < FewRows ? ShortChunk : LongChunk,
            Rows = backward ? PoolAxis.Backward(g, rows: true, memory.Pointer) : PoolAxis.Forward(g, rows: true, memory.Pointer),
            Columns = backward ? PoolAxis.Backward(g, rows: false, memory.Pointer + forRows) : PoolAxis.Forward(g, rows: false, memory.Pointer + forRows),
        };
        long items = BatchLanes.WideBlocks(g.Batch) * body.Pieces(BatchLanes.FullWidth) + BatchLanes.Singles(g.Batch) * body.Pieces(1);
        long floats = (g.InputShape.Count + (long)g.OutputShape.Count) / Math.Max(1, items);
        Work.For(checked((int)items), (int)(1 + Grain / Math.Max(1, floats)), ref body);
    }

    private struct Body<TFold> : IWorkBody, ISimdWork where TFold : struct, IPoolFold
    {
        public TFold Fold;
        public int Batch, Channels, Chunk;
        public PoolAxis Rows, Columns;
        private int _from, _to;

        /// <summary>A piece is a row of the result in some floats of each pixel; rows that share sources come one after the other.</summary>
        public readonly long Pieces(int width) => (long)Chunks(width) * Rows.Length;

        public void Run(int from, int to)
        {
            Body<TFold> copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            long wide = BatchLanes.WideBlocks(Batch) * Pieces(BatchLanes.FullWidth);
            for (int item = _from; item < _to; item++)
            {
                bool single = item >= wide;
                long pieces = Pieces(single ? 1 : BatchLanes.FullWidth), piece = single ? item - wide : item;
                ImageBlock block = single ? new(BatchLanes.FirstSingle(Batch) + (int)(piece / pieces), 1) : BatchLanes.BlockOf(Batch, (int)(piece / pieces));
                Row<TV, TS>(block, (int)(piece % pieces / Rows.Length), (int)(piece % Rows.Length));
            }
        }

        private readonly int Chunks(int width) => (Channels * width + Chunk - 1) / Chunk;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)] // inlined into its callers it is left without registers
        private readonly void Row<TV, TS>(ImageBlock block, int chunk, int row) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int width = Channels * block.Width, start = chunk * Chunk, stop = Math.Min(start + Chunk, width); // none where the block is not full
            long source = block.Start(Channels) * Rows.SourceLength * Columns.SourceLength, to = block.Start(Channels) * Rows.Length * Columns.Length;
            Sources sources = new() { FirstRow = Rows.First(row), EndRow = Rows.First(row + 1), RowLength = Columns.SourceLength, Width = width };
            for (int column = 0; column < Columns.Length; column++)
            {
                sources.FirstColumn = Columns.First(column);
                sources.EndColumn = Columns.First(column + 1);
                long pixel = (long)row * Columns.Length + column, at = to + pixel * width;
                int n = start;
                for (; n + 4 * TS.Count <= stop; n += 4 * TS.Count) Four<TV, TS>(Fold, sources, source + n, at + n, pixel);
                for (; n + TS.Count <= stop; n += TS.Count) One<TV, TS>(Fold, sources, source + n, at + n, pixel);
                for (; n < stop; n++) One<float, Simd1>(Fold, sources, source + n, at + n, pixel);
            }
        }

        /// <summary>Four vectors at a time: one would wait for each result before the next pixel.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Four<TV, TS>(TFold fold, in Sources sources, long source, long to, long pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            fold.Start<TV, TS>(out PoolState<TV> state0);
            fold.Start<TV, TS>(out PoolState<TV> state1);
            fold.Start<TV, TS>(out PoolState<TV> state2);
            fold.Start<TV, TS>(out PoolState<TV> state3);
            PoolEntry* endRow = sources.EndRow, endColumn = sources.EndColumn;
            for (PoolEntry* r = sources.FirstRow; r < endRow; r++)
            {
                long fromRow = (long)r->Source * sources.RowLength;
                for (PoolEntry* c = sources.FirstColumn; c < endColumn; c++)
                {
                    long from = fromRow + c->Source, at = source + from * sources.Width;
                    TV weight = fold.Weight<TV, TS>(from, r->Number * c->Extent + c->Number);
                    fold.Add<TV, TS>(at, weight, ref state0);
                    fold.Add<TV, TS>(at + TS.Count, weight, ref state1);
                    fold.Add<TV, TS>(at + 2 * TS.Count, weight, ref state2);
                    fold.Add<TV, TS>(at + 3 * TS.Count, weight, ref state3);
                }
            }
            fold.Store<TV, TS>(to, pixel, state0);
            fold.Store<TV, TS>(to + TS.Count, pixel, state1);
            fold.Store<TV, TS>(to + 2 * TS.Count, pixel, state2);
            fold.Store<TV, TS>(to + 3 * TS.Count, pixel, state3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void One<TV, TS>(TFold fold, in Sources sources, long source, long to, long pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            fold.Start<TV, TS>(out PoolState<TV> state);
            for (PoolEntry* r = sources.FirstRow; r < sources.EndRow; r++)
                for (PoolEntry* c = sources.FirstColumn; c < sources.EndColumn; c++)
                {
                    long from = (long)r->Source * sources.RowLength + c->Source;
                    fold.Add<TV, TS>(source + from * sources.Width, fold.Weight<TV, TS>(from, r->Number * c->Extent + c->Number), ref state);
                }
            fold.Store<TV, TS>(to, pixel, state);
        }
    }

    /// <summary>Which pixels one pixel of the result is computed from.</summary>
    private struct Sources
    {
        public PoolEntry* FirstRow, EndRow, FirstColumn, EndColumn;

        /// <summary>Pixels in a row of the source, floats in a pixel.</summary>
        public int RowLength, Width;
    }
}
