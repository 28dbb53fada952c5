using System.Globalization;
using System.Text.Json;
using Engine;
using Engine.Data;
using Engine.Ops;
using Engine.Tensors;
using Mnist.Screens;

namespace Mnist;

/// <summary>One run of <c>predict</c>.</summary>
/// <param name="options">What to do.</param>
/// <param name="screen">What people see.</param>
internal sealed class PredictRun(PredictOptions options, Screen screen)
{
    private const int Best = 3, ClothesBox = 28, DigitBox = 20, Pixels = DigitImage.Size * DigitImage.Size;

    /// <summary>Runs it: all files are read before anything is said.</summary>
    /// <exception cref="BadInputException">The weights or a picture cannot be used, or results cannot be written.</exception>
    /// <exception cref="ModelFormatException">A file is damaged.</exception>
    public void Run()
    {
        if (options.Json is not null) OutputCheck.FilePath("--json", options.Json);
        SavedModel saved = SavedModel.Load(options.Weights);
        ImageSet images = Read(saved.Dataset);
        int classes = images.Classes.Count;
        float[] probabilities = Tensor.From(saved.Logits(images, classes), [images.Count, classes]).Softmax(1).ToArray();
        for (int i = 0; i < images.Count; i++) Show(i, images, probabilities.AsSpan(i * classes, classes));
        if (options.Json is { } path) AtomicFile.Write(path, stream => Write(stream, saved, images.Classes, probabilities));
    }

    private ImageSet Read(ImageDataset dataset)
    {
        byte[] pixels = new byte[options.Files.Count * Pixels];
        for (int i = 0; i < options.Files.Count; i++)
        {
            byte[] image = DigitImage.ToMnist(PngFile.Read(options.Files[i]), dataset == ImageDataset.Fashion ? ClothesBox : DigitBox);
            if (!image.AsSpan().ContainsAnyExcept((byte)0)) throw new BadInputException($"'{options.Files[i]}' is blank: there is nothing on it to recognise.");
            image.CopyTo(pixels, i * Pixels);
        }
        return new ImageSet([options.Files.Count, 1, DigitImage.Size, DigitImage.Size], pixels, new int[options.Files.Count], dataset.Classes, "pictures");
    }

    /// <summary>The classes by falling probability.</summary>
    private static int[] Order(ReadOnlySpan<float> probabilities)
    {
        float[] values = probabilities.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(c => values[c])];
    }

    private void Show(int index, ImageSet images, ReadOnlySpan<float> probabilities)
    {
        List<string> best = [];
        foreach (int c in Order(probabilities).Take(Best)) best.Add(string.Create(CultureInfo.InvariantCulture, $"{images.Classes[c]} {probabilities[c]:F4}"));
        int first = Order(probabilities)[0];
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{options.Files[index]}: {images.Classes[first]} (probability {probabilities[first]:F4})"));
        screen.Line($"  {string.Join(", ", best)}");
        foreach (string line in Texts.Picture(images.Image(index), DigitImage.Size)) screen.Line($"  |{line}|");
    }

    private void Write(Stream stream, SavedModel saved, IReadOnlyList<string> classes, float[] probabilities)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("weights", options.Weights);
        json.WriteString("model", saved.Name);
        json.WriteString("dataset", saved.Dataset.Name);
        json.WriteStartArray("files");
        for (int i = 0; i < options.Files.Count; i++)
        {
            ReadOnlySpan<float> row = probabilities.AsSpan(i * classes.Count, classes.Count);
            int[] order = Order(row);
            json.WriteStartObject();
            json.WriteString("file", options.Files[i]);
            json.WriteNumber("class", order[0]);
            json.WriteString("name", classes[order[0]]);
            json.WriteNumber("probability", row[order[0]]);
            json.WriteStartArray("top");
            foreach (int c in order.AsSpan(0, Best))
            {
                json.WriteStartObject();
                json.WriteNumber("class", c);
                json.WriteString("name", classes[c]);
                json.WriteNumber("probability", row[c]);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("probabilities");
            foreach (float p in row) json.WriteNumberValue(p);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
