using Engine.Nn;

namespace Engine.Tests.Garbage;

/// <summary>The kinds of nets people train: strided convolutions, with batch norm, with max pooling and linear layers, with residuals.</summary>
internal sealed record Net(string Name, Func<Rng, Module> Create, Shape Image)
{
    public static IReadOnlyList<Net> All { get; } =
    [
        new("simple_cnn", global::Mnist.Models.SimpleCnn, [1, 28, 28]),
        new("simple_cnn_bn", global::Mnist.Models.SimpleCnnBn, [1, 28, 28]),
        new("lenet", Lenet, [1, 14, 14]),
        new("resnet", ResNet, [3, 16, 16]),
    ];

    private static Sequential Lenet(Rng rng) =>
    [
        new Conv2d(1, 16, rng, 3, padding: 1), new Relu(), new Conv2d(16, 32, rng, 3, padding: 1), new Relu(), new MaxPool2d(2), new AvgPool2d(2, padding: 1),
        new Flatten(), new Linear(32 * 4 * 4, 24, rng), new Relu(), new BatchNorm1d(24), new Linear(24, 10, rng),
    ];

    private static Sequential ResNet(Rng rng) =>
    [
        new Conv2d(3, 8, rng, 3, padding: 1, bias: false), new BatchNorm2d(8), new Relu(),
        new Residual(new Sequential { new Conv2d(8, 8, rng, 3, padding: 1, bias: false), new BatchNorm2d(8), new Relu() }),
        new Residual(new Conv2d(8, 16, rng, 3, stride: 2, padding: 1, groups: 2), new Conv2d(8, 16, rng, 1, stride: 2)),
        new AdaptiveMaxPool2d((3, 2)), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(16, 10, rng),
    ];
}
