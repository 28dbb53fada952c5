using Engine.Nn;

namespace Engine.Benchmarks;

/// <summary>The nets that are timed here and in PyTorch.</summary>
internal static class PeerNets
{
    public static IReadOnlyDictionary<string, (Func<Rng, Module> Create, Shape Image)> All { get; } = new Dictionary<string, (Func<Rng, Module>, Shape)>
    {
        ["simple_cnn"] = (Mnist.Models.SimpleCnn, [1, 28, 28]),
        ["simple_cnn_bn"] = (Mnist.Models.SimpleCnnBn, [1, 28, 28]),
        ["lenet_3x3"] = (Lenet, [1, 28, 28]),
        ["resnet_s"] = (ResNet, [3, 32, 32]),
    };

    private static Sequential Lenet(Rng rng) =>
    [
        new Conv2d(1, 32, rng, 3, padding: 1), new Relu(), new Conv2d(32, 64, rng, 3, padding: 1), new Relu(), new MaxPool2d(2),
        new Flatten(), new Linear(64 * 14 * 14, 128, rng), new Relu(), new Linear(128, 10, rng),
    ];

    private static Sequential ResNet(Rng rng) =>
    [
        Conv(3, 16, rng, 3), new BatchNorm2d(16), new Relu(),
        Block(16, 16, rng, stride: 1), Block(16, 32, rng, stride: 2), Block(32, 64, rng, stride: 2), // 32 x 32, 16 x 16, 8 x 8
        new AdaptiveAvgPool2d(1), new Flatten(), new Linear(64, 10, rng),
    ];

    private static Residual Block(int ni, int nf, Rng rng, int stride)
    {
        Sequential body = [Conv(ni, nf, rng, 3, stride), new BatchNorm2d(nf), new Relu(), Conv(nf, nf, rng, 3), new BatchNorm2d(nf)];
        Sequential? shortcut = ni == nf && stride == 1 ? null : [Conv(ni, nf, rng, 1, stride), new BatchNorm2d(nf)];
        return new Residual(body, shortcut);
    }

    /// <summary>A convolution before a batch norm: no bias, the image's size kept but for the stride.</summary>
    private static Conv2d Conv(int ni, int nf, Rng rng, int kernel, int stride = 1) => new(ni, nf, rng, kernel, stride, padding: kernel / 2, bias: false);
}
