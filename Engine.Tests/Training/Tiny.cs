using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A small problem: 8 x 6 images, bright on the left, in the middle or on the right, with noise.</summary>
internal static class Tiny
{
    public static ImageSet Images(int count, ulong seed)
    {
        Rng rng = new(seed);
        byte[] pixels = new byte[count * 48];
        int[] labels = new int[count];
        for (int n = 0; n < count; n++)
        {
            labels[n] = rng.NextInt(3);
            for (int p = 0; p < 48; p++) pixels[n * 48 + p] = (byte)(rng.NextInt(100) + (p % 6 / 2 == labels[n] ? 100 : 0));
        }
        return new ImageSet([count, 1, 8, 6], pixels, labels, ["left", "middle", "right"], "stripes");
    }

    public static Sequential Net(Rng rng) =>
    [
        new Conv2d(1, 5, rng, 3, stride: 2, padding: 1), new Relu(), new BatchNorm2d(5), new Conv2d(5, 7, rng, 3, stride: 2, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(7, 3, rng),
    ];

    public static Learner Learner(ulong seed, double rate = 0.02, params Callback[] callbacks)
    {
        Rng rng = new(seed);
        Sequential model = Net(rng);
        DataLoader train = new(Images(330, 1), 70, Normalization.None(1), rng.Split(), dropLast: true), valid = new(Images(101, 2), 64, Normalization.None(1));
        return new Learner(train, valid, model, new FastaiAdam(model.Parameters(), rate), loss: null, callbacks);
    }
}
