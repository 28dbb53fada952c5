using System.Diagnostics;
using Engine.Tests.Data;
using Mnist;

namespace Engine.Tests.Mnist;

/// <summary>The program as a process of its own: streams, signals, exit codes.</summary>
internal sealed class ProcessTests
{
    [Test]
    public void Redirected_it_prints_plain_lines_and_ends_with_0()
    {
        using TempFolder folder = new();
        using Process process = Start(folder, "train", "--epochs", "1", "--limit", "200", "--batch", "32", "--lr", "0.01");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        Assert.That(output, Does.StartWith("WARNING: training on built-in synthetic digits").And.Not.Contain("\u001b"));
        Assert.That(File.Exists(folder.File(Path.Combine("out", "weights.safetensors"))), Is.True, "the default folder is out, where it was started");
    }

    [Test]
    public void A_fault_is_one_line_without_a_stack_trace()
    {
        using TempFolder folder = new();
        using Process process = Start(folder, "train", "--data", "nowhere");
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(error.ReplaceLineEndings("\n"), Is.EqualTo("error: data: the folder 'nowhere' (given as the data folder) does not exist.\n"));
        Assert.That(process.ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void A_reader_that_goes_away_does_no_harm()
    {
        using TempFolder folder = new();
        using Process process = Start(folder, "train", "--epochs", "1", "--limit", "200", "--batch", "32", "--lr", "0.01");
        process.StandardOutput.ReadLine();
        process.StandardOutput.Close();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(error, Is.Empty);
        Assert.That(process.ExitCode, Is.Zero);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void An_interrupt_finishes_the_batch_saves_the_weights_and_ends_with_130()
    {
        using TempFolder folder = new();
        using Process process = Start(folder, "train", "--epochs", "100000", "--limit", "200", "--batch", "32", "--lr", "0.001");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string? line;
        while ((line = process.StandardOutput.ReadLine()) is not null && !line.StartsWith("epoch 1/", StringComparison.Ordinal))
        {
        }
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        Task<string> reading = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(30_000)) process.Kill();
        string rest = reading.Result;
        Assert.That(process.ExitCode, Is.EqualTo(130), error.Result);
        Assert.That(rest, Does.Match(@"interrupted after \d+ of 600000 batches; the weights are in out.weights\.safetensors; --resume goes on from out.checkpoint\.safetensors\n$"));
        Assert.That(File.Exists(folder.File(Path.Combine("out", "weights.safetensors"))), Is.True);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Asked_to_terminate_it_saves_ends_with_143_and_what_goes_on_ends_as_if_nothing_had_been()
    {
        using TempFolder folder = new();
        string[] options = ["train", "--epochs", "30", "--limit", "200", "--batch", "32", "--lr", "0.001"];
        AppRun whole = AppRun.Of(folder, [.. options, "--out", folder.File("whole")]);
        using Process process = Start(folder, options);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string? line;
        while ((line = process.StandardOutput.ReadLine()) is not null && !line.StartsWith("epoch 2/", StringComparison.Ordinal))
        {
        }
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
        Task<string> reading = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(30_000)) process.Kill();
        Assert.That(process.ExitCode, Is.EqualTo(143), error.Result + reading.Result);
        AppRun rest = AppRun.Of(folder, [.. options, "--out", folder.File("out"), "--resume"]);
        Assert.That(rest.Output, Does.Match(@"(?m)^going on after \d+ of 180 batches, from "));
        Assert.That(rest.Lines.Single(IsHash), Is.EqualTo(whole.Lines.Single(IsHash)));

        static bool IsHash(string text) => text.StartsWith("weights_sha256 ", StringComparison.Ordinal);
    }

    private static Process Start(TempFolder folder, params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [typeof(App).Assembly.Location, .. args])
        {
            WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (string name in (string[])["MNIST_DIR", "FASHION_MNIST_DIR"]) start.Environment.Remove(name);
        start.Environment["ENGINE_OFFLINE"] = "1";
        start.Environment["XDG_CACHE_HOME"] = start.Environment["LOCALAPPDATA"] = folder.File("cache");
        return Process.Start(start)!;
    }
}
