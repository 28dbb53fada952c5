using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The single images of a pass with channels in the lanes, in pieces: an item is some rows, or images, of some channels of the result.</summary>
/// <remarks>Where weights come as the user has them, who computes rows packs what these read: to fetch what another core has just packed takes longer than to pack it.</remarks>
internal unsafe struct SinglesWork : IWorkBody
{
    /// <summary>Multiply-adds in a piece of work, at least, where channels fill the widest vectors, whose lanes follow; half of it with fewer channels.</summary>
    private const long Piece = 50_000, Lanes = 16;

    /// <summary>Multiply-adds of all single images up to which they stay one piece: another thread would take as long to come, and short runs of rows are slower.</summary>
    private const long Few = 150_000;

    /// <summary>Runs of rows, about, where the work suffices.</summary>
    private const int Runs = 24;

    /// <summary>Rows that go together at most: one tile of registers, where they are the rows of a product.</summary>
    private const int MostRows = 12;

    /// <summary>Channels of an item that packs its weights, where there are several times as many.</summary>
    private const int BlockChannels = 32;

    /// <summary>Multiply-adds in an item for each weight that it packs: packing is an eighth of its time at most, some.</summary>
    private const long PerWeight = 36;

    /// <summary>Images from which they are cut, not their rows, of which some see fewer taps; and those that go together at least.</summary>
    private const int ManyImages = 8, FewestImages = 4;

    private readonly int _channels, _blocks, _runs, _items;
    private readonly bool _cutsImages;
    private readonly long _cuts;
    private Conv2dSingles _singles;

    /// <summary>Prepares a pass.</summary>
    /// <param name="singles">How its rows run.</param>
    /// <param name="weights">[O, C, kH, kW], or null where the rows of weights are packed.</param>
    /// <param name="multiplyAdds">Of all single images.</param>
    public SinglesWork(in Conv2dSingles singles, float* weights, long multiplyAdds)
    {
        _singles = singles;
        Weights = weights;
        Conv2dPass pass = singles.PixelLanes.Pass;
        long filled = singles.IsDepthwise ? Lanes / 2 : Math.Min(pass.ResultGroup, Lanes), few = Few * filled / Lanes, piece = filled < Lanes ? Piece / 2 : Piece;
        _blocks = weights != null && pass.ResultGroup % BlockChannels == 0 ? pass.ResultGroup / BlockChannels : 1;
        _channels = pass.ResultGroup / _blocks;
        _cutsImages = weights != null && !singles.HasPixelLanes && singles.Images >= ManyImages;
        _cuts = multiplyAdds <= few || _cutsImages ? 1 : Math.Clamp(multiplyAdds / piece, 1, Runs);
        using Scratch list = Scratch.Rent(2L * pass.Rows.Length);
        _runs = Cut(pass.Rows, _cuts, (int*)list.Pointer);
        long packing = PerWeight * pass.Kernel.Height * pass.Kernel.Width * pass.SourceGroup * _channels;
        _items = weights == null ? _runs : (int)Math.Clamp(multiplyAdds / _blocks / Math.Max(piece, packing), 1, _cutsImages ? singles.Images / FewestImages : _runs);
        Count = _items * _blocks;
        Grain = multiplyAdds <= few ? Count : weights != null ? (Count + Work.Threads - 1) / Work.Threads : (int)Math.Clamp(piece * Count / multiplyAdds, 1, 1 << 20);
    }

    /// <summary>[O, C, kH, kW], or null.</summary>
    public float* Weights { get; }

    /// <summary>Whether the pass computes the input's gradient.</summary>
    public bool ToInputs { get; init; }

    /// <summary>Number of items.</summary>
    public int Count { get; }

    /// <summary>Items of a piece: a thread that packs does so once.</summary>
    public int Grain { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        Conv2dSingles singles = _singles; // the body is shared by threads
        using Scratch lists = Scratch.Rent(2L * singles.PixelLanes.Pass.Rows.Length + singles.PixelLanes.Pass.AxesMemory);
        Conv2dPass pass = singles.PixelLanes.Pass.Own(lists.Pointer + 2L * singles.PixelLanes.Pass.Rows.Length);
        singles.PixelLanes.Pass = pass;
        int* list = (int*)lists.Pointer;
        Cut(pass.Rows, _cuts, list);
        int area = pass.Kernel.Height * pass.Kernel.Width, packed = -1;
        using Scratch taps = Scratch.Rent(4L * area); // two longs a tap; not on the stack, where a kernel as large as an image would not fit
        using Scratch rows = Scratch.Rent(Weights == null ? 0 : (long)area * pass.SourceGroup * Conv2dRowWeights.Pitch(1, _channels));
        long* first = (long*)taps.Pointer, second = first + area;
        for (int item = from; item < to; item++)
        {
            int block = item / _items, part = item % _items;
            if (Weights != null && block != packed)
            {
                Conv2dRowWeights.Part(Weights, area, ToInputs, pass.SourceGroup, pass.ResultGroup, block * _channels, _channels, rows.Pointer);
                singles.PixelLanes.Pass = pass.Part(block * _channels, _channels, rows.Pointer);
                packed = block;
            }
            (int firstRun, int endRun) = _cutsImages ? (0, _runs) : (_runs * part / _items, _runs * (part + 1) / _items);
            if (_cutsImages) (singles.FirstImage, singles.Images) = (_singles.FirstImage + _singles.Images * part / _items, _singles.Images * (part + 1) / _items - _singles.Images * part / _items);
            for (int run = firstRun; run < endRun; run++) singles.Rows(list[2 * run], list[2 * run + 1], first, second);
        }
    }

    /// <summary>Cuts the rows into runs that see the same kernel rows: first row and number of each.</summary>
    private static int Cut(in TapAxis axis, long pieces, int* list) // 2 for each row at most
    {
        int count = 0, most = (int)Math.Clamp((axis.Length + pieces - 1) / pieces / axis.Phase, 1, MostRows);
        for (int phase = 0; phase < Math.Min(axis.Phase, axis.Length); phase++)
            for (int from = phase, to; from < axis.Length; from = to)
            {
                to = axis.End(from);
                for (int rows = (to - from + axis.Phase - 1) / axis.Phase, parts = (rows + most - 1) / most; parts > 0; parts--)
                {
                    int part = (rows + parts - 1) / parts;
                    (list[2 * count], list[2 * count + 1]) = (from, part);
                    from += part * axis.Phase;
                    rows -= part;
                    count++;
                }
            }
        return count;
    }
}
