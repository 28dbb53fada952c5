using System.Runtime.InteropServices;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Joins tensors along a new dimension.</summary>
public static class StackOp
{
    extension(Tensor)
    {
        /// <summary>Joins tensors of one shape along a new dimension.</summary>
        /// <param name="tensors">At least one.</param>
        /// <param name="dim">Where the new dimension stands in the result, negative from the end.</param>
        /// <exception cref="ArgumentException">No tensors, or their shapes differ.</exception>
        /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
        public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int dim = 0)
        {
            if (tensors.IsEmpty) throw new ArgumentException("stack: expected at least one tensor, got none.", nameof(tensors));
            foreach (Tensor tensor in tensors) ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
            Shape first = tensors[0].Shape;
            int rank = first.Rank + 1, d = dim < 0 ? dim + rank : dim;
            if ((uint)d >= (uint)rank)
                throw new ArgumentOutOfRangeException(nameof(dim), $"stack: dimension out of range: expected {-rank} to {rank - 1}, got {dim} for tensors of shape {first}.");
            List<Tensor> parts = Workspace.Rent<Parts>().Tensors;
            for (int i = 0; i < tensors.Length; i++)
            {
                if (tensors[i].Shape != first)
                    throw new ArgumentException($"stack: expects each tensor to be of equal shape. Received: tensor 0 {first}, tensor {i} {tensors[i].Shape}.", nameof(tensors));
                parts.Add(tensors[i].Reshape(first.Insert(d, 1).Sizes));
            }
            return Tensor.Cat(CollectionsMarshal.AsSpan(parts), d);
        }
    }

    private sealed class Parts : IRecyclable
    {
        public List<Tensor> Tensors { get; } = [];

        public bool Recycle()
        {
            Tensors.Clear();
            return true;
        }
    }
}
