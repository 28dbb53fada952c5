using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Looks at what a layer gives, without keeping it from running as one operation with the ReLU that follows.</summary>
internal interface IOutputReader
{
    /// <summary>Looks.</summary>
    /// <param name="output">What the layer gives.</param>
    void Read(Tensor output);

    /// <summary>Looks, and replaces every element by its ReLU in the same pass over memory.</summary>
    /// <param name="output">What the layer gives, before the ReLU; afterwards its ReLU.</param>
    void ReadAndRectify(Tensor output);
}
