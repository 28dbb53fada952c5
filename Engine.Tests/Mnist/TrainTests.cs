using System.Text.Json;
using Engine.Interop;
using Engine.Nn;
using Engine.Tests.Data;
using Mnist;

namespace Engine.Tests.Mnist;

/// <summary>Short runs of the whole program on synthetic digits.</summary>
internal sealed class TrainTests
{
    private static readonly string[] Small = ["--limit", "300", "--batch", "32", "--lr", "0.01"];

    [Test]
    public void The_first_line_says_loudly_that_the_digits_are_synthetic()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, ["train", "--epochs", "1", "--out", folder.File("out"), .. Small]);
        Assert.That(run.Lines[0], Does.StartWith("WARNING: training on built-in synthetic digits, as MNIST was not found (MNIST_DIR is not set; "));
        Assert.That(run.Lines[0], Does.Contain("downloading is switched off").And.EndsWith("; using the first 300 and 300"));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public void Options_without_a_command_are_those_of_train()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, ["--epochs", "1", "--out", folder.File("out"), .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Lines, Has.Some.StartsWith("epoch 1/1 ").And.Some.StartsWith("weights_sha256 "));
        Assert.That(AppRun.Of(folder, "--help").Output, Does.Contain("Commands:"));
        Assert.That(AppRun.Of(folder, "--version").Output, Does.Match(@"^\d+\.\d+"));
    }

    [Test]
    public void Redirected_output_is_plain_lines_one_an_epoch()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, ["train", "--epochs", "2", "--out", folder.File("out"), .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Not.Contain("\u001b").And.Not.Contain("\r").And.Not.Contain("━"));
        string[] epochs = [.. run.Lines.Where(line => line.StartsWith("epoch ", StringComparison.Ordinal))];
        Assert.That(epochs, Has.Length.EqualTo(2));
        Assert.That(epochs[0], Does.Match(@"^epoch 1/2  train_loss \d+\.\d{4}  valid_loss \d+\.\d{4}  accuracy [01]\.\d{4}  \d+\.\d s$"));
        Assert.That(run.Output, Does.Match(@"(?m)^test accuracy [01]\.\d{4} \(\d+ of 300\)$"));
        Assert.That(run.Lines, Has.Some.StartsWith("most confused: "));
        Assert.That(run.Lines, Has.Some.StartsWith("0.0    Conv2d       [32, 8, 14, 14]").And.Some.EqualTo($"weights {folder.File(Path.Combine("out", "weights.safetensors"))}"));
    }

    [Test]
    public void A_terminal_gets_a_drawn_table_and_the_same_lines()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, isTerminal: true, ["train", "--epochs", "1", "--out", folder.File("out"), .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("╭").And.Contain("30,542").And.Contain("epoch 1/1  train_loss "));
        Assert.That(run.Output, Does.Contain("\u001b[?25h"), "the cursor is back");
        string[] table = [.. run.Lines.Where(line => line.StartsWith('│'))];
        Assert.That(table, Has.Length.EqualTo(2 + 15 + 1).And.All.Length.LessThanOrEqualTo(80), "header, layers, sums: no layer takes two lines");
        Assert.That(table, Has.Some.Contain("│ 0.2   │ BatchNorm2d │ [32, 8, 14, 14] │         16 │ "));
    }

    [TestCase("simple", "sgd", "constant", 30_282)]
    [TestCase("simple-bn", "adam", "one-cycle", 30_542)]
    public void Json_has_the_promised_fields_and_the_weights_load_back_with_the_same_hash(string model, string optimizer, string schedule, int parameters)
    {
        using TempFolder folder = new();
        string path = folder.File("run.json");
        AppRun run = AppRun.Of(folder, ["train", "--epochs", "2", "--model", model, "--optimizer", optimizer, "--schedule", schedule, "--threads", "2", "--out", folder.File("out"), "--json", path, .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        Assert.That(root.GetProperty("accuracy").GetDouble(), Is.InRange(0, 1));
        Assert.That(root.GetProperty("epochs").GetArrayLength(), Is.EqualTo(2));
        double seconds = 0;
        foreach (JsonElement epoch in root.GetProperty("epochs").EnumerateArray())
        {
            Assert.That(epoch.GetProperty("train_loss").GetDouble(), Is.Positive);
            Assert.That(epoch.GetProperty("valid_loss").GetDouble(), Is.Positive);
            seconds += epoch.GetProperty("seconds").GetDouble();
        }
        Assert.That(root.GetProperty("epochs")[1].GetProperty("accuracy").GetDouble(), Is.EqualTo(root.GetProperty("accuracy").GetDouble()));
        Assert.That(root.GetProperty("seconds").GetDouble(), Is.GreaterThanOrEqualTo(seconds));
        Assert.That(root.GetProperty("parameters").GetInt64(), Is.EqualTo(parameters));
        Assert.That(root.GetProperty("threads").GetInt32(), Is.EqualTo(2));
        Assert.That(root.GetProperty("instruction_set").GetString(), Is.EqualTo(Compute.InstructionSet));

        Sequential loaded = Models.Create(model, new Rng(7));
        ModelWeights.Load(loaded, folder.File(Path.Combine("out", "weights.safetensors")));
        Assert.That(ModelWeights.Sha256(loaded), Is.EqualTo(root.GetProperty("weights_sha256").GetString()));
        Assert.That(folder.Names(), Is.EquivalentTo((string[])["out", "run.json"]), "no temporary file is left");
    }

    [Test]
    public void The_seed_decides_the_weights_and_the_number_of_threads_does_not()
    {
        using TempFolder folder = new();
        string Hash(string seed, string threads) => AppRun.Of(folder, ["train", "--epochs", "1", "--seed", seed, "--threads", threads, "--out", folder.File("out"), .. Small])
            .Lines.Single(line => line.StartsWith("weights_sha256 ", StringComparison.Ordinal));
        string first = Hash("1", "1");
        Assert.That(Hash("1", "3"), Is.EqualTo(first));
        Assert.That(Hash("2", "1"), Is.Not.EqualTo(first));
    }

    [Test]
    public void Training_that_diverges_says_so_and_saves_nothing()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, "train", "--model", "simple", "--optimizer", "sgd", "--schedule", "constant", "--lr", "1e30", "--epochs", "1", "--limit", "300", "--batch", "32", "--out", folder.File("out"));
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith("training diverged: the loss became ").And.EndsWith("Nothing was saved.\n"));
        Assert.That(folder.Names(), Is.Empty);
    }
}
