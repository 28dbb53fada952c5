using System.Runtime.CompilerServices;

namespace Engine.Ops;

/// <summary>A number for each dimension of a shape, of which there are at most <see cref="Shape.MaxRank"/>.</summary>
[InlineArray(Shape.MaxRank)]
internal struct PerDim<T> where T : unmanaged
{
    private T _first;
}
