using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Optim;

/// <summary>Parameters for tests, with gradients put in by hand.</summary>
internal static class Parameters
{
    public static Parameter Of(float[] values, string name = "weight", bool decays = true)
    {
        Tensor tensor = Tensor.From(values, [values.Length]);
        tensor.RequiresGrad = true;
        return new Parameter(name, tensor, decays);
    }

    public static Parameter Random(int length, Rng rng, string name = "weight", bool decays = true) =>
        Of(Normal(length, rng), name, decays);

    public static float[] Normal(int length, Rng rng) => Tensor.Normal([length], rng).ToArray();

    public static void SetGradient(this Parameter parameter, params ReadOnlySpan<float> gradient) => gradient.CopyTo(parameter.Value.GradientToAddTo().Span);
}
