using Engine.Nn;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Runs a model on one image in evaluation mode and shows what a layer of it gives; afterwards everything is as it was.</summary>
internal static class LayerProbe
{
    /// <summary>Runs.</summary>
    /// <param name="op">Who asks, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="image">[C, H, W] or [1, C, H, W], as the model takes it.</param>
    /// <param name="layer">A layer of the model.</param>
    /// <param name="seen">Receives the layer's output, [1, K, H, W], before the layers behind it run.</param>
    /// <returns>What the model gives.</returns>
    /// <exception cref="ArgumentException">The image is none, the layer is not the model's or gives no feature maps.</exception>
    public static Tensor Run(string op, Module model, Tensor image, Module layer, Action<Tensor> seen)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(layer);
        if (image.Rank is not (3 or 4) || (image.Rank == 4 && image.Shape[0] != 1))
            throw new ArgumentException($"{op}: expected one image, [C, H, W] or [1, C, H, W], got {image.Shape}.", nameof(image));
        if (!model.Modules().Contains(layer)) throw new ArgumentException($"{op}: {Name(layer)} is not part of the model ({model.Kind}).", nameof(layer));
        bool ran = false;
        void Look(Module module, Tensor x, Tensor y)
        {
            if (y.Rank != 4) throw new ArgumentException($"{op}: {Name(layer)} gives {y.Shape}; feature maps [1, K, H, W] are needed.", nameof(layer));
            ran = true;
            seen(y);
        }
        Tensor output = Listen(model, image.Rank == 4 ? image : AsBatch(image), [layer], Look);
        return ran ? output : throw new ArgumentException($"{op}: {Name(layer)} does not take part in the model's forward pass.", nameof(layer));
    }

    /// <summary>Runs a model in evaluation mode and listens to some of its layers; afterwards everything is as it was.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">A batch, as the model takes it.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="heard">Called with each of them as it runs, its input and its output.</param>
    /// <returns>What the model gives.</returns>
    public static Tensor Listen(Module model, Tensor input, IReadOnlyList<Module> layers, Action<Module, Tensor, Tensor> heard)
    {
        (Module Module, bool IsTraining)[] modes = [.. model.Modules().Select(module => (module, module.IsTraining))];
        model.Eval();
        foreach (Module layer in layers) layer.ForwardDone += heard;
        try
        {
            return model.Forward(input);
        }
        finally
        {
            foreach (Module layer in layers) layer.ForwardDone -= heard;
            foreach ((Module module, bool training) in modes) module.Train(training); // outermost first, so that each ends as it was
        }
    }

    /// <summary>A convolution of a model, counted in the order of its parts.</summary>
    /// <param name="op">Who asks, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="index">0 for the first, ^1 for the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such convolution.</exception>
    public static Conv2d Convolution(string op, Module model, Index index)
    {
        ArgumentNullException.ThrowIfNull(model);
        Conv2d[] all = [.. model.Modules().OfType<Conv2d>()];
        int at = index.GetOffset(all.Length);
        if ((uint)at >= (uint)all.Length) throw new ArgumentOutOfRangeException(nameof(index), $"{op}: no convolution {index}; the model has {all.Length}.");
        return all[at];
    }

    /// <summary>"layer 2.0 (Conv2d)".</summary>
    public static string Name(Module layer) => layer.Path.Length == 0 ? $"the layer ({layer.Kind})" : $"layer {layer.Path} ({layer.Kind})";

    /// <summary>The channels of [1, K, H, W] as grids.</summary>
    public static float[][,] Grids(Tensor maps)
    {
        (int count, int height, int width) = (maps.Shape[1], maps.Shape[2], maps.Shape[3]);
        ReadOnlySpan<float> values = maps.AsSpan();
        float[][,] grids = new float[count][,];
        for (int k = 0; k < count; k++) grids[k] = Grid(values.Slice(k * height * width, height * width), height, width);
        return grids;
    }

    /// <summary>Rows of numbers as a grid.</summary>
    public static float[,] Grid(ReadOnlySpan<float> values, int height, int width)
    {
        float[,] grid = new float[height, width];
        for (int i = 0; i < values.Length; i++) grid[i / width, i % width] = values[i];
        return grid;
    }

    private static Tensor AsBatch(Tensor image) => Tensor.From(image.AsSpan(), [1, image.Shape[0], image.Shape[1], image.Shape[2]]);
}
