using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>The sizes of a tensor's dimensions, rank 0 (a scalar) to <see cref="MaxRank"/>, in row-major order.</summary>
/// <remarks>Every product of sizes is computed in 64 bits and checked when the shape is made, so that a shape that exists can be
/// stored: <see cref="Count"/> never exceeds <see cref="Array.MaxLength"/>.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The largest rank a tensor can have.</summary>
    public const int MaxRank = 6;

    private readonly Dimensions _sizes;
    private readonly int _rank;
    private readonly int _countMinusOne; // so that default(Shape) is the scalar shape, whose count is 1

    [InlineArray(MaxRank)]
    private struct Dimensions
    {
        private int _first;
    }

    /// <summary>Makes a shape from sizes.</summary>
    /// <param name="sizes">0 to <see cref="MaxRank"/> sizes, each 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">Too many sizes, or their product is more than an array can hold.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaxRank)
            throw new ArgumentException($"shape: at most {MaxRank} dimensions are supported. Received: {Text(sizes)}.", nameof(sizes));
        foreach (int size in sizes)
            if (size < 0)
                throw new ArgumentOutOfRangeException(nameof(sizes), $"shape: trying to create a tensor with negative dimension {size}: {Text(sizes)}.");
        _rank = sizes.Length;
        sizes.CopyTo(_sizes);
        _countMinusOne = CheckedCount(sizes) - 1;
    }

    /// <summary>Makes a shape from a collection expression, as in <c>Shape s = [64, 1, 28, 28]</c>.</summary>
    /// <param name="sizes">The sizes.</param>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes);

    /// <summary>Number of dimensions.</summary>
    public int Rank => _rank;

    /// <summary>Number of elements: the product of all sizes, 1 for a scalar.</summary>
    public int Count => _countMinusOne + 1;

    /// <summary>The size of a dimension.</summary>
    /// <param name="dim">0 to Rank - 1, or negative to count from the end (-1 is the last).</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public int this[int dim] => _sizes[NormalizeDim(dim)];

    /// <summary>The size of a dimension, counted from the end with <c>^</c>.</summary>
    /// <param name="dim">The dimension.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public int this[Index dim] => _sizes[NormalizeDim(dim.IsFromEnd ? -dim.Value : dim.Value)];

    /// <summary>The sizes, outermost first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> Sizes => ((ReadOnlySpan<int>)_sizes)[.._rank];

    /// <summary>Turns a possibly negative dimension number into 0..Rank-1.</summary>
    /// <param name="dim">Dimension, -Rank to Rank - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public int NormalizeDim(int dim)
    {
        int normalized = dim < 0 ? dim + _rank : dim;
        if ((uint)normalized >= (uint)_rank)
            throw new ArgumentOutOfRangeException(nameof(dim), $"dimension out of range: expected {(_rank == 0 ? "none (a scalar has no dimensions)" : $"{-_rank} to {_rank - 1}")}, got {dim} for shape {this}.");
        return normalized;
    }

    /// <summary>The shape both operands broadcast to, by NumPy's and PyTorch's rule: sizes are matched from the last dimension on; they must be equal or one of them 1.</summary>
    /// <param name="a">Shape of the first operand.</param>
    /// <param name="b">Shape of the second operand.</param>
    /// <param name="op">Name of the operation, for the message.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Shape Broadcast(Shape a, Shape b, string op)
    {
        if (a == b) return a;
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> sizes = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int sa = i <= a.Rank ? a[^i] : 1, sb = i <= b.Rank ? b[^i] : 1;
            if (sa != sb && sa != 1 && sb != 1)
                throw new ArgumentException($"{op}: the size of tensor a ({sa}) must match the size of tensor b ({sb}) at non-singleton dimension {rank - i}. Received: a {a}, b {b}.", nameof(b));
            sizes[rank - i] = sa == 1 ? sb : sa;
        }
        return new Shape(sizes);
    }

    /// <summary>Resolves a requested shape in which at most one size may be -1 (inferred) against a number of elements.</summary>
    /// <param name="requested">The sizes asked for.</param>
    /// <param name="count">The number of elements there are.</param>
    /// <exception cref="ArgumentException">The sizes cannot hold that number of elements.</exception>
    public static Shape Infer(ReadOnlySpan<int> requested, int count)
    {
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < requested.Length; i++)
        {
            if (requested[i] == -1 && unknown < 0) { unknown = i; continue; }
            if (requested[i] == -1)
                throw new ArgumentException($"reshape: only one dimension can be inferred (-1). Received: {Text(requested)}.", nameof(requested));
            if (requested[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(requested), $"reshape: invalid negative dimension {requested[i]}: {Text(requested)}.");
            known = Math.Min(known * requested[i], int.MaxValue + 1L);
        }
        if (unknown >= 0 && known == 0)
            throw new ArgumentException($"reshape: cannot infer -1 in {Text(requested)}: the other sizes hold 0 elements, so any size would do.", nameof(requested));
        if (unknown < 0 ? known != count : count % known != 0)
            throw new ArgumentException($"reshape: shape '{Text(requested)}' is invalid for input of size {count}.", nameof(requested));
        Span<int> sizes = stackalloc int[requested.Length];
        requested.CopyTo(sizes);
        if (unknown >= 0) sizes[unknown] = (int)(count / known);
        return new Shape(sizes);
    }

    /// <summary>Pixels of an image [N, C, H, W], or whatever follows the first two dimensions.</summary>
    internal int Plane
    {
        get
        {
            int plane = 1;
            foreach (int size in Sizes[2..]) plane *= size;
            return plane;
        }
    }

    /// <summary>The shape with another size of one dimension.</summary>
    internal Shape With(int dim, int size)
    {
        Span<int> sizes = stackalloc int[_rank];
        Sizes.CopyTo(sizes);
        sizes[dim] = size;
        return new Shape(sizes);
    }

    /// <summary>The shape with one dimension more, which comes to stand at <paramref name="dim"/>.</summary>
    internal Shape Insert(int dim, int size)
    {
        Span<int> sizes = stackalloc int[_rank + 1];
        Sizes[..dim].CopyTo(sizes);
        sizes[dim] = size;
        Sizes[dim..].CopyTo(sizes[(dim + 1)..]);
        return new Shape(sizes);
    }

    /// <summary>The shape with one dimension more, the last.</summary>
    internal Shape Append(int size) => Insert(_rank, size);

    /// <summary>The shape without some neighbouring dimensions.</summary>
    internal Shape Without(int dim, int count = 1)
    {
        Span<int> sizes = stackalloc int[_rank - count];
        Sizes[..dim].CopyTo(sizes);
        Sizes[(dim + count)..].CopyTo(sizes[dim..]);
        return new Shape(sizes);
    }

    /// <summary>Multiplies sizes in 64 bits.</summary>
    /// <exception cref="ArgumentException">The product is more than an array can hold.</exception>
    private static int CheckedCount(ReadOnlySpan<int> sizes)
    {
        if (sizes.Contains(0)) return 0;
        long count = 1;
        foreach (int size in sizes)
        {
            count *= size;
            if (count > Array.MaxLength)
                throw new ArgumentException($"shape: storage size calculation overflowed with sizes={Text(sizes)}: at most {Array.MaxLength} elements fit one tensor.", nameof(sizes));
        }
        return (int)count;
    }

    private static string Text(ReadOnlySpan<int> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in Sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Equal rank and sizes.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Different rank or sizes.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>The sizes as PyTorch prints them: <c>[64, 1, 28, 28]</c>.</summary>
    public override string ToString() => Text(Sizes);

    /// <summary>Enumerates the sizes, outermost first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Sizes.GetEnumerator();
}
