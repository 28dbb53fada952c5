using System.Globalization;
using System.Text.Json;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>One reference case: inputs, arguments, and the results to be met within the file's own tolerance.</summary>
internal sealed class GoldenCase : IReferenceCase
{
    private readonly Dictionary<string, GoldenArray> _arrays;
    private readonly HashSet<string> _checked = [];

    public GoldenCase(string path)
    {
        (_arrays, IReadOnlyDictionary<string, string> metadata) = GoldenFile.Read(path);
        Op = metadata["op"];
        Args = JsonDocument.Parse(metadata.GetValueOrDefault("args", "{}")).RootElement;
        Atol = double.Parse(metadata.GetValueOrDefault("atol", "1e-5"), CultureInfo.InvariantCulture);
        Rtol = double.Parse(metadata.GetValueOrDefault("rtol", "1e-4"), CultureInfo.InvariantCulture);
    }

    public string Op { get; }

    public JsonElement Args { get; }

    public double Atol { get; }

    public double Rtol { get; }

    public IEnumerable<string> Names => _arrays.Keys;

    public bool Has(string name) => _arrays.ContainsKey(name);

    public float[] Floats(string name) => Array(name).Floats;

    public double[] Doubles(string name) => Array(name).Doubles;

    public int[] Shape(string name) => Array(name).Sizes;

    /// <summary>Float results: the file's tolerance.</summary>
    public void Expect(string name, ReadOnlySpan<float> actual) => Check(name, System.Array.ConvertAll(actual.ToArray(), x => (double)x));

    /// <summary>Schedules: double precision, rtol 1e-9.</summary>
    public void Expect(string name, ReadOnlySpan<double> actual)
    {
        double[] expected = Doubles(name);
        Assert.That(actual.Length, Is.EqualTo(expected.Length), $"number of elements of {name}");
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-9 * Math.Abs(expected[i])), $"{name}[{i}]");
        _checked.Add(name);
    }

    public GoldenArray Array(string name) => _arrays[name];

    /// <summary>An input; a leaf that wants a gradient where the file holds one for it.</summary>
    public Tensor Input(string name)
    {
        Tensor tensor = Tensor.From(_arrays[name].Floats, new Engine.Shape(_arrays[name].Sizes));
        tensor.RequiresGrad = Has("grad_" + name);
        return tensor;
    }

    /// <summary>An input the case may do without.</summary>
    public Tensor? Optional(string name) => Has(name) ? Input(name) : null;

    public int[] Ints(string name) => System.Array.ConvertAll(_arrays[name].Integers, i => checked((int)i));

    /// <summary>An argument; null where it is missing or null.</summary>
    public JsonElement? Arg(string name) => Args.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int Int(string arg, int otherwise = 0) => Arg(arg) is { } value ? (int)value.GetDouble() : otherwise;

    public float Float(string arg, float otherwise = 0) => Arg(arg) is { } value ? (float)value.GetDouble() : otherwise;

    public double Double(string arg, double otherwise = 0) => Arg(arg)?.GetDouble() ?? otherwise;

    public bool Bool(string arg, bool otherwise = false) => Arg(arg)?.GetBoolean() ?? otherwise;

    public string? Text(string arg) => Arg(arg)?.GetString();

    /// <summary>A list of integers; one alone counts as a list, none as an empty one.</summary>
    public int[] List(string arg) => Arg(arg) is not { } value ? [] : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetInt32())] : [value.GetInt32()];

    public Size2 Size(string arg, Size2 otherwise) => List(arg) switch { [] => otherwise, [int both] => both, [int height, int width, ..] => (height, width) };

    public LossReduction Reduction => Text("reduction") switch
    {
        "none" => LossReduction.None, "sum" => LossReduction.Sum, "mean" or null => LossReduction.Mean,
        string other => throw new AssertionException($"unknown reduction '{other}'"),
    };

    /// <summary>Compares a result: integers exactly, floats within the tolerance.</summary>
    public void Check(string name, Tensor actual)
    {
        Assert.That(actual.Shape, Is.EqualTo(new Engine.Shape(_arrays[name].Sizes)), $"shape of {name}");
        Check(name, System.Array.ConvertAll(actual.ToArray(), x => (double)x));
    }

    public void Check(string name, IReadOnlyList<double> actual)
    {
        _checked.Add(name);
        double[] expected = _arrays[name].Doubles;
        Assert.That(actual.Count, Is.EqualTo(expected.Length), $"number of elements of {name}");
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(actual[i] - expected[i]) <= Atol + Rtol * Math.Abs(expected[i])) && !actual[i].Equals(expected[i]))
                Assert.Fail($"{name}[{i}]: {actual[i].ToString("G9", CultureInfo.InvariantCulture)} instead of {expected[i].ToString("G9", CultureInfo.InvariantCulture)}, atol {Atol}, rtol {Rtol}");
    }

    public void Check(string name, int[] actual)
    {
        _checked.Add(name);
        Assert.That(actual, Is.EqualTo(Ints(name)), name);
    }

    /// <summary>Compares output and, after a backward pass from grad_output, the gradient of every input that has one in the file.</summary>
    public void CheckOutputAndGradients(Tensor output, params (string Name, Tensor? Leaf)[] inputs)
    {
        Check("output", output);
        if (!Has("grad_output")) return;
        output.Backward(Input("grad_output").Detach());
        foreach ((string name, Tensor? leaf) in inputs)
            if (Has("grad_" + name)) Check("grad_" + name, leaf!.Grad ?? throw new AssertionException($"{name} got no gradient"));
    }

    /// <summary>A result in the file that nobody compared is a hole in the test.</summary>
    public void ThrowIfAnythingWasLeftOut()
    {
        string[] left = [.. _arrays.Keys.Where(n => n is "output" or "indices" || (n.StartsWith("grad_", StringComparison.Ordinal) && n != "grad_output" && !n.Contains('@'))).Where(n => !_checked.Contains(n))];
        Assert.That(left, Is.Empty, "results in the file that the test did not compare");
    }
}
