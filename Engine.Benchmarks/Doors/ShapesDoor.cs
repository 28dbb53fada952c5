using System.CommandLine;
using System.Globalization;

namespace Engine.Benchmarks.Doors;

/// <summary><c>shapes</c>: median milliseconds of the passes of convolutions.</summary>
internal static class ShapesDoor
{
    public static Command Create()
    {
        Option<int> threads = DoorOptions.Threads();
        Option<string> json = DoorOptions.Json();
        Argument<string[]> specs = new("SPEC") { Description = "n,cin,hw,cout,k,stride,pad.", Arity = ArgumentArity.OneOrMore };
        Command command = new("shapes", "Times convolutions: forward with its bias, and the gradients of input and weights (the bias gradient apart).") { threads, json, specs };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(threads), parsed.GetRequiredValue(json), parsed.GetRequiredValue(specs)));
        return command;
    }

    private static int Run(int threads, string json, string[] specs)
    {
        Compute.Threads = threads;
        Conv2dGeometry[] geometries = Array.ConvertAll(specs, ConvPasses.Parse); // all are read before any is timed
        DoorOptions.Write(json, writer =>
        {
            for (int i = 0; i < specs.Length; i++)
            {
                ConvPasses passes = new(geometries[i]);
                double forward = Stopwatches.MedianMilliseconds(passes.Forward), data = Stopwatches.MedianMilliseconds(passes.BackwardData);
                double weights = Stopwatches.MedianMilliseconds(passes.BackwardWeights), bias = Stopwatches.MedianMilliseconds(passes.BackwardBias, measure: 0.3);
                writer.WriteStartObject(specs[i]);
                writer.WriteNumber("fwd_ms", forward);
                writer.WriteNumber("bwd_data_ms", data);
                writer.WriteNumber("bwd_weights_ms", weights);
                writer.WriteNumber("bwd_bias_ms", bias);
                writer.WriteEndObject();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{specs[i],-24} fwd {forward:F4}  bwd data {data:F4}  bwd weights {weights:F4}  bwd bias {bias:F4} ms"));
            }
        });
        return 0;
    }
}
