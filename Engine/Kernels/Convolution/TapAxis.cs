using System.Diagnostics;

namespace Engine.Kernels.Convolution;

/// <summary>One axis of a convolution, rows or columns: which taps of the kernel each position of the result sees inside the source, and where.</summary>
/// <remarks>The taps of a position are First, First + TapStep, ..., Count of them; the first one lies at Source, each further one SourceStep away. Found by
/// arithmetic, not by trying taps: a kernel may be as large as an image. Positions <see cref="Phase"/> apart whose first tap and count are the same see the
/// same taps, Move further along the source.</remarks>
internal unsafe struct TapAxis
{
    private int* _first, _count, _source;
    private int _input, _kernel, _padding, _dilation;
    private bool _isBackward;

    /// <summary>Positions of the result.</summary>
    public int Length { get; private init; }

    /// <summary>From one tap that a position sees to the next.</summary>
    public int TapStep { get; private init; }

    /// <summary>From the source of one such tap to that of the next.</summary>
    public int SourceStep { get; private init; }

    /// <summary>Distance of positions that see the same taps, but for the edges.</summary>
    public int Phase { get; private init; }

    /// <summary>How far apart the sources of one tap are at positions a phase apart.</summary>
    public int Move { get; private init; }

    /// <summary>Working memory, in floats, that <see cref="Forward"/> and <see cref="Backward"/> take for so many positions.</summary>
    public static long Memory(int length) => 3L * length;

    /// <summary>Output positions over the input: the source of tap u at position p is p * stride - padding + u * dilation.</summary>
    public static TapAxis Forward(int input, int output, int kernel, int stride, int padding, int dilation, float* memory)
    {
        TapAxis axis = new() { Length = output, TapStep = 1, SourceStep = dilation, Phase = 1, Move = stride, _input = input, _kernel = kernel, _padding = padding, _dilation = dilation };
        axis.Use(memory);
        for (int p = 0, start = -padding; p < output; p++, start += stride)
        {
            int first = start >= 0 ? 0 : Parts(-start, dilation), last = start >= input ? 0 : Math.Min(kernel, Parts(input - start, dilation));
            axis.Set(p, first, last - first, start + first * dilation);
        }
        return axis;
    }

    /// <summary>Input positions over the output gradient: tap u of position p has its source at (p + padding - u * dilation) / stride, where that is whole.</summary>
    public static TapAxis Backward(int input, int output, int kernel, int stride, int padding, int dilation, float* memory)
    {
        int common = Common(stride, dilation), tapStep = stride / common;
        TapAxis axis = new() { Length = input, TapStep = tapStep, SourceStep = -(dilation / common), Phase = stride, Move = 1, _input = output, _kernel = kernel, _padding = padding, _dilation = dilation, _isBackward = true };
        axis.Use(memory);
        if (dilation == 1)
        {
            axis.Undilated(output, kernel, stride, padding);
            return axis;
        }
        for (int p = 0; p < input; p++)
        {
            int at = p + padding, first = 0, beyond = at - (output - 1) * stride; // taps with u * dilation below this lie beyond the output
            while (first < tapStep && (at - first * dilation) % stride != 0) first++;
            int least = beyond <= 0 ? 0 : (beyond + dilation - 1) / dilation;
            if (least > first) first += (least - first + tapStep - 1) / tapStep * tapStep;
            int most = Math.Min(kernel - 1, at / dilation);
            bool sees = first <= most && (at - first * dilation) % stride == 0;
            axis.Set(p, first, sees ? (most - first) / tapStep + 1 : 0, (at - first * dilation) / stride);
        }
        return axis;
    }

    /// <summary>Where taps do not skip: those of position p are rest, rest + stride, ... with their sources at quotient, quotient - 1, ... of p + padding by the stride; no
    /// further division.</summary>
    private readonly void Undilated(int output, int kernel, int stride, int padding)
    {
        int most = (kernel - 1) / stride, left = kernel - 1 - most * stride, quotient = padding / stride, rest = padding - quotient * stride;
        for (int p = 0; p < Length; p++)
        {
            int low = Math.Max(0, quotient - output + 1), high = Math.Min(quotient, rest <= left ? most : most - 1);
            Set(p, rest + low * stride, high - low + 1, quotient - low);
            if (++rest == stride) (rest, quotient) = (0, quotient + 1);
        }
    }

    /// <summary>The same axis in other memory, found anew: a thread that reads what another core has just written waits longer.</summary>
    public readonly TapAxis Again(float* memory) =>
        _isBackward ? Backward(Length, _input, _kernel, Phase, _padding, _dilation, memory) : Forward(_input, Length, _kernel, Move, _padding, _dilation, memory);

    /// <summary>The first tap that position <paramref name="p"/> sees.</summary>
    public readonly int First(int p) => _first[p];

    /// <summary>How many it sees.</summary>
    public readonly int Count(int p) => _count[p];

    /// <summary>Where its first tap lies.</summary>
    public readonly int Source(int p) => _source[p];

    /// <summary>Whether position <paramref name="p"/> sees tap <paramref name="tap"/> of an axis made by <see cref="Forward"/>.</summary>
    public readonly bool Sees(int p, int tap) => (uint)(tap - _first[p]) < (uint)_count[p];

    /// <summary>Where the furthest tap lies of position <paramref name="p"/>, or of the nearest before it that sees any, and one more; 0 where there is none.</summary>
    public readonly int Reach(int p)
    {
        while (p >= 0 && _count[p] == 0) p--;
        return p < 0 ? 0 : Math.Max(_source[p], _source[p] + (_count[p] - 1) * SourceStep) + 1;
    }

    /// <summary>One past the last position, in steps of <see cref="Phase"/>, that sees the taps of <paramref name="p"/>.</summary>
    public readonly int End(int p)
    {
        (int first, int count) = (_first[p], _count[p]);
        do p += Phase;
        while (p < Length && _first[p] == first && _count[p] == count);
        return p;
    }

    private void Use(float* memory)
    {
        _first = (int*)memory;
        _count = _first + Length;
        _source = _count + Length;
    }

    private readonly void Set(int p, int first, int count, int source)
    {
        Debug.Assert((uint)p < (uint)Length);
        (_first[p], _count[p], _source[p]) = count > 0 ? (first, count, source) : (0, 0, 0);
    }

    /// <summary>Steps that cover a length; no division where it is not needed, since a small convolution takes less time than some of them.</summary>
    private static int Parts(int length, int step) => step == 1 ? length : (length + step - 1) / step;

    private static int Common(int a, int b) => b == 0 ? a : Common(b, a % b);
}
