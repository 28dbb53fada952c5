using Engine.Tensors;

namespace Engine.Nn;

/// <summary>A tensor a module learns, under the name PyTorch's <c>state_dict</c> has for it.</summary>
public sealed class Parameter
{
    internal Parameter(string name, Tensor value, bool decays) => (Name, Value, Decays) = (name, value, decays);

    /// <summary>Name in the module that owns it: "weight".</summary>
    public string Name { get; }

    /// <summary>The values; a leaf tensor.</summary>
    public Tensor Value { get; }

    /// <summary>Whether weight decay applies by default: fastai leaves out biases and the parameters of normalisation layers (wd_bn_bias=False).</summary>
    public bool Decays { get; }

    /// <summary>Whether it is trained; a frozen parameter gets no gradient.</summary>
    public bool IsTrainable
    {
        get => Value.RequiresGrad;
        set => Value.RequiresGrad = value;
    }
}
