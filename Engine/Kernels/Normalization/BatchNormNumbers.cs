namespace Engine.Kernels.Normalization;

/// <summary>What a batch normalisation in training knows of its channels, one number a channel.</summary>
internal readonly ref struct BatchNormNumbers
{
    /// <summary>Mean; 1 / std; the latter times the weight. They are computed.</summary>
    public required Span<float> Mean { get; init; }

    /// <inheritdoc cref="Mean"/>
    public required Span<float> InverseStd { get; init; }

    /// <inheritdoc cref="Mean"/>
    public required Span<float> Scale { get; init; }

    /// <summary>What is learned, gamma and beta.</summary>
    public required ReadOnlySpan<float> Weight { get; init; }

    /// <inheritdoc cref="Weight"/>
    public required ReadOnlySpan<float> Shift { get; init; }

    /// <summary>Running statistics, which are updated, or none.</summary>
    public Span<float> RunningMean { get; init; }

    /// <inheritdoc cref="RunningMean"/>
    public Span<float> RunningVariance { get; init; }

    /// <summary>Weight of the batch in the running statistics.</summary>
    public double Momentum { get; init; }

    /// <summary>Added to the variance.</summary>
    public double Eps { get; init; }

    /// <summary>Takes the statistics of some channels of a batch, and computes what follows from them.</summary>
    public void Measure(ReadOnlySpan<float> x, int batch, int channels, int plane, ChannelRange range)
    {
        BatchStatistics.Of(x, batch, channels, plane, Mean, InverseStd, range); // of the variance first
        double count = (double)batch * plane, unbias = count > 1 ? count / (count - 1) : 1;
        for (int c = range.From; c < range.To && !RunningMean.IsEmpty; c++)
        {
            RunningMean[c] = (float)((1 - Momentum) * RunningMean[c] + Momentum * Mean[c]);
            RunningVariance[c] = (float)((1 - Momentum) * RunningVariance[c] + Momentum * (InverseStd[c] * unbias));
        }
        Invert(InverseStd, range);
    }

    /// <summary>Computes 1 / std, which may lie where the variances do, and the scale.</summary>
    public void Invert(ReadOnlySpan<float> variance, ChannelRange range)
    {
        for (int c = range.From; c < range.To; c++)
        {
            InverseStd[c] = (float)(1 / Math.Sqrt(variance[c] + Eps));
            Scale[c] = InverseStd[c] * Weight[c];
        }
    }
}
