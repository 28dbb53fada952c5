
namespace Engine.Inference;

/// <summary>One step of a planned model: reads values by their numbers, writes one.</summary>
internal abstract class Operation
{
    /// <summary>The value it reads.</summary>
    public int Source { get; set; }

    /// <summary>Another that it reads; -1 for none.</summary>
    public virtual int Second => -1;

    /// <summary>The value it writes.</summary>
    public required int Target { get; init; }

    /// <summary>Whether the result may take the memory of the source.</summary>
    public virtual bool IsInPlace => false;

    /// <summary>Whether it also rectifies what it gives.</summary>
    public bool Relu { get; set; }

    /// <summary>Whether a ReLU can become part of it.</summary>
    public virtual bool CanRectify => true;

    /// <summary>What runs it on blocks of one width.</summary>
    /// <param name="width">Images in a block.</param>
    /// <param name="sourcePitch">Channels of the source with those that only fill up a vector.</param>
    /// <param name="targetPitch">The same of the target.</param>
    public abstract unsafe Step For(int width, int sourcePitch, int targetPitch);
}

/// <summary>Work on a block that is ready to run.</summary>
internal abstract unsafe class Step
{
    /// <summary>Computes.</summary>
    /// <param name="source">The source's numbers.</param>
    /// <param name="second">The second source's, or null.</param>
    /// <param name="target">Where the result goes.</param>
    public abstract void Run(float* source, float* second, float* target);
}
