using Engine.Nn;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Grad-CAM (Selvaraju et al. 2017): which places of a layer's feature maps speak for a class.</summary>
/// <remarks>Map = ReLU(sum over k of w_k A_k), where A_k are the feature maps and w_k is the mean over places of d logit / d A_k. Behind global average pooling and one
/// Linear it is CAM (Zhou et al. 2016), sum over k of weight[class, k] A_k, divided by the number of places and rectified.
/// The model runs in evaluation mode. Its parameters, their gradients, its modes and hooks are afterwards what they were.</remarks>
public static class GradCam
{
    private const string Op = "grad-cam";

    /// <summary>Computes the map at a layer.</summary>
    /// <param name="model">Gives logits [1, C] for one image.</param>
    /// <param name="image">[C, H, W] or [1, C, H, W], normalised as in training.</param>
    /// <param name="class">The class to look for.</param>
    /// <param name="layer">A layer of the model that gives feature maps; as a rule the last before the image is lost.</param>
    /// <exception cref="ArgumentException">The image is none, the layer is not the model's, gives no feature maps or does not reach the logits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    /// <exception cref="InvalidOperationException">Gradients are switched off.</exception>
    public static ClassActivation Compute(Module model, Tensor image, int @class, Module layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!GradMode.IsEnabled) throw new InvalidOperationException("grad-cam: needs gradients, but GradMode.NoGrad() is in force; call it outside.");
        Tensor? maps = null;
        Parameter[] trained = [.. model.Parameters().Where(parameter => parameter.IsTrainable)];
        foreach (Parameter parameter in trained) parameter.IsTrainable = false; // nothing is to be added to their gradients
        try
        {
            // with nothing else to differentiate by, the layer's output is a leaf: the backward pass ends there
            Tensor logits = LayerProbe.Run(Op, model, image, layer, y => (maps = y).RequiresGrad = true);
            if (logits.Rank != 2 || logits.Shape[0] != 1) throw new ArgumentException($"grad-cam: the model must give logits [1, C], got {logits.Shape}.", nameof(model));
            if ((uint)@class >= (uint)logits.Shape[1]) throw new ArgumentOutOfRangeException(nameof(@class), $"grad-cam: class {@class}; the model has {logits.Shape[1]} (0..{logits.Shape[1] - 1}).");
            if (!logits.RequiresGrad) throw new ArgumentException($"grad-cam: the logits do not depend on {LayerProbe.Name(layer)}.", nameof(layer));
            float[] one = new float[logits.Shape[1]];
            one[@class] = 1;
            logits.Backward(Tensor.From(one, logits.Shape));
            float[,] map = Map(maps!);
            return new ClassActivation(@class, logits.AsSpan()[@class], map, Upsample(map, image.Shape[^2], image.Shape[^1]));
        }
        finally
        {
            foreach (Parameter parameter in trained) parameter.IsTrainable = true;
        }
    }

    /// <summary>Computes the map at a convolution.</summary>
    /// <param name="model">Gives logits [1, C] for one image.</param>
    /// <param name="image">[C, H, W] or [1, C, H, W], normalised as in training.</param>
    /// <param name="class">The class to look for.</param>
    /// <param name="convolution">0 for the model's first convolution, ^1 for the last.</param>
    /// <exception cref="ArgumentException">The image is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such class or convolution.</exception>
    /// <exception cref="InvalidOperationException">Gradients are switched off.</exception>
    public static ClassActivation Compute(Module model, Tensor image, int @class, Index convolution) => Compute(model, image, @class, LayerProbe.Convolution(Op, model, convolution));

    /// <summary>Bilinear interpolation as PyTorch's <c>interpolate(mode='bilinear', align_corners=False)</c>: pixels are areas, and beyond the outermost centres their value holds.</summary>
    /// <param name="map">[H', W'].</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static float[,] Upsample(float[,] map, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (int rows, int columns) = (map.GetLength(0), map.GetLength(1));
        float[,] result = new float[height, width];
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
            {
                (int y, double down) = Between(i, rows, height);
                (int x, double right) = Between(j, columns, width);
                (int below, int beside) = (Math.Min(y + 1, rows - 1), Math.Min(x + 1, columns - 1));
                result[i, j] = (float)((1 - down) * ((1 - right) * map[y, x] + right * map[y, beside]) + down * ((1 - right) * map[below, x] + right * map[below, beside]));
            }
        return result;
    }

    /// <summary>The old pixel before a new one's centre, and how far that is on the way to the next.</summary>
    private static (int Old, double Part) Between(int index, int oldSize, int newSize)
    {
        double at = Math.Max(0, (index + 0.5) * oldSize / newSize - 0.5);
        int old = Math.Min((int)at, oldSize - 1);
        return (old, at - old);
    }

    private static float[,] Map(Tensor maps)
    {
        int plane = maps.Shape[2] * maps.Shape[3];
        ReadOnlySpan<float> values = maps.AsSpan(), gradient = maps.Grad is { } grad ? grad.AsSpan() : new float[values.Length];
        double[] sums = new double[plane];
        for (int k = 0; k < maps.Shape[1]; k++)
        {
            double weight = 0;
            foreach (float d in gradient.Slice(k * plane, plane)) weight += d;
            weight /= plane;
            for (int i = 0; i < plane; i++) sums[i] += weight * values[k * plane + i];
        }
        return LayerProbe.Grid(Array.ConvertAll(sums, sum => (float)Math.Max(0, sum)), maps.Shape[2], maps.Shape[3]);
    }
}
