using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution;

/// <summary>The pixels that a 1 x 1 convolution of larger stride sees: every so-manyth of an image, in the layout of an image of their own. All other pixels' gradients are zeros, which
/// need be neither written nor added. Wide blocks alone.</summary>
internal readonly unsafe struct PixelGrid
{
    /// <summary>Floats in a piece of work, some 2 us.</summary>
    private const int PieceSize = 16_384;

    private readonly Conv2dGeometry _g;

    /// <param name="g">The convolution.</param>
    public PixelGrid(in Conv2dGeometry g) => _g = g;

    /// <summary>Whether a convolution sees half of the pixels at most, each by one tap.</summary>
    public static bool Suits(in Conv2dGeometry g) =>
        g is { Kernel: { Height: 1, Width: 1 }, Groups: 1 } && g.Padding == default && BatchLanes.Singles(g.Batch) == 0 && g.Batch > 0 && 2L * g.OutHeight * g.OutWidth <= (long)g.InHeight * g.InWidth;

    /// <summary>The convolution of those pixels alone, weights as they are.</summary>
    public Conv2dGeometry Dense => Conv2dGeometry.Create([_g.Batch, _g.InChannels, _g.OutHeight, _g.OutWidth], _g.WeightShape, 1, default(Padding2), 1, 1);

    /// <summary>The image's shape.</summary>
    public Shape Whole => _g.InputShape;

    /// <summary>image += grid, at its pixels.</summary>
    public void AddTo(ReadOnlySpan<float> grid, Span<float> image) => Run(default(Plus), grid, image, toGrid: false);

    /// <summary>grid = the derivative of a ReLU of this result, times grid.</summary>
    public void Rectify(Span<float> grid, ReadOnlySpan<float> result) => Run(default(ReluGradientMap), grid, result, toGrid: true);

    private void Run<TF>(TF f, ReadOnlySpan<float> grid, ReadOnlySpan<float> image, bool toGrid) where TF : struct, IElementwise
    {
        fixed (float* pGrid = grid, pImage = image)
        {
            Body<TF> body = new() { G = _g, F = f, Grid = pGrid, Image = pImage, ToGrid = toGrid };
            Work.For(BatchLanes.WideBlocks(_g.Batch) * _g.OutHeight, 1 + PieceSize / (_g.OutWidth * _g.InChannels * Math.Min(_g.Batch, BatchLanes.FullWidth)), ref body);
        }
    }

    private struct Plus : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(a, b);
    }

    /// <summary>An item is a row of the grid in a block.</summary>
    private struct Body<TF> : IWorkBody, ISimdWork where TF : struct, IElementwise
    {
        public Conv2dGeometry G;
        public TF F;
        public float* Grid, Image;
        public bool ToGrid;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body<TF> copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int item = _from; item < _to; item++)
            {
                ImageBlock block = BatchLanes.BlockOf(G.Batch, item / G.OutHeight);
                int row = item % G.OutHeight;
                long pixel = (long)G.InChannels * block.Width, step = G.Stride.Width * pixel;
                float* grid = Grid + block.Start((long)G.OutHeight * G.OutWidth * G.InChannels) + row * G.OutWidth * pixel;
                float* image = Image + block.Start((long)G.InHeight * G.InWidth * G.InChannels) + (long)row * G.Stride.Height * G.InWidth * pixel;
                for (int column = 0; column < G.OutWidth; column++, grid += pixel, image += step)
                {
                    float* to = ToGrid ? grid : image, from = ToGrid ? image : grid;
                    for (long i = 0; i < pixel; i += TS.Count) TS.Store(F.Invoke<TV, TS>(TS.Load(to + i), TS.Load(from + i), default), to + i);
                }
            }
        }
    }
}
