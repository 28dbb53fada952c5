using System.Globalization;
using Engine.Data;
using Engine.Nn;
using Engine.Reporting;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Pictures of images, of what a model gets wrong, of what its layers look for and see.</summary>
public static class InsightPlots
{
    /// <summary>fastai's <c>show_batch</c>: images with the names of their classes, three in a row.</summary>
    /// <param name="images">The set.</param>
    /// <param name="count">How many, from the first on; all where there are fewer.</param>
    /// <param name="title">What stands above them.</param>
    /// <exception cref="ArgumentException">The images have neither 1 nor 3 channels.</exception>
    public static ImageGrid Plot(this ImageSet images, int count = 9, string title = "Images")
    {
        ArgumentNullException.ThrowIfNull(images);
        ImageGrid grid = new(title) { Columns = 3 };
        for (int i = 0; i < Math.Min(count, images.Count); i++) grid.Add(images.Picture(i), images.Classes[images.Labels[i]]);
        return grid;
    }

    /// <summary>One image of a set.</summary>
    /// <param name="images">The set.</param>
    /// <param name="index">0 to Count - 1.</param>
    /// <exception cref="ArgumentException">The images have neither 1 nor 3 channels.</exception>
    public static Picture Picture(this ImageSet images, int index)
    {
        ArgumentNullException.ThrowIfNull(images);
        (int channels, int height, int width) = (images.Shape[1], images.Shape[2], images.Shape[3]);
        if (channels is not (1 or 3)) throw new ArgumentException($"picture: images of 1 or 3 channels can be shown, got {images.Shape}.", nameof(images));
        ReadOnlySpan<byte> planes = images.Image(index); // [C, H, W]
        byte[] pixels = new byte[planes.Length]; // [H, W, C]
        for (int i = 0; i < planes.Length; i++) pixels[i] = planes[i % channels * height * width + i / channels];
        return Reporting.Picture.FromBytes(height, width, channels, pixels);
    }

    /// <summary>fastai's <c>plot_top_losses</c>: the images with the largest losses, with prediction, actual class, loss and probability of the prediction.</summary>
    /// <param name="interpretation">What was predicted.</param>
    /// <param name="images">The set it was predicted of.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">Not as many images as predictions.</exception>
    public static ImageGrid PlotTopLosses(this Interpretation interpretation, ImageSet images, int count = 9)
    {
        ArgumentNullException.ThrowIfNull(interpretation);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count != interpretation.Confusion.Total)
            throw new ArgumentException($"top losses: {interpretation.Confusion.Total} predictions, but {images.Count} images; give the set that was predicted.", nameof(images));
        ImageGrid grid = new("Top losses") { Columns = 3 };
        foreach (TopLoss top in interpretation.TopLosses(count))
            grid.Add(images.Picture(top.Index), $"predicted {interpretation.Classes[top.Predicted]}", $"actual {interpretation.Classes[top.Actual]}",
                string.Create(CultureInfo.InvariantCulture, $"loss {top.Loss:F2}"), string.Create(CultureInfo.InvariantCulture, $"probability {top.Probability:F2}"));
        return grid;
    }

    /// <summary>The kernels of a convolution, blue below zero and red above, on one scale: of each output channel a picture for each input channel.</summary>
    /// <param name="layer">The layer.</param>
    public static ImageGrid PlotKernels(this Conv2d layer)
    {
        IReadOnlyList<KernelPicture> kernels = LayerPictures.Kernels(layer);
        string[] captions = [.. kernels.Select(kernel => layer.Weight.Shape[1] == 1 ? $"{kernel.Output}" : $"{kernel.Output}, {kernel.Input}")];
        return ImageGrid.OfMaps($"Kernels of {LayerProbe.Name(layer)}", [.. kernels.Select(kernel => kernel.Values)], captions, PixelScale.Symmetric, ColorMap.BlueRed, isShared: true);
    }

    /// <summary>The feature maps that a layer makes of an image, each from its least to its largest value.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">[C, H, W] or [1, C, H, W], normalised as in training.</param>
    /// <param name="layer">A layer of the model that gives feature maps.</param>
    /// <exception cref="ArgumentException">The image is none, or the layer is not the model's or gives no feature maps.</exception>
    public static ImageGrid PlotFeatureMaps(this Module model, Tensor image, Module layer) =>
        ImageGrid.OfMaps($"Feature maps of {LayerProbe.Name(layer)}", LayerPictures.FeatureMaps(model, image, layer));

    /// <summary>Grad-CAM's map over the image it was computed for, beside the image itself.</summary>
    /// <param name="activation">What <see cref="GradCam"/> gave.</param>
    /// <param name="image">The image.</param>
    /// <param name="name">Of the class.</param>
    public static ImageGrid Plot(this ClassActivation activation, Picture image, string name)
    {
        ArgumentNullException.ThrowIfNull(activation);
        ArgumentNullException.ThrowIfNull(image);
        return new ImageGrid("Grad-CAM") { CellSize = 168 }.Add(image, "the image").Add(image.Overlay(activation.Map), $"what speaks for {name}");
    }
}
