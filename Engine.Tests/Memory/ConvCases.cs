using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Memory;

/// <summary>The passes of convolutions.</summary>
internal static class ConvCases
{
    private static readonly int[] Batches = [1, 2, 3, 5, 8, 15, 16, 17, 24, 31, 33, 47, 48, 63, 64, 65, 73, 79, 80, 81, 100, 129, 135];

    /// <summary>cin h w cout kh kw strides padding dilation groups, without the batch.</summary>
    private static readonly string[] Shapes =
    [
        "1 4 5 1 3 3 1 1 1 1 1 1 1 1 1", "1 5 4 8 5 5 2 2 2 2 2 2 1 1 1", "3 3 3 7 1 1 1 1 0 0 0 0 1 1 1", "6 2 3 6 2 2 1 1 0 1 1 0 1 1 1",
        "8 3 3 16 3 3 2 2 1 1 1 1 1 1 1", "7 5 3 13 3 2 1 2 2 0 1 3 2 1 1", "5 4 6 9 3 3 1 1 1 2 0 1 1 2 1", "17 2 2 33 2 1 1 1 1 0 0 0 1 1 1",
        "4 4 4 4 3 3 1 1 1 1 1 1 1 1 4", "6 3 5 12 1 3 1 2 0 1 0 1 1 1 3", "8 3 3 10 3 3 3 1 1 1 1 1 1 1 2", "2 1 1 3 1 1 1 1 0 0 0 0 1 1 1", "24 1 9 25 1 3 1 1 0 1 0 1 1 1 1",
        "9 6 7 9 3 3 1 1 1 1 1 1 1 1 9", "19 4 5 19 3 2 2 1 1 1 0 1 1 2 19", "4 5 3 12 2 3 1 2 0 1 1 1 1 1 4", "1 9 30 9 5 5 2 2 2 2 2 2 1 1 1",
        "16 3 2 35 3 3 2 2 1 1 1 1 1 1 1", "32 2 3 10 2 2 1 1 1 0 0 1 1 1 1", "9 2 3 33 3 2 1 1 1 1 0 1 1 1 1",
        "16 7 7 32 3 3 2 2 1 1 1 1 1 1 1", "64 2 2 10 3 3 2 2 1 1 1 1 1 1 1", "9 5 8 12 2 3 1 2 1 0 0 1 1 1 1", "32 4 4 64 3 3 2 2 1 1 1 1 1 1 1", "3 5 4 7 1 1 2 2 0 0 0 0 1 1 1", "1 5 9 32 3 3 1 1 1 1 1 1 1 1 1",
    ];

    public static IEnumerable<KernelCase> All
    {
        get
        {
            foreach (string shape in Shapes)
                foreach (int batch in Batches)
                {
                    Conv2dGeometry g = ConvShapeList.Parse($"{batch} {shape}");
                    int x = g.InputShape.Count, w = g.WeightShape.Count, y = g.OutputShape.Count, o = g.OutChannels, packed = Conv2dWeights.ForwardLength(g), turned = Conv2dWeights.InputLength(g), used = Conv2dWeights.UsedLength(g, ConvWay.Best, toInputs: false), usedBack = Conv2dWeights.UsedLength(g, ConvWay.Best, toInputs: true);
                    string sizes = $"{batch} {shape}";
                    if (batch is 1 or 16 or 17)
                    {
                        yield return new("conv pack", sizes, m => Conv2dWeights.PackForward(g, m.Input(w), m.Output(packed)));
                        yield return new("conv pack", sizes + " for the input gradient", m => Conv2dWeights.PackInput(g, m.Input(w), m.Output(turned)));
                    }
                    yield return new("conv forward", sizes, m => Conv2dKernel.Forward(g, m.Input(x), m.Input(used), m.Input(o), m.Output(y)));
                    yield return new("conv forward", sizes + " without bias", m => Conv2dKernel.Forward(g, m.Input(x), m.Input(used), [], m.Output(y)));
                    yield return new("conv backward input", sizes, m => Conv2dKernel.BackwardInput(g, m.Input(y), m.Input(usedBack), m.Output(x)));
                    yield return new("conv backward input", sizes + " through a ReLU", m => Conv2dKernel.BackwardInput(g, m.Input(y), m.Input(usedBack), m.Output(x), rectified: m.Input(x)));
                    yield return new("conv backward weight", sizes, m => Conv2dWeightKernel.BackwardWeight(g, m.Input(x), m.Input(y), m.Output(w)));
                    yield return new("conv backward weight", sizes + " and bias", m => Conv2dWeightKernel.BackwardWeight(g, m.Input(x), m.Input(y), m.Output(w), m.Output(o)));
                    if (PixelGrid.Suits(g))
                    {
                        int grid = new PixelGrid(g).Dense.InputShape.Count;
                        yield return new("pixel grid", sizes, m => new PixelGrid(g).AddTo(m.Input(grid), m.Output(x)));
                        yield return new("pixel grid", sizes + " through a ReLU", m => new PixelGrid(g).Rectify(m.Output(grid), m.Input(x)));
                    }
                    yield return new("conv backward bias", sizes, m => Conv2dBiasKernel.Backward(g, m.Input(y), m.Output(o)));
                }
        }
    }
}
