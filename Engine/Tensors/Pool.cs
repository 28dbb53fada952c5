namespace Engine.Tensors;

/// <summary>Objects of one type that are lent for a batch and, after a rest, lent again: first in, first out.</summary>
internal sealed class Pool<T>(Func<T> create, int rest) : IPool where T : class, IRecyclable
{
    private readonly List<T> _lent = [];
    private readonly Queue<(T Item, long Batch)> _resting = [];

    /// <summary>An object of an earlier batch, or a new one.</summary>
    public T Rent(long batch)
    {
        T item = _resting.TryPeek(out (T Item, long Batch) first) && batch - first.Batch > rest ? _resting.Dequeue().Item : create();
        _lent.Add(item);
        return item;
    }

    /// <inheritdoc/>
    public void End(long batch)
    {
        foreach (T item in _lent)
            if (item.Recycle() && rest < int.MaxValue) _resting.Enqueue((item, batch));
        _lent.Clear();
    }
}

/// <summary>A pool of objects of any type.</summary>
internal interface IPool
{
    /// <summary>Takes back everything that was lent in a batch.</summary>
    void End(long batch);
}
