namespace Engine.Kernels;

/// <summary>Average pooling over <see cref="BatchLanes"/> activations.</summary>
internal static unsafe class AvgPoolKernel
{
    /// <summary>y = sum of each window, in row-major order of its places, over divisors[i * OutWidth + j].</summary>
    public static void Forward(in Pool2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> divisors, Span<float> y)
    {
        fixed (float* px = x, py = y, pDivisors = divisors)
        {
            ForwardBody body = new() { G = g, X = px, Y = py, Divisors = pDivisors };
            Work.For(BatchLanes.Blocks(g.Batch) * g.OutHeight, 1, ref body);
        }
    }

    /// <summary>dx[every place] += dy / divisor.</summary>
    public static void Backward(in Pool2dGeometry g, ReadOnlySpan<float> dy, ReadOnlySpan<float> divisors, Span<float> dx)
    {
        fixed (float* pdy = dy, pdx = dx, pDivisors = divisors)
        {
            BackwardBody body = new() { G = g, Dy = pdy, Dx = pdx, Divisors = pDivisors };
            Work.For(PoolPieces.Count(g), 1, ref body);
        }
    }

    private struct ForwardBody : IWorkBody, ISimdWork
    {
        public Pool2dGeometry G;
        public float* X, Y, Divisors;
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
                float* x = X + first * G.InHeight * G.InWidth, y = Y + first * G.OutHeight * G.OutWidth + (long)i * G.OutWidth * pixel;
                for (int j = 0; j < G.OutWidth; j++, y += pixel)
                {
                    PoolPixels window = new(G, i, j);
                    float divisor = Divisors[i * G.OutWidth + j];
                    int n = 0;
                    for (; n < wide; n += TS.Count) One<TV, TS>(window, x + n, pixel, divisor, y + n);
                    for (; n < pixel; n++) One<float, Simd1>(window, x + n, pixel, divisor, y + n);
                }
            }
        }

        private static void One<TV, TS>(in PoolPixels window, float* x, int pixel, float divisor, float* y) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV sum = TS.Create(0);
            for (int u = 0; u < window.Rows; u++)
                for (int v = 0; v < window.Columns; v++) sum = TS.Add(sum, TS.Load(x + (long)window.Pixel(u, v) * pixel));
            TS.Store(TS.Divide(sum, TS.Create(divisor)), y);
        }
    }

    private struct BackwardBody : IWorkBody, ISimdWork
    {
        public Pool2dGeometry G;
        public float* Dy, Dx, Divisors;
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
                long first = block.Start(G.Channels);
                float* dx = Dx + first * G.InHeight * G.InWidth, dy = Dy + first * G.OutHeight * G.OutWidth;
                for (int i = 0; i < G.OutHeight; i++)
                    for (int j = 0; j < G.OutWidth; j++, dy += pixel)
                    {
                        PoolPixels window = new(G, i, j);
                        float divisor = Divisors[i * G.OutWidth + j];
                        int n = start;
                        for (; n + TS.Count <= stop; n += TS.Count) One<TV, TS>(window, dy + n, divisor, pixel, dx + n);
                        for (; n < stop; n++) One<float, Simd1>(window, dy + n, divisor, pixel, dx + n);
                    }
            }
        }

        private static void One<TV, TS>(in PoolPixels window, float* dy, float divisor, int pixel, float* dx) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV share = TS.Divide(TS.Load(dy), TS.Create(divisor));
            for (int u = 0; u < window.Rows; u++)
                for (int v = 0; v < window.Columns; v++)
                {
                    float* p = dx + (long)window.Pixel(u, v) * pixel;
                    TS.Store(TS.Add(TS.Load(p), share), p);
                }
        }
    }
}
