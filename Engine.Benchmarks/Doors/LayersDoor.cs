using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Benchmarks.Doors;

/// <summary><c>layers</c>: where the time of a training step goes, layer by layer and pass by pass.</summary>
internal static class LayersDoor
{
    private const int LeastRounds = 7, WarmUpRounds = 60;

    public static Door Create() => new("layers", "[--models NET,...] [--batches N,...] [--seconds S]",
        $"Times the steps of {string.Join(", ", PeerNets.All.Keys)} (all of them; batches 64,512) up to each layer, forward alone and with the backward pass, in turn for S seconds (3),\nand prints a table: a layer's time is what it adds. Neighbours that run as one operation are one layer.",
        ["--models", "--batches", "--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        string[] models = arguments.List("--models", string.Join(',', PeerNets.All.Keys));
        int[] batches = Array.ConvertAll(arguments.List("--batches", "64,512"), part => DoorArguments.Whole("--batches", part));
        foreach (string model in models)
            if (!PeerNets.All.ContainsKey(model)) throw new ArgumentException($"--models: expected some of {string.Join(", ", PeerNets.All.Keys)}, got '{model}'.");
        double seconds = arguments.Text("--seconds") is null ? 3 : arguments.Seconds;
        json.WriteNumber("threads", arguments.Threads);
        json.WriteString("instruction_set", Compute.InstructionSet);
        foreach (string model in models)
            foreach (int batch in batches) One(json, model, batch, seconds);
    }

    private static void One(Utf8JsonWriter json, string model, int batch, double seconds)
    {
        (Func<Rng, Module> create, Shape image) = PeerNets.All[model];
        PartialSteps steps = new(create(new Rng(1)), [batch, .. image.Sizes]);
        double[] times = Medians(steps, seconds);
        int layers = steps.Layers.Count;
        double forward = times[layers - 1], backward = times[2 * layers - 1] - forward, whole = times[^1], loss = times[^2] - times[2 * layers - 1];
        Console.WriteLine($"\n### {model}, {batch} images\n\n| Layer | Result | Forward, us | Backward, us | % of the step |\n|---|---|---:|---:|---:|");
        json.WriteStartObject($"{model} b{batch}");
        for (int i = 0; i < layers; i++)
        {
            double f = times[i] - (i == 0 ? 0 : times[i - 1]), both = times[layers + i] - (i == 0 ? 0 : times[layers + i - 1]);
            Row(steps.Layers[i].Name, $"{steps.Layers[i].Result}", f, both - f);
        }
        Row("cross-entropy, and its backward pass", "[]", loss, null);
        Row("optimizer: SGD with momentum", "", whole - times[^2], null);
        Row("**all layers**", "", forward, backward);
        json.WriteNumber("step_us", whole);
        json.WriteEndObject();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nThe step as a whole takes {whole:F0} us."));

        void Row(string name, string shape, double first, double? second)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {shape} | {first:F1} | {second:F1} | {(first + (second ?? 0)) / whole * 100:F1} |"));
            json.WriteStartObject(name.Trim('*'));
            json.WriteNumber("forward_us", first);
            if (second is { } b) json.WriteNumber("backward_us", b);
            json.WriteEndObject();
        }
    }

    /// <summary>Median microseconds of every part, taken in turn, so that a disturbance of the machine meets all of them.</summary>
    private static double[] Medians(PartialSteps steps, double seconds)
    {
        List<double>[] times = [.. Enumerable.Range(0, steps.Count).Select(_ => new List<double>())];
        long begin = Stopwatch.GetTimestamp();
        for (int warm = 0; warm < 2 || (warm < WarmUpRounds && Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds); warm++)
            for (int part = 0; part < times.Length; part++) steps.Run(part);
        for (long start = Stopwatch.GetTimestamp(); times[0].Count < LeastRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
            for (int part = 0; part < times.Length; part++)
            {
                steps.Run(part); // finds the caches as in a row of such steps
                long before = Stopwatch.GetTimestamp();
                steps.Run(part);
                times[part].Add((Stopwatch.GetTimestamp() - before) * 1e6 / Stopwatch.Frequency);
            }
        return Array.ConvertAll(times, list => list.Order().ElementAt(list.Count / 2));
    }

    /// <summary>Steps that end early. Parts: forward up to each layer; forward and backward up to each; with the loss instead of a given gradient; the whole step.</summary>
    private sealed class PartialSteps
    {
        private readonly Workspace _workspace = new();
        private readonly List<Module[]> _groups = [];
        private readonly List<Tensor> _gradients = [];
        private readonly Sgd _optimizer;
        private readonly Tensor _inputs;
        private readonly int[] _labels;

        public PartialSteps(Module model, Shape input)
        {
            Rng rng = new(2);
            (_inputs, _labels) = (Tensor.Normal(input, rng), [.. Enumerable.Range(0, input[0]).Select(_ => rng.NextInt(10))]);
            _optimizer = new Sgd(model.Parameters(), learningRate: 0.01, momentum: 0.9);
            List<Module> leaves = [];
            Leaves(model, leaves);
            for (int i = 0; i < leaves.Count; i++)
                if (leaves[i] is IRectifiable && i + 1 < leaves.Count && leaves[i + 1] is Relu) _groups.Add([leaves[i], leaves[++i]]);
                else _groups.Add([leaves[i]]);
            foreach (Module[] group in _groups)
            {
                foreach (Module module in group) input = module.OutputShape(input);
                Layers.Add((string.Join(" + ", group.Select(module => $"{module.Kind} {module.Path}")), input));
                _gradients.Add(Tensor.Normal(input, rng).To(Layout.BatchLanes)); // as a layer would give it
            }
        }

        public List<(string Name, Shape Result)> Layers { get; } = [];

        public int Count => 2 * Layers.Count + 2;

        public void Run(int part)
        {
            using Workspace.Scope scope = _workspace.Begin();
            int layers = part >= 2 * Layers.Count ? Layers.Count : part % Layers.Count + 1;
            Fusion fusion = new(_inputs);
            for (int i = 0; i < layers; i++)
                foreach (Module module in _groups[i]) fusion.Run(module);
            Tensor y = fusion.Result();
            if (part < Layers.Count) return;
            _optimizer.ZeroGrad();
            if (part < 2 * Layers.Count)
            {
                if (y.RequiresGrad) y.Backward(_gradients[layers - 1]);
                return;
            }
            Tensor loss = y.CrossEntropy(_labels);
            loss.Backward();
            if (part == Count - 1) _optimizer.Step();
            _ = loss.Item();
        }

        private static void Leaves(Module module, List<Module> leaves)
        {
            if (module is Sequential all)
                foreach (Module child in all) Leaves(child, leaves);
            else leaves.Add(module);
        }
    }
}
