using System.Diagnostics;

namespace Engine.Kernels;

/// <summary>How an optimizer changes one parameter element, given its gradient and up to three numbers of state. Written once, run at every vector width.</summary>
internal interface IUpdateRule
{
    /// <summary>The new value of the parameter; the state is changed in place. State the optimizer does not keep reads as 0 and is not stored.</summary>
    TV Invoke<TV, TS>(TV p, TV g, ref TV a, ref TV b, ref TV c) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Drives <see cref="IUpdateRule"/>s: one pass over a parameter, its gradient and its state, in place.</summary>
internal static unsafe class OptimizerKernel
{
    /// <summary>Elements in a piece of parallel work: some 20 us at Adam's 0.65 ns an element, several times what waking a worker costs.</summary>
    private const int Grain = 32_768;

    /// <summary>And at least, where there are fewer than twice as many: halves, each on a thread that has some of it in its cache; some 1 us.</summary>
    private const int LeastGrain = 2_048, Line = Caches.Line;

    /// <summary>p, a, b, c = rule(p, g, a, b, c), element by element.</summary>
    /// <param name="rule">What is done to an element.</param>
    /// <param name="g">The gradient.</param>
    /// <param name="p">The parameter.</param>
    /// <param name="a">First state, as long as the parameter, or empty.</param>
    /// <param name="b">Second state, likewise.</param>
    /// <param name="c">Third state, likewise.</param>
    public static void Run<TRule>(TRule rule, ReadOnlySpan<float> g, Span<float> p, Span<float> a, Span<float> b, Span<float> c) where TRule : struct, IUpdateRule
    {
        Debug.Assert(g.Length == p.Length);
        Debug.Assert((a.IsEmpty || a.Length == p.Length) && (b.IsEmpty || b.Length == p.Length) && (c.IsEmpty || c.Length == p.Length));
        fixed (float* pg = g, pp = p, pa = a, pb = b, pc = c) // an empty span is a null pointer
        {
            Body<TRule> body = new() { Rule = rule, G = pg, P = pp, A = pa, B = pb, C = pc };
            Work.For(p.Length, Math.Clamp((p.Length + 2 * Line - 1) / (2 * Line) * Line, LeastGrain, Grain), ref body);
        }
    }

    /// <summary>The loop over a range. Visible to tests, which run it at every width.</summary>
    internal struct Body<TRule> : IWorkBody, ISimdWork where TRule : struct, IUpdateRule
    {
        public TRule Rule;
        public float* G, P, A, B, C;
        public int From, To;

        public void Run(int from, int to)
        {
            Body<TRule> copy = this with { From = from, To = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int i = From;
            for (; i + TS.Count <= To; i += TS.Count) At<TV, TS>(i);
            for (; i < To; i++) At<float, Simd1>(i);
        }

        private readonly void At<TV, TS>(int i) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV zero = TS.Create(0), a = A != null ? TS.Load(A + i) : zero, b = B != null ? TS.Load(B + i) : zero, c = C != null ? TS.Load(C + i) : zero;
            TS.Store(Rule.Invoke<TV, TS>(TS.Load(P + i), TS.Load(G + i), ref a, ref b, ref c), P + i);
            if (A != null) TS.Store(a, A + i);
            if (B != null) TS.Store(b, B + i);
            if (C != null) TS.Store(c, C + i);
        }
    }
}
