using Engine.Tests.Processes;

namespace Engine.Tests.Memory;

/// <summary>No kernel reads or writes outside its operands.</summary>
[TestFixture]
internal sealed class MemoryTests
{
    private static IEnumerable<TestCaseData> Families() =>
        KernelCase.All.GroupBy(one => one.Family).Select(family => new TestCaseData((object)family.ToArray()).SetArgDisplayNames(family.Key));

    [TestCaseSource(nameof(Families))]
    public void What_lies_around_operands_is_neither_used_nor_changed(KernelCase[] cases)
    {
        List<string> faults = [];
        foreach (KernelCase one in cases)
        {
            using CanaryOperands canaries = new();
            using PlainOperands plain = new();
            one.Run(canaries);
            one.Run(plain);
            if ((canaries.Damage() ?? plain.Damage() ?? Difference(canaries, plain)) is { } fault) faults.Add($"{one}: {fault}");
        }
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void A_changed_canary_and_a_changed_input_are_noticed()
    {
        unsafe
        {
            using CanaryOperands after = new(), before = new(), input = new();
            fixed (float* p = after.Output(5)) p[5] = 0;
            fixed (float* p = before.Output(5)) p[-1] = float.NaN; // another NaN
            fixed (float* p = input.Input(5)) p[4] = 7;
            Assert.That(after.Damage(), Is.EqualTo("operand 0 of 20 bytes: something was written at byte 20"));
            Assert.That(before.Damage(), Is.EqualTo("operand 0 of 20 bytes: something was written at byte -4"));
            Assert.That(input.Damage(), Is.EqualTo("operand 0, an input, was changed"));
        }
    }

    [Test]
    [Platform(Include = "Linux,MacOsX", Reason = "guard pages are made with mmap")]
    public void Kernels_stay_between_guard_pages([Values] GuardedEdge edge)
    {
        ChildProcess child = ChildProcess.Run(["guard-pages", $"{edge}"]);
        string last = child.Output.TrimEnd().Split('\n')[^1];
        Assert.That(child.ExitCode, Is.Zero, $"the process died; the last it told is '{last}'. {child.Error}");
        Assert.That(child["wrong"], Is.EqualTo("0"), child.Output);
        Assert.That(child["cases"], Is.EqualTo($"{KernelCase.All.Count()}"));
    }

    [Test]
    [Platform(Include = "Linux,MacOsX", Reason = "guard pages are made with mmap")]
    public void One_element_too_far_is_caught_by_the_guard_pages([Values] GuardedEdge edge, [Values(FileAccess.Read, FileAccess.Write)] FileAccess access)
    {
        ChildProcess child = ChildProcess.Run(["overrun", $"{edge}", $"{access}"]);
        Assert.That(child.Output, Does.Contain("overrun begins").And.Not.Contain("overrun survived"));
        Assert.That(child.ExitCode, Is.AnyOf(134, 139), child.Error); // SIGABRT, by which the runtime ends on an access violation, or SIGSEGV
    }

    /// <summary>The first byte of an output that differs, or null.</summary>
    public static string? Difference(Operands left, Operands right)
    {
        byte[][] a = left.Results, b = right.Results;
        for (int output = 0; output < a.Length; output++)
            if (a[output].AsSpan().CommonPrefixLength(b[output]) is var i && i < a[output].Length)
                return $"output {output} differs from byte {i} of {a[output].Length} on";
        return null;
    }
}
