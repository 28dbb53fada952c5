using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Engine.Tests.ConvShapes;

/// <summary>Every so many-th shape of the list, and some that go by Winograd's way or by every way of a weight gradient, in this process, under whatever switches it was started with.</summary>
internal static class ConvShapesChild
{
    /// <summary>Prints the instruction set, the shapes whose whole-number results are wrong, and a hash over all results on random numbers for 1, 2 and 3 threads.</summary>
    public static int Run(int every)
    {
        string[] lines = ConvShapeList.Lines();
        Conv2dGeometry[] shapes = [.. Enumerable.Range(0, lines.Length).Where(i => i % every == every / 2).Select(i => ConvShapeList.Parse(lines[i])), .. ConvShapeList.Best.Select(ConvShapeList.Winograd), .. ConvShapeList.Weights.Select(ConvShapeList.Parse)];
        Console.WriteLine($"instruction_set {Compute.InstructionSet}");
        Console.WriteLine($"shapes {shapes.Length}");
        int wrong = 0;
        foreach (Conv2dGeometry g in shapes)
            if (WholeNumbers.Difference(g) is { } difference)
            {
                wrong++;
                Console.WriteLine($"wrong_shape {g}: {difference}");
            }
        Console.WriteLine($"wrong {wrong}");
        foreach (int threads in (int[])[1, 2, 3])
        {
            Compute.Threads = threads;
            Console.WriteLine($"sha256_{threads} {Hash(shapes)}");
        }
        return 0;
    }

    private static string Hash(Conv2dGeometry[] shapes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Conv2dGeometry g in shapes)
        {
            Rng rng = new(11);
            ConvRun run = ConvRun.Of(g, Random(rng, g.InputShape.Count), Random(rng, g.WeightShape.Count), Random(rng, g.OutChannels), Random(rng, g.OutputShape.Count));
            foreach (float[] values in run.All) hash.AppendData(MemoryMarshal.AsBytes<float>(values));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static float[] Random(Rng rng, int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = rng.Uniform(-1, 1);
        return values;
    }
}
