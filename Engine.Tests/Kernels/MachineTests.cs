using Engine.Tests.Processes;

namespace Engine.Tests.Kernels;

/// <summary>A training, every op, forward and backward, the statistics of activations, and predictions in processes that see other machines: the same bits in all of them.</summary>
[TestFixture, NonParallelizable]
internal sealed class MachineTests
{
    private static readonly Lazy<ChildProcess> Here = new(() => Run([]));

    [TestCase("DOTNET_EnableAVX512=0", "DOTNET_EnableAVX512F=0", "avx2")]
    [TestCase("DOTNET_EnableAVX2=0", "128-bit")]
    [TestCase("DOTNET_EnableAVX=0", "128-bit")]
    [TestCase("DOTNET_EnableHWIntrinsic=0", "scalar")]
    [TestCase("DOTNET_TieredCompilation=0", "")]
    [TestCase("DOTNET_TieredPGO=0", "DOTNET_PROCESSOR_COUNT=1", "")]
    [TestCase("DOTNET_PROCESSOR_COUNT=3", "")]
    public void The_bits_are_the_same_with(params string[] settingsAndSet)
    {
        ChildProcess there = Run(settingsAndSet[..^1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(there["weights"], Is.EqualTo(Here.Value["weights"]));
            Assert.That(there["ops"], Is.EqualTo(Here.Value["ops"]));
            Assert.That(there["inference"], Is.EqualTo(Here.Value["inference"]));
            Assert.That(there["statistics"], Is.EqualTo(Here.Value["statistics"]));
        }
        TestContext.Out.WriteLine($"here {Here.Value["set"]}, there {there["set"]}");
    }

    private static ChildProcess Run(string[] settings)
    {
        ChildProcess child = ChildProcess.Run(["same-bits"], Array.ConvertAll(settings, setting => (setting.Split('=')[0], setting.Split('=')[1])));
        Assert.That(child.ExitCode, Is.Zero, child.Error);
        return child;
    }
}
