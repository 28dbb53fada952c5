namespace Engine.Kernels.Normalization;

/// <summary>Pixels of an activation that lie end to end, and are added up before the others come.</summary>
/// <param name="Start">Where the first of them begins, in floats.</param>
/// <param name="Pixels">How many.</param>
/// <param name="Width">Images side by side in each: the block's width, or 1.</param>
internal readonly record struct ChannelPart(long Start, int Pixels, int Width)
{
    /// <summary>Elements of a channel.</summary>
    public int Count => Pixels * Width;
}

/// <summary>Cuts a <see cref="BatchLanes"/> activation for sums over its channels, by shape alone: a block's pixels into runs, then the pixels of all single images
/// into runs. A run stays in a core's cache while it is read twice, and the thread that wrote it, which had the same share of the loop before, reads it.</summary>
internal readonly struct ChannelParts
{
    /// <summary>Elements of a part, where the channels leave a choice: 64 KB, 1 to 2 us.</summary>
    private const int Elements = 16_384;

    /// <summary>Pixels of a part at least: the end of a part, where lanes are added up, costs as much as some four of them.</summary>
    private const int LeastPixels = 8;

    private readonly int _batch, _channels, _plane, _perBlock, _wide, _singlePixels;

    /// <summary>Cuts an activation of these sizes.</summary>
    public ChannelParts(int batch, int channels, int plane)
    {
        (_batch, _channels, _plane) = (batch, channels, plane);
        _perBlock = Math.Max(1, plane / Math.Max(LeastPixels, Elements / (BatchLanes.FullWidth * Math.Max(1, channels))));
        if (_perBlock > 1) _perBlock += _perBlock % 2; // halves for two threads
        _wide = BatchLanes.WideBlocks(batch) * _perBlock;
        _singlePixels = Math.Max(LeastPixels, Elements / Math.Max(1, channels));
        Count = _wide + (int)(((long)BatchLanes.Singles(batch) * plane + _singlePixels - 1) / _singlePixels);
    }

    /// <summary>Number of parts.</summary>
    public int Count { get; }

    /// <summary>Part number <paramref name="number"/>.</summary>
    public ChannelPart this[int number]
    {
        get
        {
            if (number < _wide)
            {
                ImageBlock block = BatchLanes.BlockOf(_batch, number / _perBlock);
                long part = number % _perBlock;
                int first = (int)(_plane * part / _perBlock), last = (int)(_plane * (part + 1) / _perBlock);
                return new((block.First * (long)_plane + (long)first * block.Width) * _channels, last - first, block.Width);
            }
            long from = (long)(number - _wide) * _singlePixels, pixels = (long)BatchLanes.Singles(_batch) * _plane;
            return new((BatchLanes.FirstSingle(_batch) * (long)_plane + from) * _channels, (int)Math.Min(_singlePixels, pixels - from), 1);
        }
    }
}
