using System.Text.RegularExpressions;
using Engine.Data;
using Engine.Nn;
using Engine.Reporting;
using Engine.Tensors;
using Engine.Tests.Reporting;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class InsightPlotsTests
{
    [Test]
    public void Images_are_shown_with_their_classes()
    {
        ImageSet images = Tiny.Images(12, 1);
        string svg = images.Plot(count: 5).ToSvg();
        Assert.That(Captions(svg), Is.EqualTo(images.Labels.Take(5).Select(label => images.Classes[label])));
        Assert.That(Files(svg).Select(file => PngReader.Read(file).Pixels), Is.EqualTo(Enumerable.Range(0, 5).Select(i => images.Image(i).ToArray())));
    }

    [Test]
    public void Planes_of_a_colour_image_become_pixels()
    {
        ImageSet images = new([1, 3, 1, 2], [1, 2, 3, 4, 5, 6], [0], ["x"]);
        Assert.That(images.Picture(0).Pixels.ToArray(), Is.EqualTo(new byte[] { 1, 3, 5, 2, 4, 6 }));
        Assert.That(() => new ImageSet([1, 2, 1, 1], [1, 2], [0], ["x"]).Picture(0), Throws.ArgumentException.With.Message.StartsWith("picture: images of 1 or 3 channels can be shown, got [1, 2, 1, 1]."));
    }

    [Test]
    public void Top_losses_are_shown_worst_first_with_what_fastai_writes_below()
    {
        ImageSet images = Tiny.Images(2, 1).Subset(0, 1);
        Interpretation interpretation = new([0.75f, 0.25f, 0, 0.5f, 0.25f, 0.25f], [1, 0], ["left", "middle", "right"]);
        string svg = interpretation.PlotTopLosses(images).ToSvg();
        Assert.That(Captions(svg), Is.EqualTo(new[]
        {
            "predicted left", "actual middle", "loss 1.39", "probability 0.75", // ln 4
            "predicted left", "actual left", "loss 0.69", "probability 0.50", // ln 2
        }));
        Assert.That(() => interpretation.PlotTopLosses(Tiny.Images(3, 1)), Throws.ArgumentException.With.Message.StartsWith("top losses: 2 predictions, but 3 images; give the set that was predicted."));
    }

    [Test]
    public void Kernels_feature_maps_and_class_activations_are_drawn()
    {
        Sequential model = Tiny.Net(new Rng(4));
        Conv2d first = (Conv2d)model[0], second = (Conv2d)model[3];
        Tensor image = Tensor.From(Enumerable.Range(0, 48).Select(i => i % 6 / 6f).ToArray(), [1, 8, 6]);
        Assert.That(Captions(first.PlotKernels().ToSvg()), Is.EqualTo(new[] { "0", "1", "2", "3", "4" }));
        Assert.That(second.PlotKernels().Count, Is.EqualTo(7 * 5));
        Assert.That(Captions(second.PlotKernels().ToSvg()).Take(6), Is.EqualTo(new[] { "0, 0", "0, 1", "0, 2", "0, 3", "0, 4", "1, 0" }));
        ImageGrid maps = model.PlotFeatureMaps(image, first);
        Assert.That((maps.Title, maps.Count), Is.EqualTo(("Feature maps of layer 0 (Conv2d)", 5)));
        ClassActivation activation = GradCam.Compute(model, image, 1, second);
        string svg = activation.Plot(Tiny.Images(1, 1).Picture(0), "middle").ToSvg();
        Assert.That(Captions(svg), Is.EqualTo(new[] { "the image", "what speaks for middle" }));
        Assert.That(Files(svg).Select(file => PngReader.Read(file).Channels), Is.EqualTo(new[] { 1, 3 }));
    }

    /// <summary>All texts but the title.</summary>
    private static List<string> Captions(string svg) => [.. Regex.Matches(svg, "<text [^>]*text-anchor=\"middle\"[^>]*>([^<]*)</text>").Select(match => match.Groups[1].Value)];

    private static List<byte[]> Files(string svg) => [.. Regex.Matches(svg, "base64,([^\"]+)\"").Select(match => Convert.FromBase64String(match.Groups[1].Value))];
}
