namespace Engine.Reporting;

/// <summary>The values that get the first and the last colour.</summary>
internal readonly record struct ValueRange(double Low, double High, bool HasNaN)
{
    /// <summary>Of the finite values; 0 to 1 where there are none.</summary>
    public static ValueRange Of(ReadOnlySpan<float> values, PixelScale scale)
    {
        if (!Enum.IsDefined(scale)) throw new ArgumentOutOfRangeException(nameof(scale), scale, $"picture: no such scale: {scale}.");
        (float low, float high, bool hasNaN) = (float.PositiveInfinity, float.NegativeInfinity, false);
        foreach (float value in values)
            if (float.IsFinite(value)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
            else hasNaN |= float.IsNaN(value);
        if (scale == PixelScale.Unit || low > high) return new ValueRange(0, 1, hasNaN);
        if (scale == PixelScale.MinMax) return new ValueRange(low, high, hasNaN);
        double size = Math.Max(Math.Abs((double)low), Math.Abs((double)high));
        return new ValueRange(-size, size, hasNaN);
    }

    /// <summary>0 at the low end, 1 at the high end; the middle where they are one.</summary>
    public double Share(float value) => High > Low ? Math.Clamp((value - Low) / (High - Low), 0, 1) : 0.5;
}
