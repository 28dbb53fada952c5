using Engine.Data;
using Engine.Interop;
using Engine.Tests.Architecture;
using Engine.Tests.Data;
using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>Code on a page of docs/ is code that compiles and runs here, line for line.</summary>
[TestFixture, NonParallelizable]
internal sealed class PageTests
{
    [TestCase("training.md", "TrainingPage.cs", 5), TestCase("adding-a-callback.md", "CallbackPage.cs", 3), TestCase("checkpoints.md", "CheckpointPage.cs", 2), TestCase("chapter.md", "ChapterPage.cs", 11)]
    public void Every_snippet_of_the_page_is_in_its_program(string page, string program, int snippets)
    {
        string code = Trimmed(File.ReadAllLines(Path.Combine(Sources.Root, "Engine.Tests", "Docs", program)));
        string[] parts = File.ReadAllText(Path.Combine(Sources.Root, "docs", page)).Split("```csharp\n");
        Assert.That(parts, Has.Length.EqualTo(snippets + 1));
        foreach (string part in parts[1..])
            Assert.That(code, Does.Contain(Trimmed(part[..part.IndexOf("```", StringComparison.Ordinal)].TrimEnd().Split('\n'))));

        static string Trimmed(string[] lines) => string.Join('\n', lines.Select(line => line.Trim()));
    }

    [Test]
    public void The_page_on_training_runs()
    {
        ImageSet digits = SyntheticDigits.Generate(1_200, new Rng(1));
        TrainingPage.Run(new ImageSplits(digits.Take(1_000), digits.Subset([.. Enumerable.Range(1_000, 200)]), DataSource.Synthetic, "digits"));
    }

    [Test]
    public void The_chapter_runs()
    {
        using TempFolder folder = new();
        ImageSet digits = SyntheticDigits.Generate(1_700, new Rng(1));
        ChapterPage.Run(new ImageSplits(digits.Take(1_500), digits.Subset([.. Enumerable.Range(1_500, 200)]), DataSource.Synthetic, "digits"), folder.File("."));
        Assert.That(folder.File("colours.svg"), Does.Exist);
    }

    [Test]
    public void The_page_on_checkpoints_runs_and_goes_on()
    {
        using TempFolder folder = new();
        Learner first = Training.Tiny.Learner(1), second = Training.Tiny.Learner(2);
        CheckpointPage.Run(new ImageLoaders(first.Train, first.Valid), first.Model, folder.File("run.safetensors"));
        CheckpointPage.Run(new ImageLoaders(second.Train, second.Valid), second.Model, folder.File("run.safetensors"));
        Assert.That(ModelWeights.Sha256(second.Model), Is.EqualTo(ModelWeights.Sha256(first.Model)));

        string path = folder.File("patience");
        Learner whole = Training.Tiny.Learner(1, 0), learner = Training.Tiny.Learner(1, 0);
        whole.Fit(9, new CheckpointPage.Patience(3), new CheckpointEvery(path, batches: 1), new Training.At { Batch = at => Break(at, epoch: 1) });
        learner.Resume(path);
        learner.Fit(9, new CheckpointPage.Patience(3));
        Assert.That((learner.Epochs.Count, learner.StopReason), Is.EqualTo((4, "no progress in 3 epochs")), "the epochs waited for before the break count");

        static void Break(Learner learner, int epoch)
        {
            if (learner.Epoch == epoch) learner.Interrupt("a break");
        }
    }

    [Test]
    public void The_page_on_callbacks_runs()
    {
        Learner tiny = Training.Tiny.Learner(1);
        CallbackPage.Run(new ImageLoaders(tiny.Train, tiny.Valid), tiny.Model);
    }
}
