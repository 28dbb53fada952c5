using System.Globalization;
using System.Text.Json;

namespace Engine.Benchmarks.Doors;

/// <summary><c>shapes</c>: median milliseconds of the passes of convolutions.</summary>
internal static class ShapesDoor
{
    public static Door Create() => new("shapes", "[--seconds S] SPEC...", "Times convolutions: forward with its bias, the gradient of the input, the gradients of weights and bias.\nSPEC is n,cin,hw,cout,k,stride,pad; each pass is measured for S seconds (1).",
        ["--seconds"], "SPEC", Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        Conv2dGeometry[] geometries = [.. arguments.Values.Select(ConvPasses.Parse)]; // all are read before any is timed
        double seconds = arguments.Seconds;
        for (int i = 0; i < geometries.Length; i++)
        {
            ConvPasses passes = new(geometries[i]);
            double forward = Stopwatches.MedianMilliseconds(passes.Forward, measure: seconds), data = Stopwatches.MedianMilliseconds(passes.BackwardData, measure: seconds);
            double weights = Stopwatches.MedianMilliseconds(passes.BackwardWeights, measure: seconds);
            json.WriteStartObject(arguments.Values[i]);
            json.WriteNumber("fwd_ms", forward);
            json.WriteNumber("bwd_data_ms", data);
            json.WriteNumber("bwd_weights_ms", weights);
            json.WriteEndObject();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{arguments.Values[i],-24} fwd {forward:F4}  bwd data {data:F4}  bwd weights {weights:F4} ms"));
        }
    }
}
