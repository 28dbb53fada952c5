using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Benchmarks.Doors;

/// <summary><c>where</c>: which operation, in which pass, takes how much of a training step.</summary>
internal static class WhereDoor
{
    public static Door Create() => new("where", "[--models NET] [--batches N] [--seconds S]",
        $"Tells where the time of a training step (forward, cross-entropy, backward, SGD with momentum 0.9) goes: each operation, forward and backward, as a median of many steps.\nNET is one of {string.Join(", ", PeerNets.All.Keys)} (simple_cnn_bn); batch 64; measured for S seconds (1). Reading the clock between the operations is not counted, but costs a step some 2 to 4 %.",
        ["--models", "--batches", "--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        string model = arguments.Text("--models") ?? "simple_cnn_bn";
        if (!PeerNets.All.TryGetValue(model, out (Func<Rng, Module> Create, Shape Image) net)) throw new ArgumentException($"--models: expected one of {string.Join(", ", PeerNets.All.Keys)}, got '{model}'.");
        int batch = DoorArguments.Whole("--batches", arguments.Text("--batches") ?? "64");
        Steps steps = new(net.Create(new Rng(1)), [batch, .. net.Image.Sizes]);
        List<List<double>> times = steps.Run(arguments.Seconds);
        double[] medians = [.. times.Select(list => list.Order().ElementAt(list.Count / 2))];
        double total = medians.Sum();
        json.WriteNumber("threads", arguments.Threads);
        json.WriteNumber("total_us", total);
        json.WriteStartArray("laps");
        for (int i = 0; i < medians.Length; i++)
        {
            (string pass, string what) = steps.Names[i];
            json.WriteStartObject();
            json.WriteString("pass", pass);
            json.WriteString("what", what);
            json.WriteNumber("us", medians[i]);
            json.WriteEndObject();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pass,-9} {what,-42} {medians[i],9:F1} us {100 * medians[i] / total,5:F1} %"));
        }
        json.WriteEndArray();
        foreach (IGrouping<string, double> pass in Enumerable.Range(0, medians.Length).GroupBy(i => steps.Names[i].Pass, i => medians[i]))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pass.Key,-52} {pass.Sum(),9:F1} us {100 * pass.Sum() / total,5:F1} %"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"all",-52} {total,9:F1} us"));
    }

    private sealed class Steps(Module model, Shape input)
    {
        private const double WarmUpSeconds = 2; // the compiler's tiers need calls and time

        private readonly StepClock _clock = new();
        private readonly Workspace _workspace = new();
        private readonly Sgd _optimizer = new(model.Parameters(), learningRate: 0.01, momentum: 0.9);
        private readonly Tensor _inputs = Tensor.Normal(input, new Rng(2));
        private readonly int[] _labels = [.. Enumerable.Range(0, input[0]).Select(i => i % 10)];

        public IReadOnlyList<(string Pass, string What)> Names => [.. _clock.Laps.Select(lap => (lap.Pass, lap.What))];

        /// <returns>For each lap its microseconds in every step.</returns>
        public List<List<double>> Run(double seconds)
        {
            List<List<double>> times = [];
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds + seconds;)
            {
                bool warm = Stopwatch.GetElapsedTime(start).TotalSeconds > WarmUpSeconds;
                One();
                if (!warm) continue;
                while (times.Count < _clock.Laps.Count) times.Add([]);
                for (int i = 0; i < times.Count; i++) times[i].Add(_clock.Laps[i].Ticks * 1e6 / Stopwatch.Frequency);
            }
            return times;
        }

        private void One()
        {
            using Workspace.Scope scope = _workspace.Begin();
            _clock.Start();
            Tensor inputs = _inputs.To(Layout.BatchLanes);
            _clock.Lap("input", "into the lanes", inputs.Shape);
            Tensor loss = model.Forward(inputs).CrossEntropy(_labels);
            _optimizer.ZeroGrad();
            _clock.Lap("optimizer", "gradients to zero");
            loss.Backward();
            _clock.Lap("backward", "the rest");
            _optimizer.Step();
            _clock.Lap("optimizer", "step");
            StepClock.Stop();
        }
    }
}
