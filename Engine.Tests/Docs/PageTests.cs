using System.Text.RegularExpressions;
using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;
using Engine.Tests.Architecture;
using Engine.Tests.Data;
using Engine.Tests.Processes;
using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The programs of README.md and of the pages of docs/ run, and give what the pages say.</summary>
[TestFixture, NonParallelizable]
internal sealed class PageTests
{
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
    public void The_page_on_inference_runs()
    {
        (Shape scores, float[] digits) = InferencePage.Run();
        Assert.That(scores, Is.EqualTo(new Shape(64, 10)));
        Assert.That(digits, Has.Some.Not.Zero.And.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void The_page_on_adding_a_callback_runs()
    {
        Learner tiny = Training.Tiny.Learner(1);
        CallbackPage.Run(new ImageLoaders(tiny.Train, tiny.Valid), tiny.Model);
    }

    [Test]
    public void The_page_on_reporting_runs()
    {
        using TempFolder folder = new();
        ReportingPage.Run(folder.Path);
        Assert.That(folder.Names(), Is.EqualTo(new[] { "losses.svg", "report.html" }));
    }

    [Test]
    public void The_page_on_callbacks_runs()
    {
        using TempFolder folder = new();
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Path;
            CallbacksPage.Run(Training.Tiny.Learner(1));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
        Assert.That(folder.Names(), Is.EqualTo(new[] { "best.safetensors", "log.csv" }));
    }

    [Test]
    public void The_page_on_callbacks_lists_all_there_are_with_their_order()
    {
        Callback[] all =
        [
            new Recorder(), new ScheduleCallback(new Engine.Optim.Schedules.OneCycle(0.1)), new ActivationStats(), new TrainingDoctor(), new StopOnNonFinite(), new StopOnDivergence(),
            new Mixup(new Rng(1)), ClipGradients.ByNorm(), new EarlyStopping(), new ReduceLrOnPlateau(), new SaveModel("a"), new CheckpointEvery("a"), new CsvLog(), new ConsoleProgress(),
        ];
        Assert.That(all.Select(callback => callback.GetType()), Is.EquivalentTo(Compiled.Types.Where(type => type.IsPublic && !type.IsAbstract && type.IsSubclassOf(typeof(Callback)))));
        string[] rows = [.. SnippetTests.Lines("docs/callbacks.md").Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.That(rows.Select(row => $"{row.Split('`', '.')[1]} {row.Split('(', ')')[^2]}"), Is.EqualTo(all.Select(callback => $"{callback.GetType().Name} {callback.Order}")));
    }

    [Test]
    public void The_page_on_the_doctor_runs_and_lists_every_finding()
    {
        TrainingDoctor doctor = DoctorPage.Run(Training.Tiny.Learner(1));
        Assert.That(doctor.ToString(), Is.Not.Empty);
        string sources = string.Concat(((string[])["TrainingDoctor.cs", "Diagnosis.cs"]).Select(file => File.ReadAllText(Path.Combine(Sources.Root, "Engine", "Training", file))));
        string[] codes = [.. Regex.Matches(sources, "new Finding\\(\"([a-z0-9-]+)\"").Select(match => match.Groups[1].Value).Distinct()];
        Assert.That(codes, Has.Length.GreaterThan(5));
        Assert.That(SnippetTests.Lines("docs/doctor.md").Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]), Is.EquivalentTo(codes));
    }

    [Test]
    public void The_page_on_looking_at_a_model_runs_and_its_texts_are_the_engines()
    {
        Rng rng = new(1);
        ImageSet digits = SyntheticDigits.Generate(200, rng);
        Sequential model = ThreesAndSevens(rng, classes: 10);
        Learner learner = new(ImageLoaders.Of(digits, digits.Take(50), batchSize: 50, rng), model, Loss.CrossEntropy);
        Interpretation seen = InterpretationPage.Run(learner, model, learner.Valid.Gather([0]).Inputs);
        Assert.That(seen.Confusion.Total, Is.EqualTo(50));

        string[] page = SnippetTests.Lines("docs/interpretation.md"), table = [.. page.SkipWhile(line => !line.StartsWith("Layer ", StringComparison.Ordinal)).TakeWhile(line => line != "```")];
        Assert.That(table, Has.Length.GreaterThan(7).And.Contains("..."));
        Assert.That(table.Where(line => line != "..."), Is.SubsetOf(ModelSummary.Of(ThreesAndSevens(rng, classes: 2), [64, 1, 28, 28]).ToString().Split(Environment.NewLine)));

        Sequential broken = [new Conv2d(1, 30, rng, 3, padding: 1), new Relu(), new Conv2d(30, 1, rng, 3, padding: 1)];
        string message = string.Join(' ', page.SkipWhile(line => !line.StartsWith("model: ", StringComparison.Ordinal)).TakeWhile(line => line != "```"));
        Assert.That(() => ModelCheck.ThrowIfBroken(broken, [64, 1, 28, 28], classes: 2), Throws.InvalidOperationException.With.Message.EqualTo(message));

        static Sequential ThreesAndSevens(Rng rng, int classes)
        {
            Sequential model = [];
            int[] filters = [1, 4, 8, 16, 32, classes];
            for (int i = 0; i + 1 < filters.Length; i++)
            {
                model.Add(new Conv2d(filters[i], filters[i + 1], rng, 3, stride: 2, padding: 1));
                if (i + 2 < filters.Length) model.Add(new Relu());
            }
            model.Add(new Flatten());
            return model;
        }
    }

    [Test]
    public void The_page_on_adding_a_layer_runs()
    {
        Elsewhere.ChannelShift shift = new(3);
        new float[] { 1, 2, 3 }.CopyTo(shift.Shift.Span);
        Elsewhere.Beside model = new(shift);
        Tensor x = Tensor.Normal([2, 3, 4, 5], new Rng(1)), y = model.Forward(x);
        Assert.That((y.Shape, model.OutputShape(x.Shape)), Is.EqualTo((new Shape(2, 6, 4, 5), new Shape(2, 6, 4, 5))));
        float[] expected = [.. Enumerable.Range(0, y.Count).Select(i => (Image: i / 120, Channel: i / 20 % 6, Pixel: i % 20)).Select(at => x.AsSpan()[at.Image * 60 + at.Channel % 3 * 20 + at.Pixel] + (at.Channel < 3 ? 0 : at.Channel - 2))];
        Assert.That(y.ToArray(), Is.EqualTo(expected));
        Assert.That(model.State().Select(entry => (entry.Name, entry.IsParameter)), Is.EqualTo(new[] { ("inner.shift", true) }));
        Assert.That(() => new Elsewhere.ChannelShift(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        model.Eval();
        Assert.That(new Engine.Inference.InferenceSession(model).Run(x).ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void The_page_on_adding_an_op_runs()
    {
        Tensor x = Tensor.From([-3, -0.5f, 0, 1, 7], [5]);
        Assert.That(x.Softsign().ToArray(), Is.EqualTo(new[] { -0.75f, -1 / 3f, 0, 0.5f, 0.875f }).Within(1e-7f));
        Assert.That(GradCheck.Compare("softsign", inputs => inputs[0].Softsign(), [Tensor.From([-3, -0.5f, 0.3f, 1, 7], [5])], new Rng(2)), Is.Null);
    }

    [Test]
    public void The_program_of_the_readme_runs_in_an_empty_folder()
    {
        using TempFolder data = new(), folder = new();
        WriteIdx(data, "train", SyntheticDigits.Generate(1_600, new Rng(1)));
        WriteIdx(data, "t10k", SyntheticDigits.Generate(200, new Rng(2)));
        ChildProcess child = ChildProcess.RunIn(folder.Path, ["readme"], ("MNIST_DIR", data.Path));
        Assert.That(child.ExitCode, Is.Zero, child.Error);
        Assert.That(child.Output, Does.Match(@"(?m)^accuracy 0\.\d{4}; the doctor: .+$").And.Contain("[1, 10]"));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "digits.safetensors", "layer.svg" }));
    }

    /// <summary>Two of MNIST's four files.</summary>
    private static void WriteIdx(TempFolder folder, string prefix, ImageSet images)
    {
        byte[] count = [0, 0, (byte)(images.Count >> 8), (byte)images.Count];
        folder.Write($"{prefix}-images-idx3-ubyte", [0, 0, 8, 3, .. count, 0, 0, 0, 28, 0, 0, 0, 28, .. Enumerable.Range(0, images.Count).SelectMany(i => images.Image(i).ToArray())]);
        folder.Write($"{prefix}-labels-idx1-ubyte", [0, 0, 8, 1, .. count, .. images.Labels.Select(label => (byte)label)]);
    }
}
