namespace Engine.Kernels;

/// <summary>Softmax and its logarithm over contiguous rows, in double precision inside and always relative to the row's maximum, so that no finite input overflows.</summary>
internal static unsafe class SoftmaxKernel
{
    /// <summary>Rows in a piece of parallel work are as many as hold this number of elements: some 20 us of exponentials.</summary>
    private const int GrainElements = 1024;

    /// <summary>The first row all of whose elements are -infinity; -1 if there is none.</summary>
    public static int FirstEmptyRow(ReadOnlySpan<float> x, int length)
    {
        for (int row = 0; length > 0 && row < x.Length / length; row++)
            if (!x.Slice(row * length, length).ContainsAnyExcept(float.NegativeInfinity)) return row;
        return -1;
    }

    /// <summary>y = softmax of each row of <paramref name="length"/> elements, or its logarithm. y may be x.</summary>
    /// <remarks>A logarithm below the range of a float becomes the smallest finite one; only -infinity itself stays -infinity.</remarks>
    public static void Forward(ReadOnlySpan<float> x, int length, bool log, Span<float> y)
    {
        if (x.IsEmpty) return;
        fixed (float* px = x, py = y)
        {
            ForwardBody body = new() { X = px, Y = py, Length = length, Log = log };
            Work.For(x.Length / length, Math.Max(1, GrainElements / length), ref body);
        }
    }

    /// <summary>dx = y * (dy - sum(dy * y)), or for the logarithm dx = dy - exp(y) * sum(dy). dx may be dy.</summary>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int length, bool log, Span<float> dx)
    {
        if (y.IsEmpty) return;
        fixed (float* py = y, pdy = dy, pdx = dx)
        {
            BackwardBody body = new() { Y = py, Dy = pdy, Dx = pdx, Length = length, Log = log };
            Work.For(y.Length / length, Math.Max(1, GrainElements / length), ref body);
        }
    }

    private struct ForwardBody : IWorkBody
    {
        public float* X, Y;
        public int Length;
        public bool Log;

        public void Run(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                float* x = X + (long)row * Length, y = Y + (long)row * Length;
                double max = x[0], sum = 0;
                for (int i = 1; i < Length; i++) max = Math.Max(max, x[i]); // NaN wins and makes the row NaN
                for (int i = 0; i < Length; i++) sum += Elementary.Exp(x[i] - max);
                double shift = max + Elementary.Log(sum);
                for (int i = 0; i < Length; i++)
                    y[i] = !Log ? (float)(Elementary.Exp(x[i] - max) / sum)
                        : float.IsFinite(x[i]) ? (float)Math.Max(x[i] - shift, -float.MaxValue) : (float)(x[i] - shift);
            }
        }
    }

    private struct BackwardBody : IWorkBody
    {
        public float* Y, Dy, Dx;
        public int Length;
        public bool Log;

        public void Run(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                float* y = Y + (long)row * Length, dy = Dy + (long)row * Length, dx = Dx + (long)row * Length;
                double sum = 0;
                for (int i = 0; i < Length; i++) sum += Log ? dy[i] : (double)dy[i] * y[i];
                for (int i = 0; i < Length; i++) dx[i] = (float)(Log ? dy[i] - Elementary.Exp(y[i]) * sum : y[i] * (dy[i] - sum));
            }
        }
    }
}
