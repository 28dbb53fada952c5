using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Memory;

/// <summary>The passes of convolutions by Winograd's way: blocks of every width, alone, beside full ones, and before single images.</summary>
internal static class WinogradCases
{
    private static readonly int[] Batches = [3, 16, 17, 31, 32, 47, 48, 63, 64, 65, 80, 96, 100, 112, 128, 135];

    /// <summary>cin h w cout and padding: images smaller than a tile, of whole tiles, and cut by their edges; channels around vectors and tiles of registers.</summary>
    private static readonly string[] Shapes =
    [
        "1 1 1 1 1 1 1 1", "1 4 5 2 1 1 1 1", "3 3 9 7 0 0 0 0", "6 6 4 5 1 0 2 1", "8 5 6 17 2 2 0 0", "17 2 7 9 1 1 1 1", "15 4 3 33 0 3 1 0", "33 3 3 15 1 1 1 1", "2 9 6 70 3 0 0 2", "13 8 8 16 1 1 1 1", "16 5 6 32 1 0 1 2", "16 7 9 16 1 0 1 2",
    ];

    public static IEnumerable<KernelCase> All
    {
        get
        {
            foreach (string shape in Shapes)
                foreach (int batch in Batches)
                {
                    Conv2dGeometry g = ConvShapeList.Winograd($"{batch} {shape}");
                    int x = g.InputShape.Count, w = g.WeightShape.Count, y = g.OutputShape.Count, o = g.OutChannels, used = Conv2dWeights.UsedLength(g, ConvWay.Winograd, toInputs: false), usedBack = Conv2dWeights.UsedLength(g, ConvWay.Winograd, toInputs: true);
                    string sizes = $"{batch} {shape}";
                    if (batch is 16 or 17)
                    {
                        yield return new("winograd pack", sizes, m => Conv2dWeights.PackForward(g, m.Input(w), m.Output(used), ConvWay.Winograd));
                        yield return new("winograd pack", sizes + " for the input gradient", m => Conv2dWeights.PackInput(g, m.Input(w), m.Output(usedBack), ConvWay.Winograd));
                    }
                    yield return new("winograd forward", sizes, m => Conv2dKernel.Forward(g, m.Input(x), m.Input(used), m.Input(o), m.Output(y), way: ConvWay.Winograd));
                    yield return new("winograd forward", sizes + " without bias, with relu", m => Conv2dKernel.Forward(g, m.Input(x), m.Input(used), [], m.Output(y), relu: true, ConvWay.Winograd));
                    yield return new("winograd backward input", sizes, m => Conv2dKernel.BackwardInput(g, m.Input(y), m.Input(usedBack), m.Output(x), ConvWay.Winograd));
                    yield return new("winograd backward input", sizes + " through a ReLU", m => Conv2dKernel.BackwardInput(g, m.Input(y), m.Input(usedBack), m.Output(x), ConvWay.Winograd, m.Input(x)));
                    yield return new("winograd backward weight", sizes, m => Conv2dWeightKernel.BackwardWeight(g, m.Input(x), m.Input(y), m.Output(w), way: ConvWay.Winograd));
                    yield return new("winograd backward weight", sizes + " and bias", m => Conv2dWeightKernel.BackwardWeight(g, m.Input(x), m.Input(y), m.Output(w), m.Output(o), ConvWay.Winograd));
                }
        }
    }
}
