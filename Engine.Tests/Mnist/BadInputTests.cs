using System.Globalization;
using Engine.Tests.Data;

namespace Engine.Tests.Mnist;

/// <summary>Whatever is wrong with what the program is given: exit code 2, one line on the error stream, no result.</summary>
internal sealed class BadInputTests
{
    [TestCase("train --epochs 0", "--epochs must be a whole number of at least 1, got '0'. Try --help.")]
    [TestCase("train --epochs abc", "--epochs must be a whole number of at least 1, got 'abc'. Try --help.")]
    [TestCase("train --epochs 1,5", "--epochs must be a whole number of at least 1, got '1,5'. Try --help.")]
    [TestCase("train --epochs 99999999999", "--epochs must be a whole number of at least 1, got '99999999999'. Try --help.")]
    [TestCase("train --epochs", "Required argument missing for option: '--epochs'. Try --help.")]
    [TestCase("train --epochs 1 --epochs 2", "Option '--epochs' expects a single argument but 2 were provided. Try --help.")]
    [TestCase("train --batch 0", "--batch must be a whole number of at least 1, got '0'. Try --help.")]
    [TestCase("train --threads 0", "--threads must be a whole number from 1 to 1024, got '0'. Try --help.")]
    [TestCase("train --threads 1025", "--threads must be a whole number from 1 to 1024, got '1025'. Try --help.")]
    [TestCase("train --limit 0", "--limit must be a whole number of at least 1, got '0'. Try --help.")]
    [TestCase("train --checkpoint-every 0", "--checkpoint-every must be a whole number of at least 1, got '0'. Try --help.")]
    [TestCase("train --resume yes", "unknown command or option 'yes'. Try --help.")]
    [TestCase("train --lr NaN", "--lr must be a finite number above 0, got 'NaN'. Try --help.")]
    [TestCase("train --lr Infinity", "--lr must be a finite number above 0, got 'Infinity'. Try --help.")]
    [TestCase("train --lr -0.1", "--lr must be a finite number above 0, got '-0.1'. Try --help.")]
    [TestCase("train --lr 0", "--lr must be a finite number above 0, got '0'. Try --help.")]
    [TestCase("train --lr 0,1", "--lr must be a finite number above 0, got '0,1'. Try --help.")]
    [TestCase("train --seed -1", "--seed must be a whole number from 0 to 18446744073709551615, got '-1'. Try --help.")]
    [TestCase("train --model big", "--model must be one of simple-bn, simple, got 'big'. Try --help.")]
    [TestCase("train --dataset cifar", "--dataset must be one of mnist, fashion, got 'cifar'. Try --help.")]
    [TestCase("train --optimizer lion", "--optimizer must be one of adam, sgd, got 'lion'. Try --help.")]
    [TestCase("train --schedule cosine", "--schedule must be one of one-cycle, constant, got 'cosine'. Try --help.")]
    [TestCase("train --bogus 3", "unknown command or option '--bogus'. Try --help.")]
    [TestCase("train more", "unknown command or option 'more'. Try --help.")]
    [TestCase("dance", "unknown command or option 'dance'. Try --help.")]
    [TestCase("--bogus 3", "unknown command or option '--bogus'. Try --help.")]
    [TestCase("--epochs 0", "--epochs must be a whole number of at least 1, got '0'. Try --help.")]
    [TestCase("train @file", "unknown command or option '@file'. Try --help.")]
    public void A_bad_option_is_told_in_one_line(string line, string expected)
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, line.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(run.Error, Is.EqualTo($"error: {expected}\n"));
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Output, Is.Empty);
            Assert.That(folder.Names(), Is.Empty);
        });
    }

    [Test]
    public void Paths_that_cannot_be_used_are_told_before_training_and_nothing_is_made()
    {
        using TempFolder folder = new();
        string file = folder.Write("a file", [1]), missing = folder.File("missing");
        (string Option, string Path, string Expected)[] cases =
        [
            ("--data", missing, $"data: the folder '{missing}' (given as the data folder) does not exist."),
            ("--data", folder.Path, $"data: the folder '{folder.Path}' (given as the data folder) has none of train-images-idx3-ubyte.gz, train-images-idx3-ubyte, train-images.idx3-ubyte."),
            ("--out", file, $"--out: '{file}' is a file, not a folder."),
            ("--out", Path.Combine(file, "below"), $"--out: '{file}' is a file, not a folder."),
            ("--json", folder.Path, $"--json: '{folder.Path}' is a folder, not a file."),
            ("--json", Path.Combine(missing, "x.json"), $"--json: cannot write '{Path.Combine(missing, "x.json")}': the folder '{missing}' does not exist."),
        ];
        foreach ((string option, string path, string expected) in cases)
        {
            AppRun run = AppRun.Of(folder, option == "--out" ? ["train", option, path] : ["train", "--out", folder.File("out"), option, path]);
            Assert.That(run.Error, Is.EqualTo($"error: {expected}\n"));
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(folder.Names(), Is.EqualTo((string[])["a file"]));
        }
    }

    [Test]
    public void A_folder_without_permission_is_told_before_training()
    {
        if (!OrdinaryUser.IsPossible) Assert.Ignore("needs an ordinary user on Unix: root may write everywhere");
        using TempFolder folder = new();
        if (OperatingSystem.IsWindows()) return; // IsPossible says so too; this tells the compiler
        UnixFileMode before = File.GetUnixFileMode(folder.Path);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            using OrdinaryUser user = new();
            AppRun weights = AppRun.Of(folder, "train", "--out", folder.File("out")), json = AppRun.Of(folder, "train", "--out", Path.GetTempPath(), "--json", folder.File("x.json"));
            Assert.That(weights.Error, Is.EqualTo($"error: --out: no permission to write in the folder '{folder.Path}'.\n"));
            Assert.That(json.Error, Is.EqualTo($"error: --json: no permission to write in the folder '{folder.Path}'.\n"));
            Assert.That((weights.ExitCode, json.ExitCode), Is.EqualTo((2, 2)));
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, before);
        }
    }

    [Test]
    public void A_damaged_file_is_named()
    {
        using TempFolder folder = new();
        foreach (string name in (string[])["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
            folder.Write(name, [0, 0, 8]);
        AppRun run = AppRun.Of(folder, "train", "--data", folder.Path, "--out", folder.File("out"));
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("error: ").And.Contains(folder.File("train-images-idx3-ubyte")).And.EndsWith("\n"));
        Assert.That(run.Error.Split('\n'), Has.Length.EqualTo(2), "one line");
    }

    [TestCase("--batch 51 --limit 50", "--batch must be at most the 50 training images that --limit leaves, got 51.")]
    [TestCase("--limit 50", "--batch must be at most the 50 training images that --limit leaves, got 512, its default.")]
    [TestCase("--batch 2000000", "--batch must be at most the 12000 training images, got 2000000.")]
    [TestCase("--batch 1 --limit 50", "--batch must be at least 2 for --model simple-bn: batch normalisation needs more than one value a channel, and the last layer has one pixel.")]
    public void A_batch_that_does_not_fit_the_data_or_the_model_is_refused(string options, string expected)
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, ["train", "--out", folder.File("out"), .. options.Split(' ')]);
        Assert.That(run.Error, Is.EqualTo($"error: {expected}\n"));
        Assert.That(run.ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void Numbers_are_read_the_same_way_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            using TempFolder folder = new();
            Assert.That(AppRun.Of(folder, "train", "--lr", "0,1").ExitCode, Is.EqualTo(2));
            Assert.That(AppRun.Of(folder, "train", "--lr", "0.5", "--batch", "51", "--limit", "50", "--out", folder.File("out")).Error, Does.Contain("--batch"), "0.5 was taken");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Help_shows_every_option_with_its_default()
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, "train", "--help");
        Assert.That(run.ExitCode, Is.Zero);
        foreach (string option in (string[])["--data", "--dataset", "--model", "--optimizer", "--epochs", "--batch", "--lr", "--schedule", "--seed", "--threads", "--limit", "--out", "--checkpoint-every", "--resume", "--json"])
            Assert.That(run.Output, Does.Contain(option));
        foreach (string value in (string[])["mnist", "simple-bn", "adam", "5", "512", "0.1", "one-cycle", "42", "out"])
            Assert.That(run.Output, Does.Contain($"[default: {value}]"));
    }
}
