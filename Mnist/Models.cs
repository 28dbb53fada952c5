using Engine;
using Engine.Nn;

namespace Mnist;

/// <summary>The book's networks for 28 x 28 images of one channel and ten classes: five stride-2 convolutions bring the image down to one pixel.</summary>
public static class Models
{
    /// <summary>Names on the command line; the first is the default.</summary>
    public static IReadOnlyList<string> Names { get; } = ["simple-bn", "simple"];

    /// <summary>The network of a name, newly initialised.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="rng">Where the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Sequential Create(string name, Rng rng) => name switch
    {
        "simple" => SimpleCnn(rng),
        "simple-bn" => SimpleCnnBn(rng),
        _ => throw new ArgumentException($"model: expected one of {string.Join(", ", Names)}, got '{name}'.", nameof(name)),
    };

    /// <summary>The book's <c>simple_cnn</c>, 30,282 parameters: [N, 1, 28, 28] to logits [N, 10].</summary>
    /// <param name="rng">Where the first weights are drawn from.</param>
    public static Sequential SimpleCnn(Rng rng) => Build(rng, norm: false);

    /// <summary><see cref="SimpleCnn"/> with batch normalisation after every block, 30,542 parameters.</summary>
    /// <param name="rng">Where the first weights are drawn from.</param>
    public static Sequential SimpleCnnBn(Rng rng) => Build(rng, norm: true);

    /// <summary>The book's network that tells a 3 from a 7, 6,722 parameters: [N, 1, 28, 28] to logits [N, 2].</summary>
    /// <param name="rng">Where the first weights are drawn from.</param>
    public static Sequential ThreeOrSeven(Rng rng) =>
        [ConvBlock(1, 4, rng), ConvBlock(4, 8, rng), ConvBlock(8, 16, rng), ConvBlock(16, 32, rng), ConvBlock(32, 2, rng, activation: false), new Flatten()];

    /// <summary><see cref="SimpleCnnBn"/> with the same filters at stride 1, each block followed by a pooling that halves the image: four times the multiply-adds.</summary>
    /// <param name="rng">Where the first weights are drawn from.</param>
    public static Sequential PooledCnn(Rng rng)
    {
        Sequential model = [];
        int[] filters = [1, 8, 16, 32, 64, 10];
        for (int i = 0; i + 1 < filters.Length; i++)
        {
            int kernel = i == 0 ? 5 : 3;
            model.Add(new Conv2d(filters[i], filters[i + 1], rng, kernel, padding: kernel / 2));
            if (i + 2 < filters.Length) model.Add(new Relu());
            model.Add(new BatchNorm2d(filters[i + 1]));
            model.Add(new MaxPool2d(2, ceilMode: true)); // 14 x 14, 7 x 7, 4 x 4, 2 x 2, 1 x 1
        }
        model.Add(new Flatten());
        return model;
    }

    private static Sequential Build(Rng rng, bool norm) =>
    [
        ConvBlock(1, 8, rng, kernel: 5, norm: norm),           // 14 x 14
        ConvBlock(8, 16, rng, norm: norm),                     // 7 x 7
        ConvBlock(16, 32, rng, norm: norm),                    // 4 x 4
        ConvBlock(32, 64, rng, norm: norm),                    // 2 x 2
        ConvBlock(64, 10, rng, activation: false, norm: norm), // 1 x 1
        new Flatten(),
    ];

    private static Sequential ConvBlock(int ni, int nf, Rng rng, int kernel = 3, bool activation = true, bool norm = false)
    {
        Sequential block = [new Conv2d(ni, nf, rng, kernel, stride: 2, padding: kernel / 2)];
        if (activation) block.Add(new Relu());
        if (norm) block.Add(new BatchNorm2d(nf));
        return block;
    }
}
