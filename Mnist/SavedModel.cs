using System.Globalization;
using Engine;
using Engine.Data;
using Engine.Inference;
using Engine.Interop;
using Engine.Nn;

namespace Mnist;

/// <summary>A model that <c>train</c> saved, with what its file says of it.</summary>
/// <param name="Model">In evaluation mode.</param>
/// <param name="Name">One of <see cref="Models.Names"/>.</param>
/// <param name="Dataset">What it learned.</param>
/// <param name="Normalization">How bytes became floats.</param>
internal sealed record SavedModel(Sequential Model, string Name, ImageDataset Dataset, Normalization Normalization)
{
    public const string DefaultPath = "out/weights.safetensors";

    private const int BatchSize = 512; // as train validates

    /// <summary>Loads it.</summary>
    /// <param name="path">A file of <c>train</c>.</param>
    /// <exception cref="BadInputException">There is no such file, or it is none of <c>train</c>'s.</exception>
    /// <exception cref="ModelFormatException">The file is damaged.</exception>
    public static SavedModel Load(string path)
    {
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Read(path);
        }
        catch (FileNotFoundException fault)
        {
            throw new BadInputException($"--weights: {fault.Message} 'train' writes one.");
        }
        string Text(string key) => file.Metadata.TryGetValue(key, out string? text) ? text
            : throw new BadInputException($"--weights: '{path}' does not say its '{key}' (in the metadata); 'train' writes that.");
        T Known<T>(string key, Func<string, T> parse)
        {
            string text = Text(key);
            try
            {
                return parse(text);
            }
            catch (ArgumentException)
            {
                throw new BadInputException($"--weights: '{path}' is of an unknown {key}, '{text}'.");
            }
        }
        float Number(string key) => float.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value
            : throw new BadInputException($"--weights: '{path}' must have a finite number as '{key}', got '{Text(key)}'.");

        Sequential model = Known("model", name => Models.Create(name, new Rng(0)));
        SavedModel saved = new(model, Text("model"), Known("dataset", ImageDataset.Parse), new Normalization([Number("mean")], [Number("std")]));
        try
        {
            ModelWeights.Load(model, file.Tensors, path);
        }
        catch (ArgumentException fault)
        {
            throw new BadInputException($"--weights: {fault.Message[..fault.Message.LastIndexOf(" (Parameter", StringComparison.Ordinal)]}");
        }
        model.Eval();
        return saved;
    }

    /// <summary>Logits of every image of a set, [N, C] row-major.</summary>
    /// <param name="images">The set.</param>
    /// <param name="classes">C.</param>
    /// <exception cref="BadInputException">The model does not take such images.</exception>
    public float[] Logits(ImageSet images, int classes)
    {
        try
        {
            ModelCheck.ThrowIfBroken(Model, [BatchSize, .. images.Shape.Sizes[1..]], classes);
        }
        catch (InvalidOperationException fault)
        {
            throw new BadInputException(fault.Message);
        }
        InferenceSession session = new(Model);
        List<float> logits = [];
        foreach (Batch batch in new DataLoader(images, BatchSize, Normalization).Epoch()) logits.AddRange(session.Run(batch.Inputs).AsSpan());
        return [.. logits];
    }
}
