using Engine;
using Engine.Nn;

namespace Mnist.Chapter;

/// <summary>One training of the chapter.</summary>
/// <param name="Name">"A" to "F'".</param>
/// <param name="Title">What it tries.</param>
/// <param name="Call">fastai's call, as the book has it.</param>
/// <param name="Create">Makes the network.</param>
/// <param name="Batch">Images a batch.</param>
/// <param name="Epochs">Epochs.</param>
/// <param name="Rate">The learning rate, the peak of 1cycle.</param>
/// <param name="IsOneCycle">Whether the rate follows 1cycle; else it is constant.</param>
/// <param name="Book">The book's accuracy after the last epoch; null where the book has no such training.</param>
/// <param name="PyTorch">Accuracies of the same training in PyTorch over seeds.</param>
internal sealed record LadderStep(
    string Name, string Title, string Call, Func<Rng, Sequential> Create, int Batch, int Epochs, double Rate, bool IsOneCycle, double? Book, IReadOnlyList<double> PyTorch)
{
    /// <summary>Whether it tells a 3 from a 7 only.</summary>
    public bool IsThreeOrSeven { get; init; }

    /// <summary>Whether a batch norm follows every convolution.</summary>
    public bool HasNorm { get; init; }

    /// <summary>How often the same call was made before with the same seed: it draws other numbers then.</summary>
    public int Repeats { get; init; }

    /// <summary>Among the layers with parameters: the last but one convolution, which the book looks at beside the first.</summary>
    public Index Penultimate => HasNorm ? ^4 : ^2;

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<LadderStep> All { get; } =
    [
        new("A", "3 or 7", "fit_one_cycle(2, 0.01)", Models.ThreeOrSeven, 64, 2, 0.01, IsOneCycle: true, 0.990186, [0.9882, 0.9926, 0.9941, 0.9921, 0.9931]) { IsThreeOrSeven = true },
        new("B", "Ten digits, a high rate from the start", "fit(1, 0.06)", Models.SimpleCnn, 64, 1, 0.06, IsOneCycle: false, 0.1135, [0.1028, 0.1135, 0.1135, 0.1009, 0.8556, 0.1135, 0.8470, 0.1135]),
        new("C", "A larger batch", "fit(1, 0.06)", Models.SimpleCnn, 512, 1, 0.06, IsOneCycle: false, 0.1135, [0.8595, 0.9369, 0.9307]),
        new("D", "1cycle training", "fit_one_cycle(1, 0.06)", Models.SimpleCnn, 512, 1, 0.06, IsOneCycle: true, 0.9743, [0.9752, 0.9742, 0.9756, 0.9775, 0.9731]),
        new("E", "Batch normalisation", "fit_one_cycle(1, 0.06)", Models.SimpleCnnBn, 512, 1, 0.06, IsOneCycle: true, 0.9864, [0.9864, 0.9861, 0.9850, 0.9870, 0.9844]) { HasNorm = true },
        new("F", "Five epochs, a higher rate", "fit_one_cycle(5, 0.1)", Models.SimpleCnnBn, 512, 5, 0.1, IsOneCycle: true, 0.9912, [0.9925, 0.9920, 0.9921, 0.9927, 0.9909, 0.9928, 0.9921, 0.9920]) { HasNorm = true },
        new("F'", "The same again", "fit_one_cycle(5, 0.1)", Models.SimpleCnnBn, 512, 5, 0.1, IsOneCycle: true, 0.9921, []) { HasNorm = true, Repeats = 1 },
        new("P", "Pooling instead of strides", "fit_one_cycle(1, 0.06)", Models.PooledCnn, 512, 1, 0.06, IsOneCycle: true, null, []) { HasNorm = true },
    ];
}
