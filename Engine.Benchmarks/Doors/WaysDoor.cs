using System.Globalization;
using System.Text.Json;
using Engine.Kernels.Convolution.MinimalFiltering;

namespace Engine.Benchmarks.Doors;

/// <summary><c>ways</c>: sums over taps and Winograd's minimal filtering on the same convolutions, in turn: where the rule between them comes from.</summary>
internal static class WaysDoor
{
    public static Door Create() => new("ways", "[--seconds S] SPEC...",
        "Times 3 x 3 convolutions of stride 1 by sums over taps and by Winograd's way, run by run in turn: median milliseconds of each, and the ratio.\nSPEC is n,cin,hw,cout,k,stride,pad; each pass is measured for S seconds (1).",
        ["--seconds"], "SPEC", Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        Conv2dGeometry[] geometries = [.. arguments.Values.Select(ConvPasses.Parse)]; // all are read before any is timed
        for (int i = 0; i < geometries.Length; i++)
        {
            Conv2dGeometry g = geometries[i];
            if (!Winograd.Suits(g, ConvWay.Winograd)) throw new ArgumentException($"Winograd's way needs a 3 x 3 kernel and stride 1, got '{arguments.Values[i]}'.");
            ConvPasses direct = new(g, ConvWay.Direct), winograd = new(g, ConvWay.Winograd);
            (string Name, Action Direct, Action Winograd)[] passes =
                [("fwd", direct.Forward, winograd.Forward), ("bwd_data", direct.BackwardData, winograd.BackwardData), ("bwd_weights", direct.BackwardWeights, winograd.BackwardWeights)];
            json.WriteStartObject(arguments.Values[i]);
            string line = $"{arguments.Values[i],-20}";
            foreach ((string name, Action one, Action other) in passes)
            {
                (double directMs, double winogradMs) = Stopwatches.MedianMillisecondsInTurn(one, other, arguments.Seconds);
                json.WriteNumber($"{name}_direct_ms", directMs);
                json.WriteNumber($"{name}_winograd_ms", winogradMs);
                line += string.Create(CultureInfo.InvariantCulture, $"  {name} {directMs:F3} / {winogradMs:F3} = {directMs / winogradMs:F2}");
            }
            json.WriteEndObject();
            Console.WriteLine(line);
        }
    }
}
