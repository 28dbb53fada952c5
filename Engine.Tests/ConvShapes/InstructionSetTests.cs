using Engine.Tests.Processes;

namespace Engine.Tests.ConvShapes;

/// <summary>The same bits from every instruction set, with any number of threads: each set in a process of its own, on a sample of the shapes.</summary>
[TestFixture]
[Category("ConvShapes")]
internal sealed class InstructionSetTests
{
    /// <summary>About how many shapes each process does.</summary>
    private const int Sample = 130;

    private static readonly (string Off, string[] Sets)[] Switches = // what may still be in use once something is off
    [
        ("none", ["avx512", "avx2", "128-bit", "scalar"]), // everything the machine has
        ("EnableAVX512", ["avx2", "128-bit", "scalar"]),
        ("EnableAVX2", ["128-bit", "scalar"]),
        ("EnableHWIntrinsic", ["scalar"]),
    ];

    private static readonly Lazy<string> Expected = new(() => Run(Switches[0].Off)["sha256_1"]);

    [Test]
    public void Whole_numbers_are_exact_and_others_have_the_same_bits([Range(0, 3)] int index)
    {
        (string name, string[] sets) = Switches[index];
        ChildProcess child = Run(name);
        Assert.That(child.ExitCode, Is.Zero, child.Error);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sets, Does.Contain(child["instruction_set"]), $"without {name}");
            Assert.That(int.Parse(child["shapes"]), Is.GreaterThan(20));
            Assert.That(child["wrong"], Is.EqualTo("0"), child.Output);
            foreach (int threads in (int[])[1, 2, 3]) Assert.That(child[$"sha256_{threads}"], Is.EqualTo(Expected.Value), $"without {name}, {threads} threads");
        }
    }

    private static ChildProcess Run(string off) => ChildProcess.Run(["conv-shapes", $"{Math.Max(1, ConvShapeList.Lines().Length / Sample)}"], ($"DOTNET_{off}", "0"));
}
