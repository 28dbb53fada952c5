using System.Globalization;
using System.Text;

namespace Engine.Tensors;

/// <summary>Checks the gradients of a function of tensors against central differences.</summary>
/// <remarks><para>The upstream gradient u is random (with all ones a wrong batch norm passes), and each input is moved along random directions d, every element by
/// <see cref="Step"/>/2 to <see cref="Step"/>. Then sum(u * f(x + d)) - sum(u * f(x - d)), accumulated in double, must be 2 sum(gradient * d).</para>
/// <para>The engine computes in single precision, so two errors remain. The truncation of the difference is of the order Step^2 relative to the slope: at 1/128 some
/// 1e-5. The rounding of f is 6e-8 |f| an element and a few times that inside an op; divided by the step it is what <see cref="RoundingTolerance"/> allows for.
/// A smaller step would let the rounding hide faults, a larger one needs more room around kinks. An element's share of a sum of n is about 1 / sqrt(n), far
/// above <see cref="Tolerance"/> for the small inputs a check wants.</para>
/// <para>Inputs must keep <see cref="Step"/> away from kinks (0 for relu) and 2 * <see cref="Step"/> from ties (the elements of a pooling window). Use odd,
/// non-square shapes: they tell height from width.</para></remarks>
public static class GradCheck
{
    /// <summary>The most an element is moved: a power of two, so that x + d and x - d are rounded little.</summary>
    public const float Step = 1f / 128;

    /// <summary>Allowed difference relative to the root of the sum of squares of the gradient's terms.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Allowed difference relative to the root of the sum of squares of the terms u * f: 16 roundings of a float.</summary>
    public const double RoundingTolerance = 16.0 / (1 << 24);

    private const int Directions = 3;

    /// <summary>Compares the gradients of every input.</summary>
    /// <param name="name">What is checked, for the report.</param>
    /// <param name="function">The function: from tensors of the inputs' shapes to one tensor, without side effects or randomness.</param>
    /// <param name="inputs">Where it is checked. Not changed.</param>
    /// <param name="rng">Where the upstream gradient and the directions come from.</param>
    /// <returns>Null if all gradients agree; else a report with a line for each disagreement: input, direction, analytic and numeric value.</returns>
    /// <exception cref="InvalidOperationException">The result does not depend on an input through the graph.</exception>
    public static string? Compare(string name, Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> inputs, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(rng);
        Tensor[] leaves = new Tensor[inputs.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = Tensor.From(inputs[i].AsSpan(), inputs[i].Shape);
            leaves[i].RequiresGrad = true;
        }
        Tensor y = function(leaves), upstream = Tensor.Normal(y.Shape, rng);
        y.Backward(upstream);
        double noise = Math.Sqrt(Dot(upstream, y, square: true)) * RoundingTolerance;
        StringBuilder report = new();
        for (int i = 0; i < leaves.Length; i++)
        {
            if (leaves[i].Grad is not { } gradient || gradient.Shape != leaves[i].Shape)
                throw new InvalidOperationException($"gradcheck: {name}: input {i} {leaves[i].Shape} got no gradient.");
            for (int direction = 0; direction < Directions; direction++)
            {
                (Tensor up, Tensor down, double analytic, double scale) = Move(leaves[i], gradient, rng);
                double numeric = Value(function, leaves, i, up, upstream) - Value(function, leaves, i, down, upstream);
                double allowed = Tolerance * scale + noise;
                if (!(Math.Abs(analytic - numeric) <= allowed))
                    report.Append(CultureInfo.InvariantCulture, $"  input {i} {leaves[i].Shape}, direction {direction}: analytic {analytic / (2 * Step):G7}, numeric {numeric / (2 * Step):G7}, allowed difference {allowed / (2 * Step):G3}\n");
            }
        }
        return report.Length == 0 ? null : $"gradcheck: {name}: the gradient does not agree with central differences of step {Step.ToString(CultureInfo.InvariantCulture)}:\n{report}";
    }

    /// <summary>Throws if <see cref="Compare"/> finds a disagreement.</summary>
    /// <param name="name">What is checked, for the report.</param>
    /// <param name="function">The function: from tensors of the inputs' shapes to one tensor, without side effects or randomness.</param>
    /// <param name="inputs">Where it is checked. Not changed.</param>
    /// <param name="rng">Where the upstream gradient and the directions come from.</param>
    /// <exception cref="InvalidOperationException">A gradient is wrong or missing; the message is the report.</exception>
    public static void Verify(string name, Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> inputs, Rng rng)
    {
        if (Compare(name, function, inputs, rng) is { } report) throw new InvalidOperationException(report);
    }

    /// <summary>x + d and x - d for a random d, and sum(gradient * the distance really travelled) with its scale.</summary>
    private static (Tensor Up, Tensor Down, double Analytic, double Scale) Move(Tensor x, Tensor gradient, Rng rng)
    {
        Tensor up = Tensor.From(x.AsSpan(), x.Shape), down = Tensor.From(x.AsSpan(), x.Shape);
        double sum = 0, squares = 0;
        for (int i = 0; i < x.Count; i++)
        {
            float d = rng.Uniform(Step / 2, Step) * (rng.NextInt(2) * 2 - 1);
            up.Span[i] += d;
            down.Span[i] -= d;
            double term = gradient.Span[i] * ((double)up.Span[i] - down.Span[i]);
            sum += term;
            squares += term * term;
        }
        return (up, down, sum, Math.Sqrt(squares));
    }

    private static double Value(Func<Tensor[], Tensor> function, Tensor[] leaves, int moved, Tensor to, Tensor upstream)
    {
        using GradMode.Scope _ = GradMode.NoGrad();
        Tensor[] arguments = [.. leaves];
        arguments[moved] = to;
        return Dot(upstream, function(arguments), square: false);
    }

    private static double Dot(Tensor a, Tensor b, bool square)
    {
        ReadOnlySpan<float> left = a.AsSpan(), right = b.AsSpan();
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double term = (double)left[i] * right[i];
            sum += square ? term * term : term;
        }
        return sum;
    }
}
