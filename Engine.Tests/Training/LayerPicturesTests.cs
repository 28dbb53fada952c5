using Engine.Nn;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

internal sealed class LayerPicturesTests
{
    [Test]
    public void Kernels_are_the_slices_of_the_weight_in_order()
    {
        Conv2d conv = new(2, 3, new Rng(1), (2, 3));
        IReadOnlyList<KernelPicture> kernels = LayerPictures.Kernels(conv);
        Assert.That(kernels.Select(kernel => (kernel.Output, kernel.Input)), Is.EqualTo(new[] { (0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1) }));
        Assert.That(kernels.SelectMany(kernel => kernel.Values.Cast<float>()), Is.EqualTo(conv.Weight.ToArray()));
        Assert.That((kernels[0].Values.GetLength(0), kernels[0].Values.GetLength(1)), Is.EqualTo((2, 3)));
    }

    [Test]
    public void With_groups_each_output_sees_the_inputs_of_its_group() =>
        Assert.That(LayerPictures.Kernels(new Conv2d(4, 6, new Rng(1), 1, groups: 2)).Select(kernel => (kernel.Output, kernel.Input)),
            Is.EqualTo(new[] { (0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 2), (3, 3), (4, 2), (4, 3), (5, 2), (5, 3) }));

    [Test]
    public void Feature_maps_are_what_the_layer_gives_in_evaluation_mode()
    {
        Rng rng = new(2);
        BatchNorm2d norm = new(3);
        Sequential model = [new Sequential { new Conv2d(1, 3, rng, 3, padding: 1), norm, new Relu() }, new Conv2d(3, 2, rng, 3), new Flatten()];
        Tensor image = Tensor.Normal([1, 6, 5], rng);
        IReadOnlyList<float[,]> maps = LayerPictures.FeatureMaps(model, image, norm), last = LayerPictures.FeatureMaps(model, image, ^1);
        Assert.That((maps.Count, maps[0].GetLength(0), maps[0].GetLength(1), last.Count, last[0].GetLength(0), last[0].GetLength(1)), Is.EqualTo((3, 6, 5, 2, 4, 3)));
        Assert.That((model.IsTraining, norm.BatchesTracked, norm.HasListeners), Is.EqualTo((true, 0, false)));
        model.Eval();
        Tensor x = Tensor.From(image.AsSpan(), [1, 1, 6, 5]), first = ((Sequential)model[0])[0].Forward(x);
        Assert.That(maps.SelectMany(map => map.Cast<float>()), Is.EqualTo(norm.Forward(first).ToArray()));
        Assert.That(last.SelectMany(map => map.Cast<float>()), Is.EqualTo(model[1].Forward(model[0].Forward(x)).ToArray()));
        Assert.That(() => LayerPictures.FeatureMaps(model, image, 2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("layer pictures: no convolution 2; the model has 2."));
        Assert.That(() => LayerPictures.FeatureMaps(model, image, new Relu()), Throws.ArgumentException.With.Message.StartsWith("layer pictures: the layer (Relu) is not part of the model (Sequential)."));
    }
}
