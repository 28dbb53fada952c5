using System.CommandLine;
using System.Globalization;
using Engine.Nn;
using Mnist;

namespace Engine.Benchmarks.Doors;

/// <summary><c>steps</c>: median milliseconds of whole training steps and of inference.</summary>
internal static class StepsDoor
{
    private const int AllocationRuns = 20;

    private static readonly Dictionary<string, (Func<Rng, Module> Create, Shape Image)> Models = new()
    {
        ["simple_cnn"] = (Mnist.Models.SimpleCnn, [1, 28, 28]),
        ["simple_cnn_bn"] = (Mnist.Models.SimpleCnnBn, [1, 28, 28]),
    };

    /// <summary>Nets of the comparison that need layers the engine lacks.</summary>
    private static readonly string[] NotYet = ["lenet_3x3", "resnet_s"];

    public static Command Create()
    {
        Option<int> threads = DoorOptions.Threads();
        Option<string> json = DoorOptions.Json();
        Option<string> models = new("--models") { Description = $"Nets, separated by commas: {string.Join(", ", Models.Keys)}.", DefaultValueFactory = _ => string.Join(',', Models.Keys) };
        Option<string> batches = new("--batches") { Description = "Batch sizes, separated by commas.", DefaultValueFactory = _ => "1,64,512" };
        Command command = new("steps", "Times training steps (forward, cross-entropy, backward, SGD with momentum 0.9) and inference.") { threads, json, models, batches };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(threads), parsed.GetRequiredValue(json), parsed.GetRequiredValue(models).Split(','), Batches(parsed.GetRequiredValue(batches))));
        return command;
    }

    private static int Run(int threads, string path, string[] models, int[] batches)
    {
        foreach (string model in models)
        {
            if (NotYet.Contains(model)) throw new ArgumentException($"--models: {model} is not available yet: it needs layers the engine does not have.");
            if (!Models.ContainsKey(model)) throw new ArgumentException($"--models: expected some of {string.Join(", ", Models.Keys.Concat(NotYet))}, got '{model}'.");
        }
        Compute.Threads = threads;
        Dictionary<string, long> allocated = [];
        DoorOptions.Write(path, json =>
        {
            json.WriteNumber("threads", threads);
            json.WriteString("instruction_set", Compute.InstructionSet);
            foreach (string model in models)
                foreach (int batch in batches)
                {
                    (Func<Rng, Module> create, Shape image) = Models[model];
                    TrainingStep step = new(create(new Rng(1)), [batch, .. image.Sizes]);
                    string name = $"{model} b{batch}";
                    if (batch > 1 || model == "simple_cnn") // batch norm cannot train on one value a channel
                    {
                        double train = Stopwatches.MedianMilliseconds(step.Train, warmUp: 1.5, measure: 2);
                        allocated[$"train {name}"] = BytesPerRun(step.Train);
                        json.WriteNumber($"train {name}", train);
                        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"train {name,-22} {train:F4} ms  {allocated[$"train {name}"]} bytes allocated a step"));
                    }
                    double infer = Stopwatches.MedianMilliseconds(step.Infer, warmUp: 1);
                    allocated[$"infer {name}"] = BytesPerRun(step.Infer);
                    json.WriteNumber($"infer {name}", infer);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"infer {name,-22} {infer:F4} ms  {allocated[$"infer {name}"]} bytes allocated"));
                }
            json.WriteStartObject("allocated_bytes_per_step");
            foreach ((string name, long bytes) in allocated) json.WriteNumber(name, bytes);
            json.WriteEndObject();
        });
        return 0;
    }

    private static int[] Batches(string text) => Array.ConvertAll(text.Split(','), part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int batch) && batch > 0 ? batch : throw new ArgumentException($"--batches: expected whole numbers of at least 1, got '{part}'."));

    private static long BytesPerRun(Action run)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < AllocationRuns; i++) run();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / AllocationRuns;
    }
}
