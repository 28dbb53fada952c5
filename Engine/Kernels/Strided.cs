namespace Engine.Kernels;

/// <summary>Copies between dense row-major memory and a strided view: permute, slice and expand are all this, with other strides.</summary>
internal static class Strided
{
    /// <summary>destination (dense, of shape <paramref name="sizes"/>) = source[offset + sum of index * stride].</summary>
    public static void Gather(ReadOnlySpan<float> source, long offset, ReadOnlySpan<int> sizes, ReadOnlySpan<long> strides, Span<float> destination)
    {
        if (destination.IsEmpty) return;
        Span<int> index = stackalloc int[Shape.MaxRank];
        int inner = sizes.Length == 0 ? 1 : sizes[^1];
        long step = sizes.Length == 0 ? 0 : strides[^1];
        for (int at = 0; at < destination.Length; at += inner)
        {
            long from = offset;
            for (int d = 0; d + 1 < sizes.Length; d++) from += index[d] * strides[d];
            Span<float> row = destination.Slice(at, inner);
            if (step == 1) source.Slice((int)from, inner).CopyTo(row);
            else if (step == 0) row.Fill(source[(int)from]);
            else
                for (int i = 0; i < inner; i++) row[i] = source[(int)(from + i * step)];
            Advance(index, sizes);
        }
    }

    /// <summary>destination[offset + sum of index * stride] += source (dense, of shape <paramref name="sizes"/>).</summary>
    public static void ScatterAdd(ReadOnlySpan<float> source, ReadOnlySpan<int> sizes, Span<float> destination, long offset, ReadOnlySpan<long> strides)
    {
        if (source.IsEmpty) return;
        Span<int> index = stackalloc int[Shape.MaxRank];
        int inner = sizes.Length == 0 ? 1 : sizes[^1];
        long step = sizes.Length == 0 ? 0 : strides[^1];
        for (int at = 0; at < source.Length; at += inner)
        {
            long to = offset;
            for (int d = 0; d + 1 < sizes.Length; d++) to += index[d] * strides[d];
            for (int i = 0; i < inner; i++) destination[(int)(to + i * step)] += source[at + i];
            Advance(index, sizes);
        }
    }

    /// <summary>Row-major strides of a shape.</summary>
    public static void Strides(Shape shape, Span<long> strides)
    {
        long stride = 1;
        for (int d = shape.Rank - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }
    }

    /// <summary>The next index of all dimensions but the last.</summary>
    private static void Advance(Span<int> index, ReadOnlySpan<int> sizes)
    {
        for (int d = sizes.Length - 2; d >= 0; d--)
        {
            if (++index[d] < sizes[d]) return;
            index[d] = 0;
        }
    }
}
