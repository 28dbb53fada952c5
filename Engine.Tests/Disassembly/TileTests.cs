using System.Text.RegularExpressions;
using Engine.Kernels.Convolution.Singles;
using Engine.Kernels.Products;

namespace Engine.Tests.Disassembly;

/// <summary>The inner loops of the register tiles hold everything in registers: read in the machine code the runtime makes of them.</summary>
[TestFixture]
internal sealed partial class TileTests
{
    private const string Tile = @"(?<kernel>TapGemm|TapDot|DotNines|PlaneTile|PlanePair|PixelTile|LoneChannel|LoneNine|LoneTwentyFive):Tile(?<rows>\d+)x(?<vectors>\d)\[.*Vector(?<bits>\d+)`1";

    /// <summary>Tiles that must be among those found, by instruction set.</summary>
    private static readonly Dictionary<string, (int Bits, int[] Vectors, int DotRows)> Machines = new() { ["avx512"] = (512, [4, 2, 1], 8), ["avx2"] = (256, [2, 1], 4) };

    [TestCase("avx512"), TestCase("avx2")]
    public void No_tile_spills_in_its_inner_loop(string instructionSet)
    {
        (int widest, int[] wide, int dotRows) = Machines[instructionSet];
        List<string> found = [], faults = [];
        foreach (Listing listing in Compiled.Listings(instructionSet, "Tile*"))
        {
            if (TilePattern().Match(listing.Method) is not { Success: true } name) continue;
            int rows = int.Parse(name.Groups["rows"].Value), vectors = int.Parse(name.Groups["vectors"].Value), bits = int.Parse(name.Groups["bits"].Value);
            if (bits < widest) continue; // tails
            found.Add($"{name.Groups["kernel"]} {rows}x{vectors} {bits}");
            int multiplyAdds = listing.InnermostLoop().Count(Listing.IsMultiplyAdd);
            if (multiplyAdds == 0 || multiplyAdds % (rows * vectors) != 0) faults.Add($"{found[^1]}: {multiplyAdds} multiply-adds in the inner loop");
            if (listing.Spills() is { Length: > 0 } spills) faults.Add($"{found[^1]}: {string.Join("; ", spills)}");
        }
        TestContext.Out.WriteLine($"{instructionSet}: {string.Join(", ", found)}");
        Assert.That(wide.SelectMany(vectors => Enumerable.Range(1, vectors switch { 1 => 12, 2 when widest == 512 => 8, _ => 6 }).Select(rows => $"TapGemm {rows}x{vectors} {widest}")), Is.SubsetOf(found), "the child did not compile every tile");
        Assert.That((string[])[$"PlaneTile 8x1 {widest}", $"PixelTile 4x2 {widest}", .. widest == 512 ? (string[])["PlanePair 8x2 512", "LoneChannel 4x2 512", "LoneNine 9x1 512", "LoneNine 9x2 512", "LoneTwentyFive 25x1 512"] : []], Is.SubsetOf(found), "the child did not compile every tile");
        Assert.That(Enumerable.Range(1, 3).SelectMany(columns => Enumerable.Range(1, dotRows).Select(rows => $"TapDot {rows}x{columns} {widest}")), Is.SubsetOf(found), "the child did not compile every tile");
        Assert.That(found, Does.Contain(widest == 512 ? "DotNines 3x9 512" : "DotNines 1x9 256"), "the child did not compile every tile");
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void No_tile_of_chains_spills_in_its_inner_loop() // there are such where there are 32 registers
    {
        Dictionary<string, Listing> tiles = Compiled.Listings("avx512", "Tile*").Where(listing => ChainPattern().IsMatch(listing.Method)).ToDictionary(listing => ChainPattern().Match(listing.Method).Groups["size"].Value);
        Assert.That(tiles.Keys, Is.EquivalentTo((string[])["3x4", "2x4", "6x2", "4x2", "8x1"]));
        foreach ((string size, Listing listing) in tiles)
        {
            Assert.That(listing.InnermostLoop().Count(Listing.IsMultiplyAdd), Is.EqualTo((size[0] - '0') * (size[2] - '0')), size);
            Assert.That(listing.Spills(), Is.Empty, size);
        }
    }

    [Test]
    public void The_tile_of_sixteen_channels_does_not_spill_in_its_inner_loop()
    {
        Listing tile = Compiled.Listings("avx512", "Tile*").Single(listing => listing.Method.Contains("WinogradSixteen:Tile16x1(", StringComparison.Ordinal));
        Assert.That(tile.InnermostLoop().Count(Listing.IsMultiplyAdd), Is.EqualTo(2 * 16));
        Assert.That(tile.Spills(), Is.Empty);
    }

    [Test]
    public void A_loop_in_registers_passes_though_the_code_around_it_uses_the_stack()
    {
        Listing listing = Listing.Parse("something before\n" + RecordedListings.Clean).Single();
        Assert.That(listing.Method, Does.StartWith("Engine.Kernels.Products.TapGemm:Tile2x1[").And.EndWith("(byref,int,int)"));
        Assert.That(listing.InnermostLoop(), Has.Length.EqualTo(7).And.All.Not.Contain("rbp"));
        Assert.That(listing.InnermostLoop().Count(Listing.IsMultiplyAdd), Is.EqualTo(2));
        Assert.That(listing.Spills(), Is.Empty);
    }

    [TestCase("accumulator"), TestCase("accumulator of 512 bits"), TestCase("operand"), TestCase("pointer")]
    public void A_spill_in_the_inner_loop_is_found(string kind) =>
        Assert.That(Listing.Parse(RecordedListings.Faulty[kind].Text).Single().Spills(), Has.Length.EqualTo(RecordedListings.Faulty[kind].Instructions));

    [Test]
    public void Without_a_frame_pointer_rbp_is_a_register_like_any_other() =>
        Assert.That(Listing.Parse(RecordedListings.WithPointerReload.Replace("rbp based frame", "rsp based frame", StringComparison.Ordinal)).Single().Spills(), Is.Empty);

    [Test]
    public void A_listing_without_a_loop_of_multiply_adds_is_an_error() =>
        Assert.That(() => Listing.Parse(RecordedListings.Clean.Replace("vfmadd", "vaddps", StringComparison.Ordinal)).Single().Spills(), Throws.InstanceOf<FormatException>());

    [GeneratedRegex(@"ChainGemm:Tile(?<size>\dx\d)\(")]
    private static partial Regex ChainPattern();

    [GeneratedRegex(Tile)]
    private static partial Regex TilePattern();
}
