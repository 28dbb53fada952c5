using Engine.Kernels.Statistics;
using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>What a layer gave, batch by batch: see <see cref="ActivationStats"/>.</summary>
public sealed class ActivationSeries : IOutputReader
{
    private readonly bool _histograms;
    private readonly List<double> _means = [], _stds = [], _nearZero = [];
    private readonly List<int> _steps = [];
    private int[] _counts = [];

    internal ActivationSeries(Module module, bool histograms) => (Module, _histograms) = (module, histograms);

    /// <summary>Bins of a histogram.</summary>
    public static int BinCount => ActivationKernel.Bins;

    /// <summary>Width of a bin; the first begins at 0.</summary>
    public static double BinWidth => ActivationKernel.BinWidth;

    /// <summary>The layer.</summary>
    public Module Module { get; }

    /// <summary>Batches recorded.</summary>
    public int Count => _means.Count;

    /// <summary>The training batch of each record, counted over the fit.</summary>
    public IReadOnlyList<int> Steps => _steps;

    /// <summary>Mean of all elements.</summary>
    public IReadOnlyList<double> Means => _means;

    /// <summary>Standard deviation of all elements, unbiased.</summary>
    public IReadOnlyList<double> Stds => _stds;

    /// <summary>Share of elements of at most .05, 0 to 1; all negative ones are among them.</summary>
    public IReadOnlyList<double> NearZero => _nearZero;

    /// <summary>How many elements fell into each of 40 bins from 0 to 10, as <c>torch.histc(x, 40, 0, 10)</c>: what lies outside is not counted, 10 belongs to the last bin.</summary>
    /// <param name="record">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="InvalidOperationException">Histograms were not asked for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such record.</exception>
    public ReadOnlySpan<int> Histogram(int record)
    {
        if (!_histograms) throw new InvalidOperationException($"activation stats: layer {Module.Path} has no histograms; make them with new ActivationStats(histograms: true).");
        if ((uint)record >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(record), $"activation stats: no record {record} of layer {Module.Path}; {Count} records (0..{Count - 1}).");
        return _counts.AsSpan(record * BinCount, BinCount);
    }

    /// <summary>The colourful dimension: log(1 + count) of every bin and record, [bin, record], the bin next to 0 first.</summary>
    /// <exception cref="InvalidOperationException">Histograms were not asked for.</exception>
    public float[,] LogHistograms()
    {
        float[,] grid = new float[BinCount, Count];
        for (int record = 0; record < Count; record++)
        {
            ReadOnlySpan<int> counts = Histogram(record);
            for (int bin = 0; bin < BinCount; bin++) grid[bin, record] = (float)Elementary.Log(1.0 + counts[bin]);
        }
        return grid;
    }

    /// <summary>Mean of the near-zero shares of some records.</summary>
    internal double MeanNearZero(int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++) sum += _nearZero[i];
        return sum / (to - from);
    }

    /// <summary>The batch that will be read.</summary>
    internal int Step { get; set; }

    /// <summary>Makes room, so that no batch has to.</summary>
    internal void Reserve(int records)
    {
        foreach (List<double> series in (ReadOnlySpan<List<double>>)[_means, _stds, _nearZero]) series.EnsureCapacity(Count + records);
        _steps.EnsureCapacity(Count + records);
        if (_histograms && _counts.Length < (Count + records) * BinCount) Array.Resize(ref _counts, (Count + records) * BinCount);
    }

    void IOutputReader.Read(Tensor output) => Add(output, rectify: false);

    void IOutputReader.ReadAndRectify(Tensor output) => Add(output, rectify: true);

    private void Add(Tensor output, bool rectify)
    {
        if (_histograms && _counts.Length < (Count + 1) * BinCount) Reserve(Count + 1); // a layer that runs more than once a batch
        (double mean, double std, long near) = ActivationKernel.Run(output.Span, rectify, _histograms ? _counts.AsSpan(Count * BinCount, BinCount) : []);
        _means.Add(mean);
        _stds.Add(std);
        _nearZero.Add((double)near / output.Count);
        _steps.Add(Step);
    }
}
