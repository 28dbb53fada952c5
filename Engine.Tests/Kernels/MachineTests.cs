using System.Diagnostics;

namespace Engine.Tests.Kernels;

/// <summary>A training and every op, forward and backward, in processes that see other machines: the same bits in all of them.</summary>
[TestFixture, NonParallelizable]
internal sealed class MachineTests
{
    private static readonly Lazy<string[]> Here = new(() => Run([]));

    [TestCase("DOTNET_EnableAVX512=0", "DOTNET_EnableAVX512F=0", "avx2")]
    [TestCase("DOTNET_EnableAVX2=0", "128-bit")]
    [TestCase("DOTNET_EnableAVX=0", "128-bit")]
    [TestCase("DOTNET_EnableHWIntrinsic=0", "scalar")]
    [TestCase("DOTNET_TieredCompilation=0", "")]
    [TestCase("DOTNET_TieredPGO=0", "DOTNET_PROCESSOR_COUNT=1", "")]
    [TestCase("DOTNET_PROCESSOR_COUNT=3", "")]
    public void The_bits_are_the_same_with(params string[] settingsAndSet)
    {
        string[] there = Run(settingsAndSet[..^1]);
        Assert.That(there[..2], Is.EqualTo(Here.Value[..2]));
        TestContext.Out.WriteLine($"here {Here.Value[2]}, there {there[2]}");
    }

    private static string[] Run(string[] settings)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!.Contains("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { typeof(MachineTests).Assembly.Location },
        };
        foreach (string setting in settings) start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output.Trim().Split(' ');
    }
}
