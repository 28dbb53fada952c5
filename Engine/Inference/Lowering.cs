namespace Engine.Inference;

/// <summary>Turns layers into operations on numbered values and folds what can be folded on the way: a batch norm into the convolution or fully connected layer
/// before it, or, where a ReLU stands between, into the one after it; a ReLU into what comes before it. Value 0 is the input.</summary>
internal sealed class Lowering(View input)
{
    private readonly HashSet<int> _shared = []; // read by more than one operation: nothing may be folded into what makes them

    /// <summary>The operations so far, in order.</summary>
    public List<Operation> Operations { get; } = [];

    /// <summary>Every value's view.</summary>
    public List<View> Views { get; } = [input];

    /// <summary>The value that all layers so far have given.</summary>
    public int Result { get; private set; }

    /// <summary>The view of that.</summary>
    public View View { get; private set; } = input;

    /// <summary>A convolution layer over one image.</summary>
    public static Conv2dGeometry Geometry(ConvLayer layer, View view) =>
        Conv2dGeometry.Create(view.Image(1), layer.WeightShape, layer.Stride, layer.Padding, layer.Dilation, layer.Groups);

    /// <summary>Appends a layer that <see cref="View.After(Layer)"/> says can be planned.</summary>
    public void Add(Layer layer)
    {
        View after = View.After(layer)!.Value;
        switch (layer)
        {
            case ConvLayer conv:
                Append(new ConvOperation(Geometry(conv, View), [.. conv.Weight], [.. conv.Bias]) { Target = Views.Count }, after);
                break;
            case LinearLayer linear: // [out, C H W] is [O, C, kH, kW]
                Conv2dGeometry whole = Conv2dGeometry.Create(View.Image(1), [linear.Outputs, View.Channels, View.Height, View.Width], 1, default, 1);
                Append(new ConvOperation(whole, [.. linear.Weight], [.. linear.Bias]) { Target = Views.Count }, after);
                break;
            case AffineLayer affine:
                if (Last is ConvOperation { Relu: false } before) before.FoldAfter(affine.Scale, affine.Shift);
                else Append(new AffineOperation(affine.Scale, affine.Shift, View) { Target = Views.Count }, after);
                break;
            case ReluLayer:
                if (Last is { CanRectify: true } last) last.Relu = true;
                else Append(new ReluOperation(View) { Target = Views.Count }, after);
                break;
            case PoolLayer pool:
                Append(new PoolOperation(pool, View) { Target = Views.Count }, after);
                break;
            case ResidualLayer residual:
                AddResidual(residual);
                break;
        }
        View = after;
    }

    /// <summary>The operation that made the result, if changing it is nobody else's business.</summary>
    private Operation? Last => Operations.Count > 0 && Operations[^1].Target == Result && !_shared.Contains(Result) ? Operations[^1] : null;

    private void AddResidual(ResidualLayer residual)
    {
        (int start, View view) = (Result, View);
        _shared.Add(start);
        foreach (Layer layer in residual.Body) Add(layer);
        (int body, Result, View) = (Result, start, view);
        foreach (Layer layer in residual.Shortcut) Add(layer);
        _shared.Add(body);
        int around = Result;
        _shared.Add(around);
        Result = body;
        Append(new AddOperation(around, View) { Target = Views.Count, Relu = residual.Relu }, View);
    }

    private void Append(Operation operation, View after)
    {
        operation.Source = Result;
        if (operation is ConvOperation { CanFoldBefore: true } conv && Last is AffineOperation { Relu: false } affine)
        {
            conv.FoldBefore(affine.Scale, affine.Shift);
            conv.Source = affine.Source;
            Operations.Remove(affine);
        }
        Operations.Add(operation);
        Views.Add(after);
        Result = operation.Target;
    }
}
