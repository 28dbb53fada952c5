using System.Globalization;
using System.Text.Json;

namespace Engine.Benchmarks.Doors;

/// <summary><c>shapes</c>: median milliseconds of the passes of convolutions.</summary>
internal static class ShapesDoor
{
    public static Door Create() => new("shapes", "[--seconds S] [--sets N] SPEC...", "Times convolutions: forward with its bias, the gradient of the input, the gradients of weights and bias.\nSPEC is n,cin,hw,cout,k,stride,pad; each pass is measured for S seconds (1), on N sets of buffers (1) in turn: with many, numbers come from memory, as they do inside a training step.",
        ["--seconds", "--sets"], "SPEC", Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        Conv2dGeometry[] geometries = [.. arguments.Values.Select(ConvPasses.Parse)]; // all are read before any is timed
        double seconds = arguments.Seconds;
        int count = DoorArguments.Whole("--sets", arguments.Text("--sets") ?? "1", most: 1024);
        for (int i = 0; i < geometries.Length; i++)
        {
            Conv2dGeometry geometry = geometries[i];
            ConvPasses[] sets = [.. Enumerable.Range(0, count).Select(_ => new ConvPasses(geometry))];
            double forward = Time(sets, static passes => passes.Forward(), seconds), data = Time(sets, static passes => passes.BackwardData(), seconds);
            double weights = Time(sets, static passes => passes.BackwardWeights(), seconds);
            json.WriteStartObject(arguments.Values[i]);
            json.WriteNumber("fwd_ms", forward);
            json.WriteNumber("bwd_data_ms", data);
            json.WriteNumber("bwd_weights_ms", weights);
            json.WriteEndObject();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{arguments.Values[i],-24} fwd {forward:F4}  bwd data {data:F4}  bwd weights {weights:F4} ms"));
        }
    }

    private static double Time(ConvPasses[] sets, Action<ConvPasses> pass, double seconds)
    {
        int turn = 0;
        return Stopwatches.MedianMilliseconds(() => pass(sets[turn++ % sets.Length]), measure: seconds);
    }
}
