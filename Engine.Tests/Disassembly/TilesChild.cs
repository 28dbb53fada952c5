using Engine.Kernels;
using Engine.Tests.ConvShapes;
using Engine.Tests.Kernels.Convolution;

namespace Engine.Tests.Disassembly;

/// <summary>Convolutions that make the runtime compile the register tiles.</summary>
internal static class TilesChild
{
    public static int Run()
    {
        foreach (int batch in (int[])[64, 32, 16, 8]) // every number of vectors side by side
            for (int outputs = 1; outputs <= 6; outputs++) // every height
                WholeNumbers.Difference(ConvShapeList.Parse($"{batch} 3 4 5 {outputs} 3 3 1 1 1 1 1 1 1 1 1"));
        foreach (int outputs in (int[])[8, 16, 32]) // tall ones of few vectors: the pixels of a row of a single image
            for (int pixels = 1; pixels <= 12; pixels++) WholeNumbers.Difference(ConvShapeList.Parse($"1 3 1 {pixels} {outputs} 1 1 1 1 0 0 0 0 1 1 1"));
        foreach (int width in (int[])[16, 32])
            for (int outputs = 7; outputs <= 8; outputs++) Planned(width, outputs);
        foreach (string shape in (string[])["1 8 14 14 16 3 3 2 2 1 1 1 1 1 1 1", "3 1 9 9 8 5 5 2 2 2 2 2 2 1 1 1", "1 1 3 3 8 5 5 2 2 2 2 2 2 1 1 1", "1 32 4 4 64 3 3 2 2 1 1 1 1 1 1 1", "1 1 5 9 32 3 3 1 1 1 1 1 1 1 1 1", "3 1 9 9 48 3 3 1 1 1 1 1 1 1 1 1", "3 1 9 9 16 5 5 2 2 2 2 2 2 1 1 1"])
            WholeNumbers.Difference(ConvShapeList.Parse(shape)); // pixels in the lanes of one and two vectors; few pixels; a lone channel
        for (int inputs = 1; inputs <= 3; inputs++) // the same of dots
            for (int outputs = 1; outputs <= 8; outputs++) WholeNumbers.Difference(ConvShapeList.Parse($"64 {inputs} 4 4 {outputs} 1 1 1 1 0 0 0 0 1 1 1"));
        WholeNumbers.Difference(ConvShapeList.Parse("64 1 4 4 10 3 3 1 1 1 1 1 1 1 1 1")); // nine taps in registers
        WholeNumbers.DifferenceByWinograd(ConvShapeList.Winograd("64 3 8 8 5 1 1 1 1"));
        WholeNumbers.DifferenceByWinograd(ConvShapeList.Winograd("64 16 8 8 16 1 1 1 1"));
        foreach (int outputs in (int[])[64, 32, 16]) WholeNumbers.DifferenceByWinograd(ConvShapeList.Winograd($"64 10 4 8 {outputs} 1 1 1 1")); // chains
        Console.WriteLine($"instruction_set {Compute.InstructionSet}");
        return 0;
    }

    private static unsafe void Planned(int width, int outputs)
    {
        Conv2dGeometry one = ConvShapeList.Parse($"1 3 4 5 {outputs} 3 3 1 1 1 1 1 1 1 1 1");
        PinnedFloats x = new(one.InputShape.Count * width), y = new(one.OutputShape.Count * width);
        PlannedConvTests.Plan(one, width, new float[one.WeightShape.Count], new float[outputs], [], 3, outputs, relu: true).Run(x.Pointer, y.Pointer);
    }
}
