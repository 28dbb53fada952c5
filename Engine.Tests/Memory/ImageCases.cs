using Engine.Kernels;
using Engine.Kernels.Normalization;
using Engine.Kernels.Pooling;

namespace Engine.Tests.Memory;

/// <summary>Kernels over images in batch lanes: normalisation, pooling, the change of layout.</summary>
internal static class ImageCases
{
    private static readonly int[] Batches = [1, 2, 3, 5, 8, 15, 16, 17, 20, 31, 33, 48, 63, 64, 65, 72, 79, 80, 81, 100, 127, 128, 129, 135];

    public static IEnumerable<KernelCase> All => Batches.SelectMany(batch => BatchNorms(batch).Concat(Pools(batch)).Concat(Layouts(batch)).Concat(Pixels(batch)));

    private static IEnumerable<KernelCase> BatchNorms(int n)
    {
        foreach ((int c, int plane) in ((int, int)[])[(1, 1), (1, 7), (3, 2), (8, 5), (17, 1), (35, 3), (49, 9)])
        {
            int all = n * c * plane;
            string sizes = $"{n} {c} {plane}";
            yield return new("batch norm statistics", sizes, m => BatchStatistics.Of(m.Input(all), n, c, plane, m.Output(c), m.Output(c)));
            yield return new("batch norm and sum", sizes, m => BatchNormKernel.NormalizeAndAdd(m.Input(all), m.Input(all), n, c, plane, m.Input(c), m.Input(c), m.Input(c), m.Output(all)));
            foreach (bool relu in (bool[])[false, true])
            {
                yield return new("batch norm in training", sizes, m => BatchNormPasses.Forward(m.Input(all), n, c, plane, new()
                {
                    Mean = m.Output(c), InverseStd = m.Output(c), Scale = m.Output(c), Weight = m.Input(c), Shift = m.Input(c), RunningMean = relu ? m.Output(c) : [], RunningVariance = relu ? m.Output(c) : [],
                }, m.Output(all), relu));
                yield return new("batch norm backward", sizes, m => BatchNormPasses.Backward(m.Input(all), m.Input(all), n, c, plane, m.Input(c), m.Input(c), m.Input(c), relu ? m.Input(c) : [],
                    batchStatistics: true, m.Output(c), m.Output(c), m.Output(all), relu));
                yield return new("batch norm forward", sizes, m => BatchNormKernel.Normalize(m.Input(all), n, c, plane, m.Input(c), m.Input(c), m.Input(c), m.Output(all), relu));
                yield return new("batch norm gradient sums", sizes,
                    m => BatchNormKernel.GradientSums(m.Input(all), m.Input(all), n, c, plane, m.Input(c), m.Input(c), relu ? m.Input(c) : [], m.Output(c), m.Output(c)));
                yield return new("batch norm gradient", sizes,
                    m => BatchNormKernel.GradientInput(m.Input(all), m.Input(all), n, c, plane, m.Input(c), m.Input(c), m.Input(c), m.Input(c), relu ? m.Input(c) : [], m.Output(all), relu));
            }
        }
    }

    private static IEnumerable<KernelCase> Pools(int n)
    {
        Pool2dGeometry[] windows =
        [
            Pool2dGeometry.Create("pool", [n, 1, 4, 4], 2, 2, 0, 1, ceilMode: false), Pool2dGeometry.Create("pool", [n, 3, 5, 3], (3, 2), (1, 2), (1, 1), 1, ceilMode: true),
            Pool2dGeometry.Create("pool", [n, 5, 4, 7], 2, (2, 3), 0, (1, 3), ceilMode: true), Pool2dGeometry.CreateAdaptive("pool", [n, 4, 5, 3], (2, 2)), Pool2dGeometry.CreateAdaptive("pool", [n, 7, 2, 3], 1),
            Pool2dGeometry.Create("pool", [n, 1, 20, 17], 17, 3, 3, 1, ceilMode: false), // places in floats
        ];
        for (int i = 0; i < windows.Length; i++)
        {
            Pool2dGeometry g = windows[i];
            int x = g.InputShape.Count, y = g.OutputShape.Count, places = g.OutHeight * g.OutWidth;
            string sizes = $"{n}, window {i}";
            yield return new("max pool forward", sizes, m => MaxPoolKernel.Forward(g, m.Input(x), m.Output(y), m.OutputBytes(y * MaxPoolKernel.PlaceBytes(g))));
            yield return new("max pool backward", sizes, m => MaxPoolKernel.Backward(g, m.Input(y), m.InputBytes(y * MaxPoolKernel.PlaceBytes(g)), m.Output(x)));
            yield return new("average pool forward", sizes, m => AvgPoolKernel.Forward(g, m.Input(x), m.Input(places), m.Output(y)));
            yield return new("average pool backward", sizes, m => AvgPoolKernel.Backward(g, m.Input(y), m.Input(places), m.Output(x)));
        }
    }

    private static IEnumerable<KernelCase> Pixels(int n)
    {
        int[] indices = [.. Enumerable.Range(0, n).Select(i => i * 5 % 7)]; // the first image and the last among them
        foreach ((int c, int plane) in ((int, int)[])[(1, 1), (1, 9), (2, 16), (3, 49), (1, 130)])
            yield return new("pixels", $"{n} {c} {plane}", m => PixelKernel.Gather(m.InputBytes(7 * c * plane), indices, c, plane, m.Input(c), m.Input(c), m.Output(n * c * plane)));
    }

    private static IEnumerable<KernelCase> Layouts(int n)
    {
        foreach ((int c, int plane) in ((int, int)[])[(1, 1), (2, 7), (3, 8), (5, 9), (1, 17)])
        {
            yield return new("to batch lanes", $"{n} {c} {plane}", m => BatchLanes.FromRowMajor(m.Input(n * c * plane), m.Output(n * c * plane), n, c, plane));
            yield return new("from batch lanes", $"{n} {c} {plane}", m => BatchLanes.ToRowMajor(m.Input(n * c * plane), m.Output(n * c * plane), n, c, plane));
        }
    }
}
