namespace Engine.Kernels;

/// <summary>Maximum pooling over <see cref="BatchLanes"/> activations.</summary>
internal static unsafe class MaxPoolKernel
{
    /// <summary>y = the largest element of each window and places = which of the window's places inside the image it is, as a float.</summary>
    /// <remarks>The first of equal elements counts; NaN is larger than everything, and the last NaN counts, as in PyTorch.</remarks>
    public static void Forward(in Pool2dGeometry g, ReadOnlySpan<float> x, Span<float> y, Span<float> places)
    {
        fixed (float* px = x, py = y, pPlaces = places)
        {
            ForwardBody body = new() { G = g, X = px, Y = py, Places = pPlaces };
            Work.For(BatchLanes.Blocks(g.Batch) * g.OutHeight, 1, ref body);
        }
    }

    /// <summary>dx[chosen place] += dy.</summary>
    public static void Backward(in Pool2dGeometry g, ReadOnlySpan<float> dy, ReadOnlySpan<float> places, Span<float> dx)
    {
        fixed (float* pdy = dy, pPlaces = places, pdx = dx)
        {
            BackwardBody body = new() { G = g, Dy = pdy, Places = pPlaces, Dx = pdx };
            Work.For(PoolPieces.Count(g), 1, ref body);
        }
    }

    private struct ForwardBody : IWorkBody, ISimdWork
    {
        public Pool2dGeometry G;
        public float* X, Y, Places;
        private int _from, _to;

        public void Run(int from, int to)
        {
            ForwardBody copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int item = _from; item < _to; item++)
            {
                ImageBlock block = BatchLanes.BlockOf(G.Batch, item / G.OutHeight);
                int i = item % G.OutHeight, pixel = G.Channels * block.Width, wide = pixel - pixel % TS.Count;
                long first = block.Start(G.Channels);
                float* x = X + first * G.InHeight * G.InWidth;
                for (int j = 0; j < G.OutWidth; j++)
                {
                    PoolPixels window = new(G, i, j);
                    long to = first * G.OutHeight * G.OutWidth + ((long)i * G.OutWidth + j) * pixel;
                    int n = 0;
                    for (; n < wide; n += TS.Count) One<TV, TS>(window, x + n, pixel, to + n);
                    for (; n < pixel; n++) One<float, Simd1>(window, x + n, pixel, to + n);
                }
            }
        }

        private readonly void One<TV, TS>(in PoolPixels window, float* x, int pixel, long to) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV best = TS.Create(float.NegativeInfinity), place = TS.Create(0);
            for (int u = 0; u < window.Rows; u++)
                for (int v = 0; v < window.Columns; v++)
                {
                    TV value = TS.Load(x + (long)window.Pixel(u, v) * pixel), here = TS.Create(u * window.Columns + v);
                    place = TS.IfEqual(value, value, TS.IfGreater(value, best, here, place), here);
                    best = TS.IfEqual(value, value, TS.IfGreater(value, best, value, best), value);
                }
            TS.Store(best, Y + to);
            TS.Store(place, Places + to);
        }
    }

    private struct BackwardBody : IWorkBody, ISimdWork
    {
        public Pool2dGeometry G;
        public float* Dy, Places, Dx;
        private int _from, _to;

        public void Run(int from, int to)
        {
            BackwardBody copy = this with { _from = from, _to = to };
            Simd.Dispatch(ref copy);
        }

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int item = _from; item < _to; item++)
            {
                (ImageBlock block, int start, int stop) = PoolPieces.Of(G, item);
                int pixel = G.Channels * block.Width;
                long first = block.Start(G.Channels), at = first * G.OutHeight * G.OutWidth;
                float* dx = Dx + first * G.InHeight * G.InWidth;
                for (int i = 0; i < G.OutHeight; i++)
                    for (int j = 0; j < G.OutWidth; j++, at += pixel)
                    {
                        PoolPixels window = new(G, i, j);
                        int n = start;
                        for (; n + TS.Count <= stop; n += TS.Count) One<TV, TS>(window, at + n, pixel, dx + n);
                        for (; n < stop; n++) One<float, Simd1>(window, at + n, pixel, dx + n);
                    }
            }
        }

        private readonly void One<TV, TS>(in PoolPixels window, long at, int pixel, float* dx) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV dy = TS.Load(Dy + at), place = TS.Load(Places + at);
            for (int u = 0; u < window.Rows; u++)
                for (int v = 0; v < window.Columns; v++)
                {
                    float* p = dx + (long)window.Pixel(u, v) * pixel;
                    TV sum = TS.Load(p);
                    TS.Store(TS.IfEqual(place, TS.Create(u * window.Columns + v), TS.Add(sum, dy), sum), p);
                }
        }
    }
}
