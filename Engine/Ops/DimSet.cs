namespace Engine.Ops;

/// <summary>Some of a shape's dimensions.</summary>
internal readonly struct DimSet
{
    private readonly int _bits;

    private DimSet(int bits) => _bits = bits;

    /// <summary>Whether a dimension is one of them.</summary>
    public bool this[int dim] => ((_bits >> dim) & 1) != 0;

    /// <summary>All dimensions of a rank.</summary>
    public static DimSet All(int rank) => new((1 << rank) - 1);

    /// <summary>One dimension.</summary>
    public static DimSet Of(int dim) => new(1 << dim);

    /// <summary>These and one more.</summary>
    public DimSet With(int dim) => new(_bits | (1 << dim));
}
