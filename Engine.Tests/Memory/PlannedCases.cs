using Engine.Kernels.Convolution;
using Engine.Tests.ConvShapes;
using Engine.Tests.Kernels.Convolution;

namespace Engine.Tests.Memory;

/// <summary>Planned convolutions, in blocks and in single images.</summary>
internal static class PlannedCases
{
    private static readonly string[] Shapes =
    [
        "1 4 5 1 3 3 1 1 1 1 1 1 1 1 1", "1 9 8 8 5 5 2 2 2 2 2 2 1 1 1", "3 3 3 7 1 1 1 1 0 0 0 0 1 1 1", "8 7 7 16 3 3 2 2 1 1 1 1 1 1 1", "7 5 3 13 3 2 1 2 2 0 1 3 2 1 1",
        "17 2 2 33 2 1 1 1 1 0 0 0 1 1 1", "64 2 2 10 3 3 2 2 1 1 1 1 1 1 1", "13 3 5 70 3 5 1 1 0 0 0 0 1 1 1",
    ];

    public static IEnumerable<KernelCase> All
    {
        get
        {
            foreach (string shape in Shapes)
                foreach (int width in (int[])[1, 16, 32, 48, 64])
                {
                    Conv2dGeometry g = ConvShapeList.Parse($"{width} {shape}"), one = ConvShapeList.Parse($"1 {shape}");
                    yield return new("planned conv", $"{width} {shape}", m => Run(m, g, one, width, g.OutChannels));
                    if (width == 1) yield return new("planned conv", $"{width} {shape}, full vectors", m => Run(m, g, one, width, PlannedConv.FullPitch(g.OutChannels)));
                }
        }
    }

    private static unsafe void Run(Operands m, in Conv2dGeometry g, in Conv2dGeometry one, int width, int pitch)
    {
        PlannedConv conv = PlannedConvTests.Plan(one, width, m.Input(g.WeightShape.Count), m.Input(g.OutChannels), [], g.InChannels, pitch, relu: true);
        fixed (float* x = m.Input(g.InputShape.Count), y = m.Output(pitch * width * g.OutHeight * g.OutWidth)) conv.Run(x, y);
    }
}
