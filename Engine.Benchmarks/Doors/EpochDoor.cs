using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Benchmarks.Doors;

/// <summary><c>epoch</c>: epochs of training beside as many bare steps, and the assembly of their batches.</summary>
internal static class EpochDoor
{
    private const int Train = 60_000, Valid = 10_000;

    public static Door Create() => new("epoch", "[--batch N] [--epochs N]",
        "Times epochs of the Learner (simple-bn, Adam, 1cycle) over 60,000 random images of 28 x 28 with 10,000 for validation, in turn with the same steps on one batch that is always there, and the making of the batches alone.\nBatch 512, 5 epochs after one that warms up.",
        ["--batch", "--epochs"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        int batch = DoorArguments.Whole("--batch", arguments.Text("--batch") ?? "512", Train), epochs = DoorArguments.Whole("--epochs", arguments.Text("--epochs") ?? "5");
        Rng rng = new(1);
        DataLoader train = new(Images(Train, rng), batch, new Normalization([0.1307f], [0.3081f]), rng.Split(), dropLast: true), valid = new(Images(Valid, rng), batch, train.Normalization);
        Module model = Mnist.Models.SimpleCnnBn(rng);
        Clock clock = new();
        Learner learner = new(train, valid, model, new FastaiAdam(model.Parameters(), 0.06), callbacks: [clock]);
        BareSteps bare = new(model, new FastaiAdam(model.Parameters(), 0), train.Gather([.. Enumerable.Range(0, batch)]));
        List<double> steps = [], training = [], whole = [], assembly = [];
        for (int epoch = 0; epoch <= epochs; epoch++)
        {
            learner.Fit(1, new ScheduleCallback(new OneCycle(0.06)));
            Keep(training, clock.Seconds);
            Keep(whole, learner.Epochs[0].Seconds);
            Keep(steps, bare.Run(train.BatchCount));
            Keep(assembly, Assembly(train));

            void Keep(List<double> list, double seconds)
            {
                if (epoch > 0) list.Add(seconds * 1e3);
            }
        }
        json.WriteNumber("threads", arguments.Threads);
        Write("bare steps", "bare_steps_ms", steps);
        Write("training part of an epoch", "training_ms", training);
        Write("epoch with validation", "epoch_ms", whole);
        Write("its batches alone", "batches_ms", assembly);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"training / bare steps {Median(training) / Median(steps):F3}, epoch / bare steps {Median(whole) / Median(steps):F3}"));

        void Write(string name, string key, List<double> list)
        {
            json.WriteNumber(key, Median(list));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {Median(list):F1} ms"));
        }
    }

    private static double Median(List<double> list) => list.Order().ElementAt(list.Count / 2);

    private static ImageSet Images(int count, Rng rng) => new([count, 1, 28, 28], [.. Enumerable.Range(0, count * 784).Select(_ => (byte)rng.NextInt(256))],
        [.. Enumerable.Range(0, count).Select(_ => rng.NextInt(10))], [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]);

    private static double Assembly(DataLoader loader)
    {
        Workspace workspace = new();
        int[] order = loader.NewOrder([], shuffle: true);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < loader.BatchCount; i++)
        {
            using Workspace.Scope scope = workspace.Begin();
            _ = loader.Gather(loader.IndicesOf(order, i));
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class BareSteps(Module model, Optimizer optimizer, Batch batch)
    {
        private readonly Workspace _workspace = new();

        /// <returns>Seconds that so many steps took.</returns>
        public double Run(int steps)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++)
            {
                using Workspace.Scope scope = _workspace.Begin();
                Tensor loss = Loss.CrossEntropy(model.Forward(batch.Inputs), batch.Labels);
                optimizer.ZeroGrad();
                loss.Backward();
                optimizer.Step();
                _ = loss.Item();
            }
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>How long the training part of an epoch took.</summary>
    private sealed class Clock : Callback
    {
        private long _start;

        public double Seconds { get; private set; }

        public override void BeforeEpoch(Learner learner) => _start = Stopwatch.GetTimestamp();

        public override void BeforeValidate(Learner learner) => Seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
    }
}
