using Engine.Kernels.Convolution.MinimalFiltering;

namespace Engine.Tests.ConvShapes;

/// <summary>Thousands of convolutions against naive loops, without any tolerance; Winograd's way, whose points are no whole numbers, within its stated error.</summary>
[TestFixture]
[Category("ConvShapes")]
internal sealed class ConvShapesTests
{
    private const int Groups = 64;

    /// <summary>Runs of lines, about equally long.</summary>
    private static IEnumerable<TestCaseData> Runs()
    {
        string[] lines;
        string? fault = null;
        try
        {
            lines = ConvShapeList.Lines();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (lines, fault) = ([], e.Message);
        }
        if (fault is not null) yield return new TestCaseData(0, new[] { fault }).SetArgDisplayNames("the list");
        int groups = Math.Min(Groups, lines.Length);
        for (int group = 0; group < groups; group++)
        {
            int from = (int)((long)lines.Length * group / groups), to = (int)((long)lines.Length * (group + 1) / groups);
            yield return new TestCaseData(from + 1, lines[from..to]).SetArgDisplayNames($"{from + 1} to {to} of {lines.Length}");
        }
    }

    [TestCaseSource(nameof(Runs))]
    public void All_passes_equal_the_naive_loops_exactly(int firstLine, string[] lines)
    {
        List<string> faults = [];
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                if (WholeNumbers.Difference(ConvShapeList.Parse(lines[i])) is { } difference) faults.Add($"line {firstLine + i}, shape '{lines[i].Trim()}': {difference}");
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
            {
                faults.Add($"line {firstLine + i}: {e.Message}");
            }
        }
        if (faults.Count != 0) Assert.Fail($"{faults.Count} of {lines.Length} shapes failed:\n{string.Join('\n', faults)}");
    }

    [Test]
    public void Every_way_of_a_weight_gradient_equals_the_naive_loops_exactly([ValueSource(typeof(ConvShapeList), nameof(ConvShapeList.Weights))] string line) =>
        Assert.That(WholeNumbers.Difference(ConvShapeList.Parse(line)), Is.Null);

    /// <summary>The list's 3 x 3 convolutions of stride 1, with a batch that leaves two images over, as far as they take no more than a second.</summary>
    [Test]
    public void Winograds_way_of_a_line_with_more_images_is_within_its_stated_error([Values(18, 66)] int batch)
    {
        List<string> faults = [];
        int count = 0;
        foreach (string line in ConvShapeList.Lines().Select(line => $"{batch} {line.Trim()[(line.Trim().IndexOf(' ', StringComparison.Ordinal) + 1)..]}").Distinct())
        {
            Conv2dGeometry g = ConvShapeList.Parse(line);
            if (!Winograd.Suits(g, ConvWay.Winograd) || g.MultiplyAdds > 300_000_000) continue;
            count++;
            if (WholeNumbers.DifferenceByWinograd(g) is { } difference) faults.Add($"shape '{line}': {difference}");
        }
        Assert.That(faults, Is.Empty);
        Assert.That(count, Is.GreaterThan(10));
    }

    [TestCaseSource(typeof(ConvShapeList), nameof(ConvShapeList.Best))]
    public void Where_Winograds_way_is_the_choice_it_is_within_its_stated_error_and_sums_over_taps_are_exact(string line)
    {
        Conv2dGeometry g = ConvShapeList.Winograd(line);
        Assert.That(Winograd.Suits(g)); // and the weight gradient, where there is enough to add up
        Assert.That(WholeNumbers.Difference(g), Is.Null);
    }

    [TestCase("1 1 1 1 16 1 3 1 3 0 1 0 7 1 4"), TestCase("1 1 1 1 16 1 3 1 3 0 1 0 7 1 4 1 1"), TestCase("1 1 1 1 16 1 3 1 3 0 -1 0 7 1 4 1"), TestCase(""),
        TestCase("1 1 1 1 16 1 3 1 3 0 1 0 x 1 4 1"), TestCase("1 2 1 1 16 1 3 1 3 0 1 0 7 1 4 3"), TestCase("1 2 1 1 16 1 1 1 1 0 0 0 0 1 1 0"), TestCase("1 1 1 1 1 2 2 1 1 0 0 0 0 1 1 1")]
    public void A_line_that_is_no_convolution_fails_and_is_quoted(string line) =>
        Assert.That(() => All_passes_equal_the_naive_loops_exactly(5, [line]), Throws.InstanceOf<AssertionException>().With.Message.Contain("line 5").And.Message.Contain($"'{line}'"));

    [Test]
    public void One_wrong_element_is_told_with_its_place() // y = 3 * 5 + 1
    {
        Conv2dGeometry g = ConvShapeList.Parse("1 1 1 2 1 1 1 1 1 0 0 0 0 1 1 1");
        NaiveConv2d naive = new(g, [3, 2], [5], [1], [1, -1]);
        Assert.That((naive.Y, naive.Dx, naive.Dw, naive.Db), Is.EqualTo(((int[])[16, 11], (int[])[5, -5], (int[])[1], (int[])[0])));
        Assert.That(new ConvRun([16, 11], [5, -5], [1], [0]).Difference(naive), Is.Null);
        Assert.That(new ConvRun([16, 11], [5, -4], [1], [0]).Difference(naive), Is.EqualTo("input gradient: 1 of 2 elements are wrong, the first at 1: -4 instead of -5"));
        Assert.That(new ConvRun([16, 11], [5, -4], [1], [0]).Difference(naive, 0, 1, 0, 0), Is.Null);
        Assert.That(new ConvRun([16, 11], [5, -4], [1], [0]).Difference(naive, 1, 0.5, 1, 1), Does.StartWith("input gradient: 1 of 2").And.EndsWith("-4 instead of -5 +- 5.0E-001"));
        Assert.That(new ConvRun([16, 11], [5, -5], [float.NaN], [0]).Difference(naive, 9, 9, 9, 9), Does.StartWith("weight gradient: 1 of 1"));
        Assert.That(new ConvRun([16, 11], [5, -5], [float.NaN], [0]).Difference(naive), Does.StartWith("weight gradient: 1 of 1"));
    }
}
