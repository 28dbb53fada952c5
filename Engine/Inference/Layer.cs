using Engine.Nn;

namespace Engine.Inference;

/// <summary>What a layer computes in evaluation, with its numbers of the moment in double precision, so that folding rounds once.</summary>
/// <param name="Module">Where it comes from: it tells shapes and faults, and runs itself where it cannot be planned.</param>
internal abstract record Layer(Module Module);

/// <summary>A convolution: weights [O, C / groups, kH, kW], bias [O].</summary>
internal sealed record ConvLayer(Module Module, Shape WeightShape, double[] Weight, double[] Bias, Size2 Stride, Padding2 Padding, Size2 Dilation, int Groups) : Layer(Module);

/// <summary>A fully connected layer: weights [out, in], bias [out].</summary>
internal sealed record LinearLayer(Module Module, int Inputs, int Outputs, double[] Weight, double[] Bias) : Layer(Module);

/// <summary>x * scale + shift, one of each a channel: a batch norm of running statistics.</summary>
internal sealed record AffineLayer(Module Module, double[] Scale, double[] Shift) : Layer(Module);

/// <summary>max(x, 0).</summary>
internal sealed record ReluLayer(Module Module) : Layer(Module);

/// <summary>Maxima or means of windows.</summary>
internal sealed record PoolLayer(Module Module, IPooling Pooling) : Layer(Module);

/// <summary>[N, C, H, W] to [N, C H W].</summary>
internal sealed record FlattenLayer(Module Module) : Layer(Module);

/// <summary>Layers, and a way around them.</summary>
internal sealed record ResidualLayer(Module Module, Layer[] Body, Layer[] Shortcut, bool Relu) : Layer(Module);

/// <summary>A module that runs by its own <see cref="Module.Forward"/>: one of the user's, or one that needs the whole batch.</summary>
internal sealed record ModuleLayer(Module Module) : Layer(Module);
