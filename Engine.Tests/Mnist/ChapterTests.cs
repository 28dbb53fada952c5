using System.Text.Json;
using Engine.Tests.Data;
using Engine.Tests.Reporting;

namespace Engine.Tests.Mnist;

/// <summary>The chapter in one command, on part of the real digits.</summary>
[TestFixture, NonParallelizable]
internal sealed class ChapterTests : IDisposable
{
    private static readonly string[] Steps = ["A", "B", "C", "D", "E", "F", "F'", "P"];
    private readonly TempFolder _folder = new();
    private AppRun? _run;

    private AppRun Run => _run!;

    [OneTimeSetUp]
    public void Once() => _run = AppRun.Of(_folder, "chapter", "--data", RealMnist.Folder, "--limit", "6000", "--seed", "7", "--out", _folder.File("out"), "--json", _folder.File("chapter.json"));

    /// <summary>NUnit calls it after the last test.</summary>
    public void Dispose() => _folder.Dispose();

    [Test]
    public void It_prints_the_edges_and_the_books_table_beside_its_own()
    {
        Assert.That(Run.ExitCode, Is.Zero, Run.Error);
        Assert.That(Run.Lines, Has.Some.EqualTo("edge kernel on the book's three: 762 at (5, 7), -29 at (8, 18)"));
        int head = Array.FindIndex(Run.Lines, line => line.StartsWith("Step  What", StringComparison.Ordinal));
        Assert.That(Run.Lines[head + 1].Split(' ')[0], Is.EqualTo("A"));
        Assert.That(Run.Lines[(head + 1)..(head + 9)].Select(line => line.Split(' ')[0]), Is.EqualTo(Steps));
        Assert.That(Run.Lines[head + 4], Does.Contain("0.9743").And.Contain("0.9731 - 0.9775"), "the book's D, PyTorch's");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("chapter.json")));
        JsonElement[] steps = [.. json.RootElement.GetProperty("steps").EnumerateArray()];
        Assert.That(steps.Select(step => step.GetProperty("name").GetString()), Is.EqualTo(Steps));
        for (int i = 0; i < steps.Length; i++) Assert.That(Run.Lines[head + 1 + i], Does.Contain($"{steps[i].GetProperty("accuracy").GetDouble():F4}"));
        Assert.That(steps[5].GetProperty("accuracy").GetDouble(), Is.GreaterThan(0.8), "step F learns from a tenth of the digits, too");
    }

    [Test]
    public void A_step_ends_with_the_weights_that_train_gives()
    {
        string json = _folder.File("train.json");
        AppRun train = AppRun.Of(_folder, "train", "--data", RealMnist.Folder, "--limit", "6000", "--seed", "7", "--model", "simple-bn", "--epochs", "1", "--lr", "0.06", "--out", _folder.File("trained"), "--json", json);
        Assert.That(train.ExitCode, Is.Zero, train.Error);
        using JsonDocument chapter = JsonDocument.Parse(File.ReadAllBytes(_folder.File("chapter.json"))), alone = JsonDocument.Parse(File.ReadAllBytes(json));
        string? Hash(int step) => chapter.RootElement.GetProperty("steps")[step].GetProperty("weights_sha256").GetString();
        Assert.That(Hash(4), Is.EqualTo(alone.RootElement.GetProperty("weights_sha256").GetString()), "statistics and the doctor change nothing");
        Assert.That(Hash(6), Is.Not.EqualTo(Hash(5)), "F' draws its own numbers");
    }

    [Test]
    public void The_report_has_every_section_and_its_plots_are_files()
    {
        string html = File.ReadAllText(_folder.File("out/chapter.html"));
        foreach (string section in (string[])["The table", "The magic of convolutions", "Strides and padding", "A first network", "Ten digits", "Step B: Ten digits, a high rate from the start", "Step F&#39;: The same again",
            "What it gets wrong", "What it looks for", "What speaks for the answer", "A search for the learning rate"])
            Assert.That(html, Does.Contain($">{section}</h2>").Or.Contain($">{section.Replace("&#39;", "'", StringComparison.Ordinal)}</h2>"));
        Assert.That(html, Does.Contain("floor((28 + 2*1 - 1*(3-1) - 1)/1) + 1 = 28"), "why broken_cnn is broken");
        foreach (string step in (string[])["A", "B", "C", "D", "E", "F", "F-again", "P"])
            foreach (string figure in (string[])["loss", "first", "penultimate", "colours"]) Assert.That(_folder.File($"out/figures/{step}-{figure}.svg"), Does.Exist);
        foreach ((string step, string layer) in ((string, string)[])[("D", "3.0"), ("E", "3.0"), ("P", "12")])
            Assert.That(File.ReadAllText(_folder.File($"out/figures/{step}-penultimate.svg")), Does.Contain($"layer {layer} (Conv2d)"), "the last but one convolution, whatever lies between");
        Assert.That(_folder.File("out/figures/D-schedule.svg"), Does.Exist);
        Assert.That(_folder.File("out/figures/find-lr.svg"), Does.Exist);
    }

    [TestCase(1280, false), TestCase(400, true), Category("Browser")]
    public void The_report_is_readable(int width, bool isDark)
    {
        if (Browser.Find() is not { } program) Assert.Ignore("no browser: install chromium, or let ENGINE_BROWSER name one");
        else
        {
            using Browser browser = Browser.Start(program);
            browser.Open(_folder.File("out/chapter.html"), width, isDark);
            (List<string> faults, int looked) = PageAudit.Of(browser);
            Assert.That(faults, Is.Empty);
            Assert.That(looked, Is.GreaterThan(1000), "texts looked at");
        }
    }

    [TestCase("chapter --limit 300", "chapter: its batches of 512 need as many training images, got 300; use a larger --limit.")]
    [TestCase("chapter --seed -1", "--seed must be a whole number from 0 to 18446744073709551615, got '-1'. Try --help.")]
    [TestCase("find-lr --batch 1", "--batch must be a whole number of at least 2, got '1'. Try --help.")]
    [TestCase("find-lr --batch 20000", "--batch must be at most the 12000 training images, got 20000.")]
    [TestCase("report --weights none", "--weights: cannot read 'none': there is no such file. 'train' writes one.")]
    public void What_cannot_be_is_told_in_one_line(string line, string expected)
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, [.. line.Split(' '), "--out", folder.File("out")]);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((2, $"error: {expected}\n")));
        Assert.That(folder.File("out"), Does.Not.Exist);
    }

    [Test]
    public void Find_lr_suggests_rates_and_draws_the_curve()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, "find-lr", "--batch", "64", "--out", folder.File("out"));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Lines[1..5].Select(line => line.Split(' ')[0]), Is.EqualTo((string[])["valley", "slide", "minimum", "steep"]));
        Assert.That(double.Parse(run.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), Is.InRange(1e-6, 1));
        Assert.That(File.ReadAllText(folder.File("out/find-lr.svg")), Does.StartWith("<svg").And.Contain("valley"));
    }

    [Test]
    public void A_report_on_saved_weights_tells_their_accuracy()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, "report", "--weights", Weights.Train(folder), "--out", folder.File("out"));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        string html = File.ReadAllText(folder.File("out/report.html"));
        Assert.That(run.Lines[1], Does.Match(@"^accuracy [01]\.\d{4}$"));
        Assert.That(html, Does.Contain(run.Lines[1]).And.Contain(">What it looks for</h2>"));
    }
}
