using Engine.Nn;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

internal sealed class GradCamTests
{
    private const int Channels = 3, Height = 5, Width = 4, Features = 6, Classes = 3;

    /// <summary>Feature maps, then a convolution, a ReLU and a Linear behind them.</summary>
    private static Sequential Deep(Rng rng) =>
    [
        new Conv2d(1, Channels, rng, (3, 2)), new Relu(), // [3, 5, 4] of [1, 7, 5]
        new Sequential { new Conv2d(Channels, Features, rng, 3, stride: 2, padding: 1), new Relu() }, // [6, 3, 2]
        new Flatten(), new Linear(Features * 3 * 2, Classes, rng),
    ];

    /// <summary>d logit / d A by hand: through the Linear, where the ReLU is open back through the taps of the convolution.</summary>
    private static double[] GradientByHand(Conv2d conv, Linear linear, float[] maps, int target)
    {
        float[] kernel = conv.Weight.ToArray(), bias = conv.Bias!.ToArray(), weight = linear.Weight.ToArray();
        double[] gradient = new double[maps.Length];
        for (int o = 0; o < Features; o++)
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 2; j++)
                {
                    double sum = bias[o];
                    List<(int Map, int Tap)> taps = [];
                    for (int c = 0; c < Channels; c++)
                        for (int u = 0; u < 3; u++)
                            for (int v = 0; v < 3; v++)
                            {
                                (int y, int x) = (2 * i + u - 1, 2 * j + v - 1);
                                if (y < 0 || x < 0 || y >= Height || x >= Width) continue;
                                taps.Add(((c * Height + y) * Width + x, ((o * Channels + c) * 3 + u) * 3 + v));
                                sum += (double)maps[taps[^1].Map] * kernel[taps[^1].Tap];
                            }
                    if (sum <= 0) continue;
                    foreach ((int map, int tap) in taps) gradient[map] += weight[target * Features * 6 + (o * 3 + i) * 2 + j] * (double)kernel[tap];
                }
        return gradient;
    }

    private static double[] MapByHand(float[] maps, double[] gradient)
    {
        double[] sum = new double[Height * Width];
        for (int k = 0; k < Channels; k++)
        {
            double mean = gradient.AsSpan(k * sum.Length, sum.Length).ToArray().Average();
            for (int i = 0; i < sum.Length; i++) sum[i] += mean * maps[k * sum.Length + i];
        }
        return [.. sum.Select(value => Math.Max(0, value))];
    }

    [Test]
    public void The_map_is_that_computed_by_hand_before_and_behind_a_ReLU([Values(0, 1)] int layer, [Values(0, 1, 2)] int target)
    {
        Rng rng = new(7);
        Sequential model = Deep(rng), tail = (Sequential)model[2];
        Tensor image = Tensor.Normal([1, 7, 5], rng);
        ClassActivation cam = GradCam.Compute(model, image, target, model[layer]);
        using GradMode.Scope noGrad = GradMode.NoGrad();
        Tensor input = Tensor.From(image.AsSpan(), [1, 1, 7, 5]), before = model[0].Forward(input), after = model[1].Forward(before);
        double[] gradient = GradientByHand((Conv2d)tail[0], (Linear)model[4], after.ToArray(), target);
        float[] maps = layer == 1 ? after.ToArray() : before.ToArray();
        if (layer == 0) gradient = [.. gradient.Select((d, i) => maps[i] > 0 ? d : 0)]; // behind the ReLU closed places count all the same
        double[] expected = MapByHand(maps, gradient);
        Assert.That(expected.Max(), Is.GreaterThan(1e-4), "a map that tells");
        Assert.That(cam.Map.Cast<float>(), Is.EqualTo(expected).Within(1e-5 * expected.Max()));
        Assert.That((cam.Map.GetLength(0), cam.Map.GetLength(1), cam.Upsampled.GetLength(0), cam.Upsampled.GetLength(1)), Is.EqualTo((Height, Width, 7, 5)));
        Assert.That((cam.Class, cam.Score), Is.EqualTo((target, model.Forward(input).AsSpan()[target])).Within(1e-6f));
    }

    [Test]
    public void Behind_global_average_pooling_it_is_CAM()
    {
        Rng rng = new(3);
        Linear linear = new(4, Classes, rng);
        Sequential model = [new Conv2d(2, 4, rng, 3, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), linear];
        Tensor image = Tensor.Normal([1, 2, 6, 5], rng);
        IReadOnlyList<float[,]> maps = LayerPictures.FeatureMaps(model, image, model[1]);
        for (int target = 0; target < Classes; target++)
        {
            float[,] cam = GradCam.Compute(model, image, target, model[1]).Map;
            for (int i = 0; i < 6; i++)
                for (int j = 0; j < 5; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < 4; k++) sum += (double)linear.Weight.AsSpan()[target * 4 + k] * maps[k][i, j];
                    Assert.That(cam[i, j], Is.EqualTo(Math.Max(0, sum) / 30).Within(1e-7));
                }
        }
    }

    [Test]
    public void Afterwards_everything_is_as_it_was()
    {
        Rng rng = new(5);
        BatchNorm2d frozen = new(4), training = new(4);
        Sequential model = [new Conv2d(1, 4, rng, 3), frozen, new Relu(), training, new AdaptiveAvgPool2d(1), new Flatten(), new Linear(4, 2, rng)];
        Tensor batch = Tensor.Normal([3, 1, 6, 6], rng);
        model.Forward(batch).Backward(Tensor.Ones([3, 2]));
        frozen.Eval();
        Parameter[] parameters = [.. model.Parameters()];
        parameters[1].IsTrainable = false;
        float[][] state = [.. model.State().Select(entry => entry.Value.ToArray())], gradients = [.. parameters.Select(parameter => parameter.Value.Grad!.ToArray())];
        int calls = 0;
        model[2].ForwardDone += (_, _, _) => calls++;
        _ = GradCam.Compute(model, Tensor.Normal([1, 6, 6], rng), 0, model[2]);
        Assert.That(model.State().Select(entry => entry.Value.ToArray()), Is.EqualTo(state), "no batch statistics were taken");
        Assert.That(parameters.Select(parameter => parameter.Value.Grad!.ToArray()), Is.EqualTo(gradients));
        Assert.That(parameters.Select(parameter => parameter.IsTrainable), Is.EqualTo(parameters.Select((_, i) => i != 1)));
        Assert.That((model.IsTraining, frozen.IsTraining, training.IsTraining, calls), Is.EqualTo((true, false, true, 1)));
        Assert.That(() => GradCam.Compute(model, Tensor.Normal([1, 6, 6], rng), 9, model[2]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((model[2].HasListeners, model[0].HasListeners, parameters[0].IsTrainable, frozen.IsTraining, training.IsTraining), Is.EqualTo((true, false, true, false, true)), "after an error too");
    }

    [Test]
    public void In_a_residual_net_and_in_a_workspace_it_is_the_same()
    {
        Rng rng = new(9);
        Sequential body = [new Conv2d(3, 3, rng, 3, padding: 1), new BatchNorm2d(3), new Relu(), new Conv2d(3, 3, rng, 3, padding: 1)];
        Sequential model = [new Conv2d(1, 3, rng, 3, padding: 1), new Residual(body), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(3, 2, rng)];
        Tensor image = Tensor.Normal([1, 8, 7], rng);
        float[] plain = [.. GradCam.Compute(model, image, 1, model[0]).Map.Cast<float>()], inside;
        using (new Workspace().Begin()) inside = [.. GradCam.Compute(model, image, 1, 0).Map.Cast<float>()];
        Assert.That(inside, Is.EqualTo(plain));
        // both ways lead from the first convolution to the logits: the derivative is checked by differences of the whole tail
        using GradMode.Scope noGrad = GradMode.NoGrad();
        model.Eval();
        float[] maps = model[0].Forward(Tensor.From(image.AsSpan(), [1, 1, 8, 7])).ToArray();
        double[] weights = [.. Enumerable.Range(0, 3).Select(k => (Tail(k, 0.5f) - Tail(k, -0.5f)) / 56)];
        for (int i = 0; i < 56; i++)
        {
            double sum = 0;
            for (int k = 0; k < 3; k++) sum += weights[k] * maps[k * 56 + i];
            Assert.That(plain[i], Is.EqualTo(Math.Max(0, sum)).Within(1e-4)); // as far as shifting a whole map stays on one side of the ReLUs
        }

        double Tail(int k, float step)
        {
            const float Small = 1e-2f;
            float[] shifted = [.. maps];
            foreach (ref float value in shifted.AsSpan(k * 56, 56)) value += step * Small;
            Tensor x = Tensor.From(shifted, [1, 3, 8, 7]);
            for (int i = 1; i < model.Count; i++) x = model[i].Forward(x);
            return x.AsSpan()[1] / Small;
        }
    }

    [Test]
    public void Upsampling_is_PyTorch_s_bilinear()
    {
        // torch.nn.functional.interpolate([[0, 1], [2, 3]], size=(4, 4) and (3, 5), mode='bilinear')
        float[,] map = { { 0, 1 }, { 2, 3 } };
        Assert.That(GradCam.Upsample(map, 4, 4), Is.EqualTo(new float[,] { { 0, .25f, .75f, 1 }, { .5f, .75f, 1.25f, 1.5f }, { 1.5f, 1.75f, 2.25f, 2.5f }, { 2, 2.25f, 2.75f, 3 } }));
        Assert.That(GradCam.Upsample(map, 3, 5), Is.EqualTo(new float[,] { { 0, .1f, .5f, .9f, 1 }, { 1, 1.1f, 1.5f, 1.9f, 2 }, { 2, 2.1f, 2.5f, 2.9f, 3 } }).Within(1e-6f));
        Assert.That(GradCam.Upsample(map, 2, 2), Is.EqualTo(map));
        Assert.That(GradCam.Upsample(new float[,] { { 7 } }, 2, 3), Is.EqualTo(new float[,] { { 7, 7, 7 }, { 7, 7, 7 } }));
        Assert.That(() => GradCam.Upsample(map, 0, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void What_cannot_be_looked_at_is_told()
    {
        Rng rng = new(1);
        Sequential model = Deep(rng);
        Tensor image = Tensor.Zeros([1, 7, 5]);
        void Fails(Func<ClassActivation> act, string message) => Assert.That(() => act(), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith(message));
        Fails(() => GradCam.Compute(model, image, 3, model[0]), "grad-cam: class 3; the model has 3 (0..2).");
        Fails(() => GradCam.Compute(model, image, 0, model[3]), "grad-cam: layer 3 (Flatten) gives [1, 36]; feature maps [1, K, H, W] are needed.");
        Fails(() => GradCam.Compute(model, image, 0, new Relu()), "grad-cam: the layer (Relu) is not part of the model (Sequential).");
        Fails(() => GradCam.Compute(model, image, 0, ^3), "grad-cam: no convolution ^3; the model has 2.");
        Fails(() => GradCam.Compute(model, Tensor.Zeros([2, 1, 7, 5]), 0, ^1), "grad-cam: expected one image, [C, H, W] or [1, C, H, W], got [2, 1, 7, 5].");
        Fails(() => GradCam.Compute(new Sequential { new Conv2d(1, 2, rng, 3) }, image, 0, ^1), "grad-cam: the model must give logits [1, C], got [1, 2, 5, 3].");
        using GradMode.Scope noGrad = GradMode.NoGrad();
        Assert.That(() => GradCam.Compute(model, image, 0, ^1), Throws.InvalidOperationException.With.Message.EqualTo("grad-cam: needs gradients, but GradMode.NoGrad() is in force; call it outside."));
    }
}
