using Engine.Nn;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>What a convolution looks for, and what a layer sees, as plain grids to draw.</summary>
public static class LayerPictures
{
    private const string Op = "layer pictures";

    /// <summary>The kernels of a convolution: one grid [kH, kW] for each output channel and each input channel it sees, outputs outermost.</summary>
    /// <param name="layer">The layer.</param>
    public static IReadOnlyList<KernelPicture> Kernels(Conv2d layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Shape w = layer.Weight.Shape; // [O, C / groups, kH, kW]
        int taps = w[2] * w[3], perGroup = w[0] / layer.Groups;
        ReadOnlySpan<float> values = layer.Weight.AsSpan();
        List<KernelPicture> pictures = [];
        for (int o = 0; o < w[0]; o++)
            for (int i = 0; i < w[1]; i++)
                pictures.Add(new KernelPicture(o, o / perGroup * w[1] + i, LayerProbe.Grid(values.Slice((o * w[1] + i) * taps, taps), w[2], w[3])));
        return pictures;
    }

    /// <summary>The feature maps a layer makes of an image: one grid [H', W'] for each of its channels. The model runs in evaluation mode, and is unchanged afterwards.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">[C, H, W] or [1, C, H, W], normalised as in training.</param>
    /// <param name="layer">A layer of the model that gives feature maps.</param>
    /// <exception cref="ArgumentException">The image is none, or the layer is not the model's or gives no feature maps.</exception>
    public static IReadOnlyList<float[,]> FeatureMaps(Module model, Tensor image, Module layer)
    {
        using GradMode.Scope noGrad = GradMode.NoGrad();
        float[][,] maps = [];
        LayerProbe.Run(Op, model, image, layer, y => maps = LayerProbe.Grids(y));
        return maps;
    }

    /// <summary>The feature maps of a convolution.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">[C, H, W] or [1, C, H, W], normalised as in training.</param>
    /// <param name="convolution">0 for the model's first convolution, ^1 for the last.</param>
    /// <exception cref="ArgumentException">The image is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such convolution.</exception>
    public static IReadOnlyList<float[,]> FeatureMaps(Module model, Tensor image, Index convolution) => FeatureMaps(model, image, LayerProbe.Convolution(Op, model, convolution));
}
