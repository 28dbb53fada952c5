using System.Globalization;
using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tensors;

namespace Engine.Benchmarks;

/// <summary>The three passes of one convolution, on the kernels and in the layout that training uses.</summary>
internal sealed class ConvPasses
{
    private readonly Conv2dGeometry _geometry;
    private readonly ConvWay _way;
    private readonly Storage _x, _weight, _packed, _turned, _bias, _y, _dy, _dx, _dw, _db;

    public ConvPasses(Conv2dGeometry geometry, ConvWay way = ConvWay.Best)
    {
        (_geometry, _way) = (geometry, way);
        Rng rng = new(1);
        _x = Random(geometry.InputShape.Count, rng);
        _weight = Random(geometry.WeightShape.Count, rng);
        _bias = Random(geometry.OutChannels, rng);
        _dy = Random(geometry.OutputShape.Count, rng);
        _packed = Aligned(Conv2dWeights.ForwardLength(geometry, way));
        _turned = Aligned(Conv2dWeights.InputLength(geometry, way));
        (_y, _dx, _dw, _db) = (Aligned(_dy.Length), Aligned(_x.Length), Aligned(_weight.Length), Aligned(_bias.Length));
    }

    /// <summary>Reads <c>n,cin,hw,cout,k,stride,pad</c>.</summary>
    /// <exception cref="ArgumentException">Not seven numbers, or not a convolution.</exception>
    public static Conv2dGeometry Parse(string spec)
    {
        string[] parts = spec.Split(',');
        int[] numbers = new int[7];
        bool isValid = parts.Length == numbers.Length;
        for (int i = 0; isValid && i < numbers.Length; i++)
            isValid = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) && (numbers[i] > 0 || i == 6);
        if (!isValid) throw new ArgumentException($"a shape must be n,cin,hw,cout,k,stride,pad in whole numbers, got '{spec}'.");
        return numbers is [var n, var cin, var hw, var cout, var k, var stride, var pad]
            ? Conv2dGeometry.Create([n, cin, hw, hw], [cout, cin, k, k], stride, pad, 1) : default;
    }

    /// <summary>y = conv(x, w) + b. The weights are packed here, as in every training step.</summary>
    public void Forward()
    {
        ReadOnlySpan<float> packed = Conv2dWeights.PackForward(_geometry, _weight.Span, _packed.Span, _way);
        Conv2dKernel.Forward(_geometry, _x.Span, packed, _bias.Span, _y.Span, way: _way);
    }

    /// <summary>dx.</summary>
    public void BackwardData()
    {
        ReadOnlySpan<float> turned = Conv2dWeights.PackInput(_geometry, _weight.Span, _turned.Span, _way);
        Conv2dKernel.BackwardInput(_geometry, _dy.Span, turned, _dx.Span, _way);
    }

    /// <summary>dw and db.</summary>
    public void BackwardWeights() =>
        Conv2dWeightKernel.BackwardWeight(_geometry, _x.Span, _dy.Span, _dw.Span, _db.Span, _way);

    private static Storage Random(int count, Rng rng)
    {
        Storage values = Aligned(count);
        foreach (ref float value in values.Span) value = rng.Uniform(-1, 1);
        return values;
    }

    private static Storage Aligned(int count) => Storage.Create(count); // the memory a tensor has
}
