using System.Globalization;
using System.Text.Json;
using Engine.Kernels;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Benchmarks.Doors;

/// <summary><c>pools</c>: pooling and residual addition, forward and backward, beside a copy of as many bytes.</summary>
internal static class PoolsDoor
{
    private static readonly (string Name, Shape Input, Func<Tensor, Tensor> Op)[] Cases =
    [
        ("max 2", [64, 28, 28], x => x.MaxPool2d(2)), // lenet_3x3
        ("max 3 stride 2", [64, 56, 56], x => x.MaxPool2d(3, stride: 2, padding: 1)),
        ("max 3 stride 1", [16, 28, 28], x => x.MaxPool2d(3, stride: 1, padding: 1)),
        ("max global", [64, 8, 8], x => x.AdaptiveMaxPool2d(1)),
        ("average 2", [64, 28, 28], x => x.AvgPool2d(2)),
        ("average 3 stride 2", [64, 56, 56], x => x.AvgPool2d(3, stride: 2, padding: 1)),
        ("average 3 stride 1", [16, 28, 28], x => x.AvgPool2d(3, stride: 1, padding: 1)),
        ("average global", [64, 8, 8], x => x.AdaptiveAvgPool2d(1)), // resnet_s
        ("add", [16, 32, 32], x => x + x.Detach()), // a residual block of resnet_s
    ];

    public static Door Create() => new("pools", "[--ops OP,...] [--batches N,...] [--seconds S]",
        $"Times pooling and residual addition, forward and backward, beside copies of as many bytes as each must read and write: inputs, results and gradients once.\nOP is one of {string.Join(", ", Cases.Select(one => one.Name))} (all of them); batches 1,64; each is measured for S seconds (1).",
        ["--ops", "--batches", "--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        int[] batches = Array.ConvertAll(arguments.List("--batches", "1,64"), part => DoorArguments.Whole("--batches", part));
        string[] ops = arguments.List("--ops", string.Join(',', Cases.Select(one => one.Name)));
        foreach (string op in ops)
            if (!Cases.Any(one => one.Name == op)) throw new ArgumentException($"--ops: expected some of {string.Join(", ", Cases.Select(one => one.Name))}, got '{op}'.");
        json.WriteNumber("threads", arguments.Threads);
        foreach ((string name, Shape image, Func<Tensor, Tensor> op) in Cases.Where(one => ops.Contains(one.Name)))
            foreach (int batch in batches) One($"{name} b{batch}", [batch, .. image.Sizes], op, arguments.Seconds, json);
    }

    private static void One(string name, Shape input, Func<Tensor, Tensor> op, double seconds, Utf8JsonWriter json)
    {
        Tensor x = Tensor.Normal(input, new Rng(1)).To(Layout.BatchLanes), dy;
        Workspace workspace = new();
        using (GradMode.NoGrad()) dy = Tensor.Normal(op(x).Shape, new Rng(2)).To(Layout.BatchLanes);
        int inputs = name.StartsWith("add", StringComparison.Ordinal) ? 2 : 1, forwardFloats = x.Count * inputs + dy.Count, backwardFloats = dy.Count + x.Count;
        double forward = Time(backward: false), both = Time(backward: true), copyForward = Copy(forwardFloats), copyBackward = Copy(backwardFloats);
        json.WriteStartObject(name);
        json.WriteNumber("forward_ms", forward);
        json.WriteNumber("backward_ms", both - forward);
        json.WriteNumber("copy_forward_ms", copyForward);
        json.WriteNumber("copy_backward_ms", copyBackward);
        json.WriteEndObject();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-24} forward {forward:F4} ms, copy {copyForward:F4} ({forward / copyForward:F2} x), backward {both - forward:F4} ms, copy {copyBackward:F4} ({(both - forward) / copyBackward:F2} x)"));

        double Time(bool backward) => Stopwatches.MedianMilliseconds(() =>
        {
            using Workspace.Scope scope = workspace.Begin();
            Tensor leaf = x.Detach();
            leaf.RequiresGrad = true;
            Tensor y = op(leaf.Pass());
            if (backward) y.Backward(dy);
        }, 0.4 * seconds, seconds);

        double Copy(int floats) // half of them read, half written
        {
            Tensor from = Tensor.Zeros([floats / 2]), to = Tensor.Zeros([floats / 2]);
            return Stopwatches.MedianMilliseconds(() => Elementwise.Map(default(Same), from.Span, to.Span), 0.2 * seconds, 0.5 * seconds);
        }
    }

    /// <summary>A node whose backward pass drops what it gets, so that no gradient of a leaf is added up.</summary>
    private static Tensor Pass(this Tensor x) => Workspace.Rent<Sink>().Attach(x.Detach(), x);

    private sealed class Sink : Node
    {
        public override string Op => "sink";

        protected override void Backward(Tensor gradient)
        {
        }
    }

    private struct Same : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => a;
    }
}
