using System.Globalization;
using System.Text.Json;
using Engine.Kernels.Products;
using Engine.Tensors;

namespace Engine.Benchmarks.Doors;

/// <summary><c>gemm</c>: median milliseconds of matrix products.</summary>
internal static class GemmDoor
{
    public static Door Create() => new("gemm", "[--seconds S] M,N,K...", "Times products of row-major matrices, [M, K] times [K, N], S seconds each (1).", ["--seconds"], "M,N,K", Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        (int M, int N, int K)[] sizes = [.. arguments.Values.Select(Parse)];
        double seconds = arguments.Seconds;
        for (int i = 0; i < sizes.Length; i++)
        {
            (int m, int n, int k) = sizes[i];
            Rng rng = new(1);
            Storage a = Random(m, k, rng), b = Random(k, n, rng), c = Random(m, n, rng);
            double ms = Stopwatches.MedianMilliseconds(() => Gemm.Multiply(m, n, k, a.Span, false, b.Span, false, c.Span), measure: seconds), gflops = 2.0 * m * n * k / ms / 1e6;
            json.WriteStartObject(arguments.Values[i]);
            json.WriteNumber("ms", ms);
            json.WriteNumber("gflops", gflops);
            json.WriteEndObject();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{arguments.Values[i],-20} {ms:F4} ms  {gflops:F1} GFLOP/s"));
        }
    }

    private static (int M, int N, int K) Parse(string spec)
    {
        int[] sizes = Array.ConvertAll(spec.Split(','), part => DoorArguments.Whole($"'{spec}'", part, most: 65_536));
        return sizes is [var m, var n, var k] ? (m, n, k) : throw new ArgumentException($"a product must be M,N,K in whole numbers, got '{spec}'.");
    }

    private static Storage Random(int rows, int columns, Rng rng)
    {
        Storage values = Storage.Create(checked(rows * columns)); // the memory a tensor has
        foreach (ref float value in values.Span) value = rng.Uniform(-1, 1);
        return values;
    }
}
