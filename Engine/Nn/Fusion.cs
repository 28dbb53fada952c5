using Engine.Tensors;

namespace Engine.Nn;

/// <summary>A layer whose operation can end in a ReLU at no cost.</summary>
internal interface IRectifiable
{
    /// <summary>The ReLU of what the layer gives: the same bits, errors and gradients as one layer after the other.</summary>
    Tensor ForwardRectified(Tensor x);
}

/// <summary>Runs layers one after the other, and neighbours as one operation where that saves a pass over memory. Nobody can tell: a layer that somebody listens
/// to (<see cref="Module.ForwardDone"/>) runs by itself; one that is only read (<see cref="Module.Reader"/>) is read before its ReLU.</summary>
/// <remarks>The rules: an <see cref="IRectifiable"/> before a <see cref="Relu"/> rectifies; <see cref="Sequential"/>s inside are looked through; the batch
/// norm that ends the body of a <see cref="Residual"/> adds what went around and rectifies. Backward there are no rules for layers: who computes the gradient of a ReLU's result applies its derivative as well (<see cref="Node.IsRectified"/>).</remarks>
internal struct Fusion(Tensor x)
{
    private Tensor _x = x;
    private Module? _waiting; // until its neighbour is known

    /// <summary>The batch norm that is all that is left to do, where nobody looks at what it gives alone; else null.</summary>
    public readonly BatchNorm? LastNorm => _waiting is BatchNorm { Reader: null } norm ? norm : null;

    /// <summary>The result of all modules but the last, if that one waits.</summary>
    public readonly Tensor Before => _x;

    /// <summary>The result of all modules.</summary>
    public Tensor Result()
    {
        if (_waiting is { } module) _x = module.Forward(_x);
        _waiting = null;
        return _x;
    }

    /// <summary>Runs the next module.</summary>
    public void Run(Module module)
    {
        if (module.HasListeners || (module.Reader is not null && module is not IRectifiable)) _x = module.Forward(Result());
        else if (module is Sequential inner)
            for (int i = 0; i < inner.Count; i++) Run(inner[i]);
        else if (module is Relu && _waiting is IRectifiable layer) (_x, _waiting) = (layer.ForwardRectified(_x), null);
        else if (module is IRectifiable) (_x, _waiting) = (Result(), module);
        else _x = module.Forward(Result());
    }
}
