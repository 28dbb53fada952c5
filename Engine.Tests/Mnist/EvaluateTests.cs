using System.Text.Json;
using Engine.Tests.Data;

namespace Engine.Tests.Mnist;

/// <summary>Saved weights, tested again.</summary>
internal sealed class EvaluateTests
{
    [Test]
    public void It_finds_the_accuracy_that_training_reported()
    {
        using TempFolder folder = new();
        string weights = Weights.Train(folder), json = folder.File("run.json");
        using JsonDocument trained = JsonDocument.Parse(File.ReadAllBytes(folder.File("train.json")));
        AppRun run = AppRun.Of(folder, "evaluate", "--weights", weights, "--json", json);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Lines[0], Does.StartWith("WARNING: testing on built-in synthetic digits"));
        Assert.That(run.Lines[1], Is.EqualTo($"weights {weights}: simple-bn, trained on mnist"));
        Assert.That(run.Lines[3], Is.EqualTo("class     precision  recall      f1  count"));
        Assert.That(run.Lines, Has.Some.StartsWith("most confused: ").And.Some.StartsWith("largest losses: image ").And.Some.StartsWith("confusion matrix: "));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(json));
        JsonElement root = document.RootElement, last = trained.RootElement.GetProperty("epochs")[0];
        Assert.That(root.GetProperty("accuracy").GetDouble(), Is.EqualTo(trained.RootElement.GetProperty("accuracy").GetDouble()));
        Assert.That(root.GetProperty("loss").GetDouble(), Is.EqualTo(last.GetProperty("valid_loss").GetDouble()).Within(1e-5));
        Assert.That(root.GetProperty("confusion").EnumerateArray().Sum(row => row.EnumerateArray().Sum(cell => cell.GetInt32())), Is.EqualTo(2000).And.EqualTo(root.GetProperty("count").GetInt32()));
        Assert.That(root.GetProperty("classes").GetArrayLength(), Is.EqualTo(10));
        Assert.That(root.GetProperty("top_losses")[0].GetProperty("loss").GetDouble(), Is.GreaterThanOrEqualTo(root.GetProperty("top_losses")[8].GetProperty("loss").GetDouble()));
        Assert.That(run.Output, Does.Contain($"accuracy {root.GetProperty("accuracy").GetDouble():F4} ("));
        Assert.That(AppRun.Of(folder, "evaluate", "--weights", weights, "--dataset", "fashion").Lines[0], Does.Contain("Fashion-MNIST was not found"));
    }

    [TestCase("evaluate --dataset cifar", "--dataset must be one of mnist, fashion, got 'cifar'. Try --help.")]
    [TestCase("evaluate --bogus 3", "unknown command or option '--bogus'. Try --help.")]
    [TestCase("evaluate --weights", "Required argument missing for option: '--weights'. Try --help.")]
    [TestCase("evaluate --weights none", "--weights: cannot read 'none': there is no such file. 'train' writes one.")]
    [TestCase("evaluate --json none/x.json", "--json: cannot write 'none/x.json': the folder '{0}/none' does not exist.")]
    [TestCase("predict", "Required argument 'FILE' missing for command: 'predict'. Try --help.")]
    [TestCase("predict x.png --weights none", "--weights: cannot read 'none': there is no such file. 'train' writes one.")]
    public void What_cannot_be_is_told_in_one_line(string line, string expected)
    {
        using TempFolder folder = new();
        AppRun run = AppRun.Of(folder, line.Split(' '));
        Assert.That(run.Error, Is.EqualTo($"error: {expected.Replace("{0}", Environment.CurrentDirectory, StringComparison.Ordinal)}\n"));
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
    }

    [Test]
    public void Weights_that_are_not_train_s_are_refused()
    {
        using TempFolder folder = new();
        string path = folder.File("w.safetensors");
        void Fails(string expected, params (string, string)[] metadata)
        {
            Weights.Write(path, "simple", metadata);
            AppRun run = AppRun.Of(folder, "evaluate", "--weights", path);
            Assert.That((run.ExitCode, run.Output, run.Error), Is.EqualTo((2, "", $"error: --weights: {expected}\n")));
        }
        Fails($"'{path}' does not say its 'model' (in the metadata); 'train' writes that.");
        Fails($"'{path}' is of an unknown model, 'big'.", ("model", "big"), ("dataset", "mnist"), ("mean", "0.1"), ("std", "0.3"));
        Fails($"'{path}' is of an unknown dataset, 'cifar'.", ("model", "simple"), ("dataset", "cifar"), ("mean", "0.1"), ("std", "0.3"));
        Fails($"'{path}' must have a finite number as 'mean', got 'NaN'.", ("model", "simple"), ("dataset", "mnist"), ("mean", "NaN"), ("std", "0.3"));
        Fails($"'{path}' does not say its 'std' (in the metadata); 'train' writes that.", ("model", "simple"), ("dataset", "mnist"), ("mean", "0.1"));
        Weights.Write(path, "simple", ("model", "simple-bn"), ("dataset", "mnist"), ("mean", "0.1"), ("std", "0.3"));
        AppRun other = AppRun.Of(folder, "evaluate", "--weights", path);
        Assert.That(other.Error, Does.StartWith($"error: --weights: Error(s) in loading state_dict for Sequential from {path}: Missing key(s) in state_dict: ").And.Not.Contain("Parameter"));
        folder.Write("w.safetensors", [1, 2, 3]);
        AppRun damaged = AppRun.Of(folder, "evaluate", "--weights", path);
        Assert.That((damaged.ExitCode, damaged.Error.Split('\n').Length), Is.EqualTo((2, 2)));
        Assert.That(damaged.Error, Does.StartWith($"error: {path}: "));
    }
}
