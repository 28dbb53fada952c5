using Engine.Kernels;
using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.ConvShapes;

/// <summary>All passes of one convolution by the engine, row-major.</summary>
internal sealed record ConvRun(float[] Y, float[] Dx, float[] Dw, float[] Db)
{
    private static readonly string[] Names = ["output", "input gradient", "weight gradient", "bias gradient"];

    public float[][] All => [Y, Dx, Dw, Db];

    public static ConvRun Of(Conv2dGeometry g, float[] x, float[] weight, float[] bias, float[] dy)
    {
        Tensor input = Tensor.From(x, g.InputShape), filter = Tensor.From(weight, g.WeightShape), shift = Tensor.From(bias, [g.OutChannels]);
        input.RequiresGrad = filter.RequiresGrad = shift.RequiresGrad = true;
        Tensor y = input.Conv2d(filter, shift, g.Stride, g.Padding, g.Dilation, g.Groups);
        y.Backward(Tensor.From(dy, g.OutputShape));
        return new ConvRun(y.ToArray(), input.Grad!.ToArray(), filter.Grad!.ToArray(), shift.Grad!.ToArray());
    }

    /// <summary>The same by one of the kernels' ways.</summary>
    public static ConvRun Of(Conv2dGeometry g, float[] x, float[] weight, float[] bias, float[] dy, ConvWay way)
    {
        float[] lanes = ToLanes(x, g.InputShape), upstream = ToLanes(dy, g.OutputShape), y = new float[dy.Length], dx = new float[x.Length], dw = new float[weight.Length], db = new float[bias.Length];
        Conv2dKernel.Forward(g, lanes, Conv2dWeights.PackForward(g, weight, new float[Conv2dWeights.ForwardLength(g, way)], way), bias, y, way: way);
        Conv2dKernel.BackwardInput(g, upstream, Conv2dWeights.PackInput(g, weight, new float[Conv2dWeights.InputLength(g, way)], way), dx, way);
        Conv2dWeightKernel.BackwardWeight(g, lanes, upstream, dw, db, way);
        return new ConvRun(FromLanes(y, g.OutputShape), FromLanes(dx, g.InputShape), dw, db);
    }

    /// <summary>What differs first from the expected results by more than is allowed of each part, or null.</summary>
    public string? Difference(NaiveConv2d expected, params ReadOnlySpan<double> allowed)
    {
        for (int part = 0; part < expected.All.Length; part++)
        {
            float[] values = All[part];
            int[] right = expected.All[part];
            if (values.Length != right.Length) return $"{Names[part]}: {values.Length} elements instead of {right.Length}";
            double most = allowed.IsEmpty ? 0 : allowed[part];
            int wrong = 0, first = -1;
            for (int i = 0; i < values.Length; i++)
                if (!(Math.Abs((double)values[i] - right[i]) <= most) && wrong++ == 0) first = i;
            if (wrong != 0)
                return $"{Names[part]}: {wrong} of {values.Length} elements are wrong, the first at {first}: {values[first]} instead of {right[first]}{(most > 0 ? $" +- {most:E1}" : "")}";
        }
        return null;
    }

    private static float[] ToLanes(float[] rows, Shape shape)
    {
        float[] lanes = new float[rows.Length];
        BatchLanes.FromRowMajor(rows, lanes, shape[0], shape[1], shape[2] * shape[3]);
        return lanes;
    }

    private static float[] FromLanes(float[] lanes, Shape shape)
    {
        float[] rows = new float[lanes.Length];
        BatchLanes.ToRowMajor(lanes, rows, shape[0], shape[1], shape[2] * shape[3]);
        return rows;
    }
}
