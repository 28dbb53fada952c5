using System.Globalization;
using System.Text.Json;
using Engine.Nn;

namespace Engine.Benchmarks.Doors;

/// <summary><c>steps</c>: median milliseconds of whole training steps and of inference.</summary>
internal static class StepsDoor
{
    private const int AllocationRuns = 20;

    public static Door Create() => new("steps", "[--models NET,...] [--batches N,...] [--what train,infer] [--seconds S]",
        $"Times training steps (forward, cross-entropy, backward, SGD with momentum 0.9) and inference (an InferenceSession).\nNET is one of {string.Join(", ", PeerNets.All.Keys)} (all of them); batches 1,64,512; a training step is measured for 2 S seconds, inference for S (1).",
        ["--models", "--batches", "--what", "--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        string[] models = arguments.List("--models", string.Join(',', PeerNets.All.Keys));
        int[] batches = Array.ConvertAll(arguments.List("--batches", "1,64,512"), part => DoorArguments.Whole("--batches", part));
        foreach (string model in models)
            if (!PeerNets.All.ContainsKey(model)) throw new ArgumentException($"--models: expected some of {string.Join(", ", PeerNets.All.Keys)}, got '{model}'.");
        string[] what = arguments.List("--what", "train,infer");
        foreach (string part in what)
            if (part is not ("train" or "infer")) throw new ArgumentException($"--what: expected some of train, infer, got '{part}'.");
        double seconds = arguments.Seconds;
        Dictionary<string, long> allocated = [];
        json.WriteNumber("threads", arguments.Threads);
        json.WriteString("instruction_set", Compute.InstructionSet);
        foreach (string model in models)
            foreach (int batch in batches)
            {
                (Func<Rng, Module> create, Shape image) = PeerNets.All[model];
                TrainingStep step = new(create(new Rng(1)), [batch, .. image.Sizes]);
                if (what.Contains("train") && (batch > 1 || model != "simple_cnn_bn")) // its last batch norm sees one pixel, and cannot train on one value a channel
                    One($"train {model} b{batch}", step.Train, 1.5, 2 * seconds);
                if (what.Contains("infer")) One($"infer {model} b{batch}", step.Infer, 1, seconds);
            }
        json.WriteStartObject("allocated_bytes_per_step");
        foreach ((string name, long bytes) in allocated) json.WriteNumber(name, bytes);
        json.WriteEndObject();

        void One(string name, Action run, double warmUp, double measure)
        {
            double ms = Stopwatches.MedianMilliseconds(run, warmUp, measure);
            allocated[name] = BytesPerRun(run);
            json.WriteNumber(name, ms);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {ms:F4} ms  {allocated[name]} bytes allocated"));
        }
    }

    private static long BytesPerRun(Action run)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < AllocationRuns; i++) run();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / AllocationRuns;
    }
}
