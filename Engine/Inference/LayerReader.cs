using Engine.Nn;
using Engine.Tensors;

namespace Engine.Inference;

/// <summary>Reads a model: its layers in order, nested ones taken apart, their numbers copied.</summary>
internal static class LayerReader
{
    /// <summary>The layers of a model.</summary>
    /// <exception cref="InvalidOperationException">Somebody listens to one of its modules.</exception>
    public static Layer[] Read(Module model)
    {
        Layer[] layers = Inside(model);
        return layers.Length > 0 ? layers : [new ModuleLayer(model)]; // a Sequential of nothing
    }

    private static Layer[] Inside(Module module)
    {
        List<Layer> layers = [];
        Read(module, layers);
        return [.. layers];
    }

    private static void Read(Module module, List<Layer> layers)
    {
        if (module.HasListeners)
            throw new InvalidOperationException($"inference session: {module.Kind}{Place(module)} has a ForwardDone listener, which a session would not call: layers are folded into each other there. Remove it, or use Forward.");
        switch (module)
        {
            case Sequential inner:
                foreach (Module child in inner) Read(child, layers);
                break;
            case Residual residual:
                layers.Add(new ResidualLayer(residual, Inside(residual.Body), residual.Shortcut is { } shortcut ? Inside(shortcut) : [], residual.HasRelu));
                break;
            default:
                layers.Add(Of(module));
                break;
        }
    }

    private static Layer Of(Module module) => module switch
    {
        Conv2d conv => new ConvLayer(conv, conv.Weight.Shape, Doubles(conv.Weight), Doubles(conv.Bias, conv.Weight.Shape[0]), conv.Options.Stride, conv.Options.Padding, conv.Options.Dilation, conv.Options.Groups),
        Linear linear => new LinearLayer(linear, linear.Weight.Shape[1], linear.Weight.Shape[0], Doubles(linear.Weight), Doubles(linear.Bias, linear.Weight.Shape[0])),
        BatchNorm { RunningMean: { } mean, RunningVariance: { } variance } norm => Affine(norm, mean, variance),
        Relu => new ReluLayer(module),
        Flatten => new FlattenLayer(module),
        IPooling pooling => new PoolLayer(module, pooling),
        _ => new ModuleLayer(module),
    };

    private static AffineLayer Affine(BatchNorm norm, Tensor mean, Tensor variance)
    {
        double[] scale = new double[norm.Features], shift = new double[norm.Features];
        ReadOnlySpan<float> means = mean.AsSpan(), variances = variance.AsSpan(), weight = norm.Weight is null ? [] : norm.Weight.AsSpan(), bias = norm.Bias is null ? [] : norm.Bias.AsSpan();
        for (int c = 0; c < scale.Length; c++)
        {
            scale[c] = (weight.IsEmpty ? 1 : weight[c]) / Math.Sqrt(variances[c] + norm.Eps);
            shift[c] = (bias.IsEmpty ? 0 : bias[c]) - means[c] * scale[c];
        }
        return new AffineLayer(norm, scale, shift);
    }

    private static double[] Doubles(Tensor values) => Array.ConvertAll(values.ToArray(), value => (double)value);

    private static double[] Doubles(Tensor? values, int count) => values is null ? new double[count] : Doubles(values);

    private static string Place(Module module) => module.Path.Length == 0 ? "" : $" (layer {module.Path})";
}
