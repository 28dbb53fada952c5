using Engine.Tests.Processes;

namespace Engine.Tests.Garbage;

[TestFixture]
internal sealed class GarbageTests
{
    [TestCase("nets", 22), TestCase("ops", 90), TestCase("learner", 2), TestCase("inference", 80)]
    public void After_warm_up_a_step_allocates_nothing_on_any_thread_and_causes_no_collection(string what, int atLeast)
    {
        string[] lines = Lines(what);
        Assert.That(lines, Has.Length.AtLeast(atLeast));
        Assert.That(lines.Where(line => !line.EndsWith(" 0 0", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_planted_object_a_step_is_seen() => Assert.That(Lines("planted"), Is.EqualTo(new[] { "planted 2400 0" })); // 100 of 24 bytes

    [Test]
    public void Many_steps_do_not_grow_the_resident_set() => Assert.That(long.Parse(ChildProcess.Run(["garbage", "10000"])["grown"]), Is.LessThan(1 << 20));

    /// <summary>Without tiered compilation, whose thread allocates an object of its own now and then while it compiles what has become hot (24 bytes once in some
    /// hundred steps of a young process).</summary>
    private static string[] Lines(string what)
    {
        ChildProcess child = ChildProcess.Run(["garbage", what], ("DOTNET_TieredCompilation", "0"));
        Assert.That(child.ExitCode, Is.Zero, child.Error);
        return child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
