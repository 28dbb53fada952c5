using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>An element-wise function of three inputs; a function of fewer ignores the rest. Written once, run at every vector width.</summary>
internal interface IElementwise
{
    TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Drives <see cref="IElementwise"/> functions over dense memory.</summary>
internal static unsafe class Elementwise
{
    /// <summary>Elements in a piece of parallel work: 64 KB, some 5 us of streaming.</summary>
    private const int Grain = 16_384;

    /// <summary>y[i] = f(a[i]). y may be a.</summary>
    public static void Map<TF>(TF f, ReadOnlySpan<float> a, Span<float> y) where TF : struct, IElementwise => Map(f, a, a, a, y);

    /// <summary>y[i] = f(a[i], b[i]). y may be a or b.</summary>
    public static void Map<TF>(TF f, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) where TF : struct, IElementwise => Map(f, a, b, b, y);

    /// <summary>y[i] = f(a[i], b[i], c[i]). An input of length 1 (where y is longer) is repeated. y may be an input.</summary>
    public static void Map<TF>(TF f, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y) where TF : struct, IElementwise
    {
        Debug.Assert((a.Length == y.Length || a.Length == 1) && (b.Length == y.Length || b.Length == 1) && (c.Length == y.Length || c.Length == 1));
        fixed (float* pa = a, pb = b, pc = c, py = y)
        {
            Body<TF> body = new()
            {
                F = f, A = pa, B = pb, C = pc, Y = py,
                OneA = a.Length != y.Length, OneB = b.Length != y.Length, OneC = c.Length != y.Length,
            };
            Work.For(y.Length, Grain, ref body);
        }
    }

    private struct Body<TF> : IWorkBody, ISimdWork where TF : struct, IElementwise
    {
        public TF F;
        public float* A, B, C, Y;
        public bool OneA, OneB, OneC;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body<TF> copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int i = _from;
            for (; i + TS.Count <= _to; i += TS.Count)
                TS.Store(F.Invoke<TV, TS>(Load<TV, TS>(A, OneA, i), Load<TV, TS>(B, OneB, i), Load<TV, TS>(C, OneC, i)), Y + i);
            for (; i < _to; i++)
                Y[i] = F.Invoke<float, Simd1>(Load<float, Simd1>(A, OneA, i), Load<float, Simd1>(B, OneB, i), Load<float, Simd1>(C, OneC, i));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TV Load<TV, TS>(float* p, bool one, int i) where TV : unmanaged where TS : struct, ISimd<TV> => one ? TS.Create(*p) : TS.Load(p + i);
    }
}
