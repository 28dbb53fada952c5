using Engine.Kernels;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Optim;

/// <summary>Keeps gradients small. Call between the backward pass and the step. Parameters that are frozen or have no gradient are left out.</summary>
/// <remarks>Inside a workspace's batch nothing is allocated for parameters that come as a list or an array, as those of a <see cref="ParameterGroup"/> do.</remarks>
public static class GradientClipping
{
    /// <summary>Scales all gradients by one factor so that their common norm is at most <paramref name="maxNorm"/>, like PyTorch's <c>clip_grad_norm_</c>.</summary>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="maxNorm">At least 0; infinity measures only.</param>
    /// <param name="normType">2, 1, any number above 0, or infinity for the largest magnitude.</param>
    /// <param name="errorIfNonFinite">Throws, changing nothing, where the norm is NaN or infinite; else NaN spreads to all gradients.</param>
    /// <returns>The norm of all gradients together as it was before; 0 if there are none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The norm is not finite and that was to be an error.</exception>
    public static double ClipNorm(IEnumerable<Parameter> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm >= 0)) throw new ArgumentOutOfRangeException(nameof(maxNorm), $"clip norm: the largest norm must be at least 0, got {maxNorm}.");
        if (!(normType > 0)) throw new ArgumentOutOfRangeException(nameof(normType), $"clip norm: the norm type must be above 0, got {normType}.");
        List<Tensor> tensors = Gradients.Of(parameters);
        double norm = GradientNorm.Of(tensors, normType);
        if (errorIfNonFinite && !double.IsFinite(norm))
            throw new InvalidOperationException($"clip norm: the norm of order {normType} of the gradients is {norm}, so they cannot be clipped. Nothing was changed.");
        float factor = (float)(maxNorm / (norm + 1e-6));
        if (factor >= 1 || double.IsPositiveInfinity(maxNorm)) return norm;
        foreach (Tensor tensor in tensors)
        {
            Span<float> gradient = tensor.GradientToAddTo().Span;
            Elementwise.Map(new Scale { Factor = factor }, gradient, gradient);
        }
        return norm;
    }

    /// <summary>Limits every element of the gradients to the range from -limit to limit, like PyTorch's <c>clip_grad_value_</c>. NaN stays.</summary>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="limit">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative or NaN.</exception>
    public static void ClipValue(IEnumerable<Parameter> parameters, double limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(limit >= 0)) throw new ArgumentOutOfRangeException(nameof(limit), $"clip value: the limit must be at least 0, got {limit}.");
        foreach (Tensor tensor in Gradients.Of(parameters))
        {
            Span<float> gradient = tensor.GradientToAddTo().Span;
            Elementwise.Map(new Clamp { Limit = (float)limit }, gradient, gradient);
        }
    }

    /// <summary>The parameters that have a gradient, each once.</summary>
    private sealed class Gradients : IRecyclable
    {
        private readonly List<Parameter> _parameters = [];
        private readonly HashSet<Tensor> _seen = [];
        private readonly List<Tensor> _due = [];

        public static List<Tensor> Of(IEnumerable<Parameter> parameters)
        {
            Gradients gradients = Workspace.Rent<Gradients>();
            gradients._parameters.AddRange(parameters); // copies lists without an enumerator
            foreach (Parameter parameter in gradients._parameters)
                if (parameter.IsTrainable && parameter.Value.HasGradient && gradients._seen.Add(parameter.Value)) gradients._due.Add(parameter.Value);
            return gradients._due;
        }

        /// <inheritdoc/>
        public bool Recycle()
        {
            _parameters.Clear();
            _seen.Clear();
            _due.Clear();
            return true;
        }
    }

    private struct Scale : IElementwise
    {
        public float Factor;

        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(a, TS.Create(Factor));
    }

    private struct Clamp : IElementwise
    {
        public float Limit;

        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Min(TS.Max(a, TS.Create(-Limit)), TS.Create(Limit));
    }
}
