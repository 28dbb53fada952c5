
namespace Engine.Inference;

/// <summary>An activation of one image as it lies in memory, [H][W][C], and how many dimensions it seems to have: flattening moves nothing.</summary>
/// <param name="Channels">C.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Rank">Dimensions of the tensor, the batch among them.</param>
internal readonly record struct View(int Channels, int Height, int Width, int Rank)
{
    /// <summary>Pixels.</summary>
    public int Plane => Height * Width;

    /// <summary>The view of a tensor; null where it is no image, sequence or row of features.</summary>
    public static View? Of(Shape shape) => shape.Rank switch
    {
        2 => new View(shape[1], 1, 1, 2),
        3 => new View(shape[1], 1, shape[2], 3),
        4 => new View(shape[1], shape[2], shape[3], 4),
        _ => null,
    };

    /// <summary>What a layer makes of it; null where the layer cannot be planned on it.</summary>
    public View? After(Layer layer)
    {
        switch (layer)
        {
            case ConvLayer conv when Rank == 4:
                Conv2dGeometry g = Lowering.Geometry(conv, this);
                return new View(g.OutChannels, g.OutHeight, g.OutWidth, 4);
            case LinearLayer linear when Rank == 2: return new View(linear.Outputs, 1, 1, 2);
            case AffineLayer affine when affine.Scale.Length == Channels: return this;
            case ReluLayer: return this;
            case FlattenLayer: return this with { Rank = 2 };
            case PoolLayer pool when Rank == 4:
                Pool2dGeometry windows = pool.Pooling.Geometry(Image(1));
                return this with { Height = windows.OutHeight, Width = windows.OutWidth };
            case ResidualLayer residual:
                View? body = After(residual.Body), around = After(residual.Shortcut);
                return body == around ? body : null;
            default: return null;
        }
    }

    /// <summary>So many images of it.</summary>
    public Shape Image(int count) => new(count, Channels, Height, Width);

    /// <summary>Floats of so many images that lie in the lanes; of a single one with so many channels.</summary>
    public long Floats(int width, int pitch) => (long)Plane * (width == 1 ? pitch : (long)Channels * width);

    private View? After(Layer[] layers)
    {
        View? view = this;
        foreach (Layer layer in layers) view = view?.After(layer);
        return view;
    }
}
