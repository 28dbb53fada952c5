using System.Text.RegularExpressions;

namespace Engine.Tests.Disassembly;

/// <summary>The loops of Winograd's transforms hold everything in registers. The products between them are tiles (<see cref="TileTests"/>).</summary>
[TestFixture]
internal sealed partial class TransformTests
{
    /// <summary>Multiply-adds of the loops of each method.</summary>
    private static readonly Dictionary<string, int[]> Loops = new()
    {
        ["WinogradLines:ToPoints"] = [12], ["WinogradGroup:ToResults"] = [4, 4], ["WinogradUpstream:ToPoints"] = [8, 8],
    };

    [TestCase("avx512", 512), TestCase("avx2", 256)]
    public void No_transform_spills(string instructionSet, int widest)
    {
        List<string> found = [], faults = [];
        foreach (Listing listing in Compiled.Listings(instructionSet, "ToPoints ToResults"))
        {
            if (Transform().Match(listing.Method) is not { Success: true } name || int.Parse(name.Groups["bits"].Value) != widest || !Loops.TryGetValue(name.Groups["method"].Value, out int[]? multiplyAdds)) continue;
            string[][] loops = listing.InnermostLoops();
            found.Add(name.Groups["method"].Value);
            Assert.That(loops.Select(loop => loop.Count(Listing.IsMultiplyAdd)), Is.EqualTo(multiplyAdds), listing.Method);
            faults.AddRange(loops.SelectMany(loop => listing.Spills(loop)).Select(spill => $"{listing.Method}: {spill}"));
        }
        Assert.That(Loops.Keys, Is.EquivalentTo(found), "the child did not compile every transform");
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Every_innermost_loop_is_found_not_only_the_shortest()
    {
        string second = RecordedListings.Clean[RecordedListings.Clean.IndexOf("G_M000_IG20", StringComparison.Ordinal)..].Replace("IG2", "IG3", StringComparison.Ordinal);
        Listing listing = Listing.Parse(RecordedListings.Clean + second.Replace("vbroadcastss", "vmovups  ymm9, ymmword ptr [rbp-0x10]\n       vbroadcastss", StringComparison.Ordinal)).Single();
        Assert.That(listing.InnermostLoops().Select(loop => listing.Spills(loop).Length), Is.EqualTo((int[])[0, 1]));
    }

    [GeneratedRegex(@"MinimalFiltering\.(?<method>Winograd\w+:\w+)\[.*Vector(?<bits>\d+)`1")]
    private static partial Regex Transform();
}
