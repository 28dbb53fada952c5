using Engine.Data;
using Engine.Nn;

namespace Engine.Training;

/// <summary>Finds, before the first epoch, that its last batch would be a single image where batch normalisation needs more than one value a channel.</summary>
internal static class LastBatchCheck
{
    /// <summary>Throws where the loader's last batch holds one image and some batch norm of the model would see one value a channel in it.</summary>
    public static void Run(Module model, DataLoader train)
    {
        if (train.ImageCount % train.BatchSize != 1 && train.BatchSize != 1) return;
        Shape shape = [1, .. train.Images.Shape.Sizes[1..]];
        Module? layer = FirstStarved(model, ref shape);
        if (layer is null) return;
        throw new InvalidOperationException($"fit: {train.ImageCount} images in batches of {train.BatchSize} leave a last batch of 1, in which batch_norm (layer {layer.Path}) would see one value per channel; use another batch size or dropLast: true.");
    }

    private static Module? FirstStarved(Module module, ref Shape shape)
    {
        if (module is Sequential)
        {
            foreach ((_, Module child) in module.Children)
                if (FirstStarved(child, ref shape) is { } starved) return starved;
            return null;
        }
        if (module is BatchNorm && shape.Count == shape[1]) return module;
        shape = module.OutputShape(shape);
        return null;
    }
}
