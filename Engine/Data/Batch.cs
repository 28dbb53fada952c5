using Engine.Tensors;

namespace Engine.Data;

/// <summary>One batch of labelled images. One made inside a workspace's batch ends with it, as its tensor does.</summary>
public sealed class Batch : IRecyclable
{
    private int[] _labels = [], _indices = []; // with room for more
    private Tensor? _inputs;

    internal Batch()
    {
    }

    /// <summary>Number of images.</summary>
    public int Count => Inputs.Shape[0];

    /// <summary>[N, C, H, W], normalised.</summary>
    /// <exception cref="InvalidOperationException">The workspace batch it was made in has ended.</exception>
    public Tensor Inputs => _inputs ?? throw new InvalidOperationException("batch: used after the workspace batch it was made in had ended; copy what is to stay.");

    /// <summary>The class of each image.</summary>
    /// <exception cref="InvalidOperationException">The workspace batch it was made in has ended.</exception>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Which images of the set they are.</summary>
    /// <exception cref="InvalidOperationException">The workspace batch it was made in has ended.</exception>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>Chosen images of a set.</summary>
    internal static Batch Of(Tensor inputs, ReadOnlySpan<int> indices, ReadOnlySpan<int> labelsOfAll)
    {
        Batch batch = Workspace.Rent(static () => new Batch());
        if (batch._labels.Length < indices.Length) (batch._labels, batch._indices) = (new int[indices.Length], new int[indices.Length]);
        indices.CopyTo(batch._indices);
        for (int i = 0; i < indices.Length; i++) batch._labels[i] = labelsOfAll[indices[i]];
        batch._inputs = inputs;
        return batch;
    }

    /// <inheritdoc/>
    bool IRecyclable.Recycle()
    {
        _inputs = null;
        return true;
    }
}
