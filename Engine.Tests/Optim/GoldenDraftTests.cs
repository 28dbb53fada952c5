using Engine.Tests.Golden;

namespace Engine.Tests.Optim;

/// <summary>PyTorch's own numbers for optimizers and schedules.</summary>
[Category("GoldenDraft")]
public sealed class GoldenDraftTests
{
    [TestCaseSource(nameof(Files), ["optimizer"])]
    public void Optimizers_agree_with_the_reference(string path)
    {
        ReferenceFile file = new(path);
        GoldenOptimizers.Run(file);
        Assert.That(file.Compared, Is.Positive);
    }

    [TestCaseSource(nameof(Files), ["schedule"])]
    public void Schedules_agree_with_the_reference(string path)
    {
        ReferenceFile file = new(path);
        GoldenSchedules.Run(file);
        Assert.That(file.Compared, Is.Positive);
    }

    private static IEnumerable<TestCaseData> Files(string folder) =>
        ReferenceFile.In(folder).Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileNameWithoutExtension(path)));
}
