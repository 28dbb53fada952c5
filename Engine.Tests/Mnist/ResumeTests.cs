using System.Text.Json.Nodes;
using Engine.Tests.Data;

namespace Engine.Tests.Mnist;

/// <summary><c>train --checkpoint-every</c> and <c>--resume</c>, on synthetic digits.</summary>
internal sealed class ResumeTests
{
    private static readonly string[] Small = ["--limit", "200", "--batch", "32", "--lr", "0.01", "--epochs", "2"];

    [Test]
    public void A_run_that_is_over_prints_its_result_again()
    {
        using TempFolder folder = new();
        string output = folder.File("out"), first = folder.File("first.json"), second = folder.File("second.json");
        AppRun run = AppRun.Of(folder, ["train", "--checkpoint-every", "5", "--out", output, "--json", first, .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        AppRun again = AppRun.Of(folder, ["train", "--resume", "--out", output, "--json", second, "--threads", "1", .. Small]);
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(again.Lines, Has.Some.EqualTo($"going on after 12 of 12 batches, from {Path.Combine(output, "checkpoint.safetensors")}"));
        Assert.That(again.Lines.Where(line => line.StartsWith("test accuracy", StringComparison.Ordinal) || line.StartsWith("weights_sha256", StringComparison.Ordinal)),
            Is.EqualTo(run.Lines.Where(line => line.StartsWith("test accuracy", StringComparison.Ordinal) || line.StartsWith("weights_sha256", StringComparison.Ordinal))));
        Assert.That(Numbers(second), Is.EqualTo(Numbers(first)));
        Assert.That(Directory.GetFileSystemEntries(output).Select(Path.GetFileName), Is.EquivalentTo(new[] { "weights.safetensors", "checkpoint.safetensors" }));
    }

    [Test]
    public void Without_a_checkpoint_it_says_so_and_starts_from_the_beginning()
    {
        using TempFolder folder = new();
        string output = folder.File("out");
        AppRun run = AppRun.Of(folder, ["train", "--resume", "--out", output, .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Lines, Has.Some.EqualTo($"no checkpoint at {Path.Combine(output, "checkpoint.safetensors")}: starting from the beginning"));
        Assert.That(Directory.GetFileSystemEntries(output).Select(Path.GetFileName), Is.EqualTo(new[] { "weights.safetensors" }), "none is written without --checkpoint-every");
    }

    [Test]
    public void Other_options_and_broken_files_are_told_in_one_line_and_nothing_is_made()
    {
        using TempFolder folder = new();
        string output = folder.File("out"), path = Path.Combine(output, "checkpoint.safetensors"), weights = Path.Combine(output, "weights.safetensors");
        AppRun run = AppRun.Of(folder, ["train", "--checkpoint-every", "5", "--out", output, .. Small]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        byte[] before = File.ReadAllBytes(weights);
        AppRun other = AppRun.Of(folder, ["train", "--resume", "--out", output, "--seed", "7", "--model", "simple", .. Small[..^1], "3"]);
        Assert.That(other.Error, Is.EqualTo($"error: --resume: the checkpoint '{path}' is of a run with other options: --model was simple-bn, is simple; --epochs was 2, is 3; --seed was 42, is 7.\n"));
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1]);
        AppRun broken = AppRun.Of(folder, ["train", "--resume", "--out", output, .. Small]);
        Assert.That(broken.Error, Does.StartWith($"error: {path}: ").And.EndsWith("\n"));
        Assert.That(broken.Error.Split('\n'), Has.Length.EqualTo(2), "one line");
        File.Delete(path);
        Directory.CreateDirectory(path);
        AppRun isFolder = AppRun.Of(folder, ["train", "--out", output, .. Small]);
        Assert.That(isFolder.Error, Is.EqualTo($"error: --out: cannot write '{path}': it is a folder.\n"));
        Assert.That((other.ExitCode, broken.ExitCode, isFolder.ExitCode), Is.EqualTo((2, 2, 2)));
        Assert.That(File.ReadAllBytes(weights), Is.EqualTo(before));
    }

    private static string Numbers(string path)
    {
        JsonObject report = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (string mayDiffer in (string[])["seconds", "threads"]) report.Remove(mayDiffer);
        foreach (JsonNode? epoch in report["epochs"]!.AsArray()) epoch!.AsObject().Remove("seconds");
        return report.ToJsonString();
    }
}
