using System.Runtime.Intrinsics;
using Engine.Kernels;
using Engine.Nn;
using Engine.Optim;

namespace Engine.Tests.Optim;

public sealed class OptimizerKernelTests
{
    private static readonly AdamRule Amsgrad = new()
    {
        L2 = 0.1f, Keep = 0.99f, Beta1 = 0.9f, OneMinusBeta1 = 0.1f, Beta2 = 0.7f, OneMinusBeta2 = 0.3f, Epsilon = 1e-3f, RootScale = 1.2f, MinusStep = -0.1f,
        Amsgrad = true,
    };

    private static readonly SgdRule Nesterov = new()
    {
        Sign = -1, L2 = 0.1f, Keep = 0.97f, BufferFactor = 0.9f, GradientFactor = 0.4f, Momentum = 0.9f, MinusRate = -0.1f, HasBuffer = true, Nesterov = true,
    };

    private static readonly RmsPropRule Centered = new()
    {
        L2 = 0.1f, Alpha = 0.9f, OneMinusAlpha = 0.1f, Epsilon = 1e-3f, Momentum = 0.8f, MinusRate = -0.1f, Centered = true, HasBuffer = true,
    };

    private static readonly FastaiRmsPropRule Averaged = new()
    {
        L2 = 0.1f, Keep = 0.98f, SquareMomentum = 0.9f, OneMinusSquareMomentum = 0.1f, Epsilon = 1e-3f, Momentum = 0.8f, MinusRate = -0.1f, HasBuffer = true,
    };

    [Test]
    public void Every_vector_width_gives_the_same_bits_at_every_length([Range(0, 35)] int length)
    {
        AllWidths(Amsgrad, length);
        AllWidths(Nesterov, length);
        AllWidths(Centered, length);
        AllWidths(Averaged, length);
    }

    [Test]
    public void A_long_parameter_gives_the_same_bits_on_one_thread_and_on_four()
    {
        int before = Work.Threads;
        try
        {
            float[] Train(int threads)
            {
                Work.Threads = threads;
                Rng rng = new(9);
                Parameter parameter = Parameters.Random(100_003, rng);
                AdamW optimizer = new([parameter], amsgrad: true);
                for (int i = 0; i < 3; i++)
                {
                    parameter.SetGradient(Parameters.Normal(100_003, rng));
                    GradientClipping.ClipNorm([parameter], 1);
                    optimizer.Step();
                }
                return parameter.Value.ToArray();
            }

            Assert.That(Train(4), Is.EqualTo(Train(1)));
        }
        finally
        {
            Work.Threads = before;
        }
    }

    [Test]
    public void Centered_rmsprop_survives_a_gradient_that_never_changes()
    {
        Parameter parameter = Parameters.Of([1, 1, 1, 1, 1]);
        RmsProp optimizer = new([parameter], learningRate: 1e-4, alpha: 0.5, epsilon: 0.1, centered: true);
        parameter.SetGradient(0.1f, 0.3f, 0.7f, -1.1f, 1e-3f);
        for (int i = 0; i < 200; i++) optimizer.Step(); // mean square - squared mean is 0 up to rounding of either sign
        Assert.That(parameter.Value.ToArray(), Has.All.Not.NaN);
    }

    [Test]
    public void Whole_powers_agree_with_the_product([Values(0, 1, 2, 3, 10, 63, 1000)] int n, [Values(0, 0.5, 0.9, 0.999)] double x)
    {
        double product = 1;
        for (int i = 0; i < n; i++) product *= x;
        Assert.That(Power.Integer(x, n), Is.EqualTo(product).Within(1e-12 * product));
        Assert.That(Power.Real(x, n), Is.EqualTo(product).Within(1e-12 * product));
        Assert.That(Power.Real(x, n + 0.25), Is.EqualTo(Math.Pow(x, n + 0.25)).Within(1e-12 * product));
    }

    private static void AllWidths<TRule>(TRule rule, int length) where TRule : struct, IUpdateRule
    {
        float[][] expected = At<TRule, float, Simd1>(rule, length);
        Assert.Multiple(() =>
        {
            Assert.That(At<TRule, Vector128<float>, Simd128>(rule, length), Is.EqualTo(expected));
            Assert.That(At<TRule, Vector256<float>, Simd256>(rule, length), Is.EqualTo(expected));
            Assert.That(At<TRule, Vector512<float>, Simd512>(rule, length), Is.EqualTo(expected));
        });
    }

    /// <summary>Parameter and state after three steps at one width.</summary>
    private static unsafe float[][] At<TRule, TV, TS>(TRule rule, int length) where TRule : struct, IUpdateRule where TV : unmanaged where TS : struct, ISimd<TV>
    {
        Rng rng = new(7);
        float[] p = Parameters.Normal(length, rng), a = new float[length], b = new float[length], c = new float[length];
        for (int step = 0; step < 3; step++)
        {
            float[] g = Parameters.Normal(length, rng);
            fixed (float* pp = p, pg = g, pa = a, pb = b, pc = c)
                new OptimizerKernel.Body<TRule> { Rule = rule, P = pp, G = pg, A = pa, B = pb, C = pc, To = length }.Run<TV, TS>();
        }
        return [p, a, b, c];
    }
}
