using System.Text.Json;
using Engine.Tests.Data;

namespace Engine.Tests.Mnist;

/// <summary>The main job on the real digits: the book's network, its accuracy, and the very bits of its weights.</summary>
internal sealed class BookTests
{
    /// <summary>Of seed 1 after one epoch; changes only where the arithmetic of a kernel is changed on purpose (docs/results.md has the other seeds).</summary>
    private const string WeightsOfSeedOne = "f2b5f4a5bf238fd4384304aa78b15b5e1e712ad3a259f313f0b899fe9c69041f";

    [Test]
    public void One_epoch_with_batch_norm_and_1cycle_reaches_the_book_and_gives_the_recorded_weights()
    {
        JsonElement run = Train("--model", "simple-bn", "--optimizer", "adam", "--batch", "512", "--epochs", "1", "--lr", "0.06", "--schedule", "one-cycle", "--seed", "1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.GetProperty("accuracy").GetDouble(), Is.GreaterThanOrEqualTo(0.982), "the book has 98.64 %, PyTorch 98.44 to 98.70 over seeds");
            Assert.That(run.GetProperty("weights_sha256").GetString(), Is.EqualTo(WeightsOfSeedOne));
        }
    }

    [Test]
    public void One_thread_and_three_give_the_weights_of_two()
    {
        string?[] hashes = Array.ConvertAll(["1", "2", "3"], threads => Train("--limit", "4096", "--epochs", "1", "--threads", threads).GetProperty("weights_sha256").GetString());
        Assert.That(hashes, Is.All.EqualTo(hashes[0]));
    }

    private static JsonElement Train(params string[] options)
    {
        using TempFolder folder = new();
        string json = folder.File("run.json");
        AppRun run = AppRun.Of(folder, ["train", "--data", RealMnist.Folder, "--out", folder.File("out"), "--json", json, .. options]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return JsonDocument.Parse(File.ReadAllBytes(json)).RootElement;
    }
}
