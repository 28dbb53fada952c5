using System.Text.Json;
using Engine.Data;
using Engine.Tests.Data;

namespace Engine.Tests.Mnist;

/// <summary>Pictures in files, recognised.</summary>
internal sealed class PredictTests
{
    /// <summary>A digit as a PNG file, on black as MNIST has it, or enlarged and black on white paper, in colour with an alpha channel.</summary>
    private static byte[] Png(ReadOnlySpan<byte> digit, bool onPaper)
    {
        if (!onPaper) return new PngWriter(28, 28, 8, 0).File([.. digit.ToArray().Select(pixel => (int)pixel)]);
        const int Scale = 6, Side = 28 * Scale, Margin = 20, Size = Side + 2 * Margin;
        int[] samples = new int[Size * Size * 4];
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++) samples[((y + Margin) * Size + x + Margin) * 4 + 3] = digit[y / Scale * 28 + x / Scale]; // black ink, as opaque as the digit is light
        return new PngWriter(Size, Size, 8, 6).File(samples);
    }

    [Test]
    public void Digits_are_recognised_whatever_their_paper_and_size()
    {
        using TempFolder folder = new();
        string weights = Weights.Train(folder), json = folder.File("predictions.json");
        ImageSet digits = SyntheticDigits.Generate(60, new Rng(77));
        List<string> files = [];
        for (int i = 0; i < digits.Count; i++) files.Add(folder.Write($"{i}.png", Png(digits.Image(i), onPaper: i % 2 == 1)));
        AppRun run = AppRun.Of(folder, ["predict", .. files, "--weights", weights, "--json", json]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(json));
        JsonElement[] found = [.. document.RootElement.GetProperty("files").EnumerateArray()];
        Assert.That(found.Select(file => file.GetProperty("file").GetString()), Is.EqualTo(files));
        foreach (int odd in (int[])[0, 1])
            Assert.That(Enumerable.Range(0, 60).Count(i => i % 2 == odd && found[i].GetProperty("class").GetInt32() == digits.Labels[i]), Is.GreaterThanOrEqualTo(25), odd == 1 ? "on paper" : "as MNIST has them");
        foreach (JsonElement file in found)
        {
            double[] probabilities = [.. file.GetProperty("probabilities").EnumerateArray().Select(p => p.GetDouble())];
            Assert.That(probabilities.Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(file.GetProperty("probability").GetDouble(), Is.EqualTo(probabilities.Max()).And.EqualTo(probabilities[file.GetProperty("class").GetInt32()]));
            Assert.That(file.GetProperty("top").EnumerateArray().Select(top => top.GetProperty("probability").GetDouble()), Is.EqualTo(probabilities.OrderDescending().Take(3)));
        }
        const int Lines = 2 + 14;
        Assert.That(run.Lines, Has.Length.EqualTo(60 * Lines + 1));
        JsonElement first = found[0];
        Assert.That(run.Lines[0], Is.EqualTo($"{files[0]}: {first.GetProperty("name").GetString()} (probability {first.GetProperty("probability").GetDouble():F4})"));
        Assert.That(run.Lines[1], Does.Match(@"^  \d [01]\.\d{4}, \d 0\.\d{4}, \d 0\.\d{4}$"));
        Assert.That(run.Lines[2..Lines], Has.All.Match(@"^  \|.{28}\|$"));
        Assert.That(string.Concat(run.Lines[2..Lines]), Does.Contain("#"), "the picture of the digit");
    }

    [Test]
    public void A_picture_that_cannot_be_used_is_told_in_one_line_and_nothing_else_is_said()
    {
        using TempFolder folder = new();
        string weights = folder.File("w.safetensors"), good = folder.Write("good.png", Png(SyntheticDigits.Generate(1, new Rng(1)).Image(0), onPaper: false));
        Weights.Write(weights, "simple", ("model", "simple"), ("dataset", "mnist"), ("mean", "0.1"), ("std", "0.3"));
        void Fails(string path, string expected)
        {
            AppRun run = AppRun.Of(folder, "predict", good, path, "--weights", weights, "--json", folder.File("x.json"));
            Assert.That((run.ExitCode, run.Output, run.Error), Is.EqualTo((2, "", $"error: {expected}\n")));
            Assert.That(File.Exists(folder.File("x.json")), Is.False);
        }
        string text = folder.Write("text.png", "<html>..."u8), blank = folder.Write("blank.png", new PngWriter(9, 9, 8, 0).File([.. Enumerable.Repeat(200, 81)]));
        Fails(folder.File("none.png"), $"cannot read '{folder.File("none.png")}': there is no such file.");
        Fails(folder.Path, $"cannot read '{folder.Path}': it is a folder, not a file.");
        Fails(text, $"{text}: PNG signature at offset 0: expected 89504E470D0A1A0A, found 3C68746D6C3E2E2E: not a PNG file");
        Fails(blank, $"'{blank}' is blank: there is nothing on it to recognise.");
        Assert.That(AppRun.Of(folder, "predict", good, "--weights", weights).ExitCode, Is.Zero);
    }
}
