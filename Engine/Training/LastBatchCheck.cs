using Engine.Data;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Finds, before the first epoch, that its last batch would be a single image where batch normalisation needs more than one value a channel.</summary>
internal static class LastBatchCheck
{
    /// <summary>Throws where the loader's last batch holds one image and some batch norm of the model would see one value a channel in it.</summary>
    public static void Run(Module model, DataLoader train)
    {
        if (train.ImageCount % train.BatchSize != 1 && train.BatchSize != 1) return;
        if (FirstStarved(model, train.InputShape(1)) is { } layer)
            throw new InvalidOperationException($"fit: {train.ImageCount} images in batches of {train.BatchSize} leave a last batch of 1, in which batch_norm (layer {layer.Path}) would see one value per channel; use another batch size or dropLast: true.");
    }

    /// <summary>Runs an image through: what arrives at a layer inside a module of the user's own is known to that module's forward pass alone.</summary>
    private static Module? FirstStarved(Module model, Shape image)
    {
        Module[] norms = [.. model.Modules().Where(module => module is BatchNorm)];
        if (norms.Length == 0) return null;
        Module? starved = null;
        using GradMode.Scope noGrad = GradMode.NoGrad();
        LayerProbe.Listen(model, Tensor.Zeros(image), norms, (norm, x, _) => starved ??= x.Count == x.Shape[1] ? norm : null);
        return starved;
    }
}
