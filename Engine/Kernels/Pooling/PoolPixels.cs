namespace Engine.Kernels.Pooling;

/// <summary>What one output pixel of a pooling sees: the first input pixel and the extent of its window. In <see cref="BatchLanes"/> a pixel holds the
/// channels and images of its block side by side, so that pooling is arithmetic between whole pixels.</summary>
internal readonly struct PoolPixels
{
    private readonly int _rowFrom, _columnFrom, _inWidth;

    public PoolPixels(in Pool2dGeometry g, int i, int j)
    {
        (_rowFrom, int rowTo) = g.Rows(i);
        (_columnFrom, int columnTo) = g.Columns(j);
        (RowStep, ColumnStep, _inWidth) = (g.Dilation.Height, g.Dilation.Width, g.InWidth);
        Rows = (rowTo - _rowFrom + RowStep - 1) / RowStep;
        Columns = (columnTo - _columnFrom + ColumnStep - 1) / ColumnStep;
    }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStep { get; }

    public int ColumnStep { get; }

    /// <summary>Places inside the image.</summary>
    public int Count => Rows * Columns;

    /// <summary>Number of the input pixel at place (<paramref name="u"/>, <paramref name="v"/>) of the window.</summary>
    public int Pixel(int u, int v) => (_rowFrom + u * RowStep) * _inWidth + _columnFrom + v * ColumnStep;
}
