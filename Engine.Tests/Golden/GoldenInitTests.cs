using System.Text.Json;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Initialisers against the formulas and bounds in init/init.json, by their statistics: |std / expected - 1| below 4 / sqrt(2n), every value within its bound.</summary>
[TestFixture, Category("Golden")]
internal sealed class GoldenInitTests
{
    private const int AtLeast = 200_000; // values drawn for each statistic

    private static readonly Dictionary<string, Func<Shape, Rng, Tensor>> Initialisers = new()
    {
        ["torch_default"] = Init.Default,
        ["kaiming_uniform_relu"] = (shape, rng) => Init.KaimingUniform(shape, rng),
        ["kaiming_normal_relu"] = (shape, rng) => Init.KaimingNormal(shape, rng),
        ["kaiming_normal_relu_fan_out"] = (shape, rng) => Init.KaimingNormal(shape, rng, fanOut: true),
        ["kaiming_normal_leaky_0_2"] = (shape, rng) => Init.KaimingNormal(shape, rng, Init.LeakyReluGain(0.2)),
        ["xavier_uniform"] = (shape, rng) => Init.XavierUniform(shape, rng),
        ["xavier_normal"] = (shape, rng) => Init.XavierNormal(shape, rng),
    };

    private static string File => Path.Combine(GoldenTests.Folder, "init", "init.json");

    [TestCaseSource(nameof(Cases))]
    public void Initialiser_has_the_bound_and_the_deviation_of_its_formula(int layer, string name)
    {
        JsonElement description = JsonDocument.Parse(System.IO.File.ReadAllBytes(File)).RootElement.GetProperty("layers")[layer], expected = description.GetProperty(name);
        Assert.That(Initialisers, Does.ContainKey(name), "no initialiser is registered under this name");
        Shape shape = new([.. description.GetProperty("weight_shape").EnumerateArray().Select(s => s.GetInt32())]);
        double std = expected.GetProperty("std").GetDouble(), sum = 0, squares = 0;
        double? bound = expected.TryGetProperty("b", out JsonElement b) ? b.GetDouble() : null;
        Rng rng = new(3);
        long n = 0;
        while (n < AtLeast)
            foreach (float x in Initialisers[name](shape, rng).AsSpan())
            {
                if (bound is { } limit) Assert.That(Math.Abs(x), Is.LessThanOrEqualTo((float)limit));
                (sum, squares, n) = (sum + x, squares + (double)x * x, n + 1);
            }
        double drawn = Math.Sqrt(squares / n - sum / n * (sum / n));
        Assert.That(Math.Abs(drawn / std - 1), Is.LessThan(4 / Math.Sqrt(2.0 * n)), $"std {drawn} instead of {std}");
        Assert.That(Math.Abs(sum / n), Is.LessThan(5 * std / Math.Sqrt(n)), "mean");
    }

    [Test]
    public void Layers_of_one_model_start_with_different_weights_and_the_same_seed_gives_the_same()
    {
        float[] Draw(ulong seed) => [.. new[] { new Rng(seed) }.SelectMany(rng => new[] { new Linear(30, 30, rng), new Linear(30, 30, rng) }).SelectMany(l => l.Weight.ToArray())];
        float[] first = Draw(1);
        Assert.That(first[..900], Is.Not.EqualTo(first[900..]));
        Assert.That(Draw(1), Is.EqualTo(first));
        Assert.That(Draw(2), Is.Not.EqualTo(first));
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        if (!System.IO.File.Exists(File)) yield break;
        JsonElement layers = JsonDocument.Parse(System.IO.File.ReadAllBytes(File)).RootElement.GetProperty("layers");
        for (int i = 0; i < layers.GetArrayLength(); i++)
            foreach (JsonProperty entry in layers[i].EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.Object && e.Name != "empirical"))
                yield return new TestCaseData(i, entry.Name).SetName($"Golden: init {layers[i].GetProperty("layer")} {i} {entry.Name}");
    }
}
