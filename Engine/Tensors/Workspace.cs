namespace Engine.Tensors;

/// <summary>Recycles the memory of a training batch: what one batch takes, a later one gets back, so that in steady state a step allocates nothing at all.</summary>
/// <example><code>
/// Workspace workspace = new();
/// foreach (Batch batch in loader)
/// {
///     using Workspace.Scope scope = workspace.Begin();
///     ... forward, backward, step ...
/// }   // every tensor made inside ends here, save those on which Keep() was called
/// </code></example>
/// <remarks><para>The scope holds for the thread that began it. Gradients of parameters are never part of it. A tensor used after its batch ended throws.</para>
/// <para>Not only the numbers are recycled, the <see cref="Tensor"/> objects are too, and an object that has become another tensor can no longer tell that
/// somebody means the old one. So the objects rest first: one that ended in batch b throws whenever it is used, up to and including batch b + quarantine.
/// From then on it may be lent again, and throws except while a batch is open in which it was. Code that collects tensors of many batches and looks at
/// them afterwards is thus always told; code that holds a single one over more batches than the quarantine, and reads it inside another, is told only by a workspace
/// whose quarantine is <see cref="int.MaxValue"/>: it never lends an object twice, at the price of some garbage. <see cref="Tensor.Keep"/> takes a
/// tensor out for good.</para></remarks>
public sealed class Workspace
{
    [ThreadStatic] private static Workspace? _current;

    private readonly Dictionary<int, List<Storage>> _free = []; // the last of a list is the first to be lent
    private readonly List<Storage> _lent = [], _lentToWalk = [];
    private readonly Dictionary<Type, IPool> _pools = [];
    private readonly Pool<Tensor> _tensors;
    private readonly int _quarantine;
    private long _batch;
    private bool _open, _walks;

    /// <summary>Makes an empty workspace.</summary>
    /// <param name="quarantine">Batches during which an ended tensor's object is set aside, so that its use throws; <see cref="int.MaxValue"/> for ever.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quarantine is negative.</exception>
    public Workspace(int quarantine = 4)
    {
        if (quarantine < 0) throw new ArgumentOutOfRangeException(nameof(quarantine), $"workspace: quarantine must not be negative, got {quarantine}.");
        _quarantine = quarantine;
        _pools[typeof(Tensor)] = _tensors = new Pool<Tensor>(static () => new Tensor(), quarantine);
    }

    internal static Workspace? Current => _current;

    /// <summary>Begins a batch on this thread.</summary>
    /// <returns>Dispose it to end the batch.</returns>
    /// <exception cref="InvalidOperationException">A batch is open already, of this workspace or on this thread.</exception>
    public Scope Begin()
    {
        if (_open) throw new InvalidOperationException("workspace: Begin() was called while a batch of this workspace is open; dispose its scope first.");
        if (_current is not null) throw new InvalidOperationException("workspace: another workspace's batch is open on this thread.");
        (_open, _current) = (true, this);
        return new Scope(this);
    }

    /// <summary>An object of the current workspace, or a new one where there is none. What it held in its last life is gone.</summary>
    internal static T Rent<T>() where T : class, IRecyclable, new() => Rent(static () => new T());

    /// <summary>An object of the current workspace, or a new one where there is none. What it held in its last life is gone.</summary>
    internal static T Rent<T>(Func<T> create) where T : class, IRecyclable
    {
        if (_current is not { } workspace) return create();
        if (!workspace._pools.TryGetValue(typeof(T), out IPool? pool)) workspace._pools[typeof(T)] = pool = new Pool<T>(create, workspace._quarantine);
        return ((Pool<T>)pool).Rent(workspace._batch);
    }

    internal Tensor RentTensor() => _tensors.Rent(_batch);

    internal Storage RentStorage(int length)
    {
        Storage storage;
        if (_free.TryGetValue(length, out List<Storage>? free) && free.Count > 0)
        {
            storage = free[^1];
            free.RemoveAt(free.Count - 1);
        }
        else storage = Storage.Create(length);
        storage.Waiting = 0;
        (_walks ? _lentToWalk : _lent).Add(storage);
        return storage;
    }

    /// <summary>A backward pass begins: what it takes, nobody but itself can hold.</summary>
    internal void BeginWalk() => _walks = true;

    /// <summary>A node of the backward pass is done: all memory the pass has taken goes back, but for gradients on their way to another node. The next node gets
    /// what has just been used, and is still in the cache; a pass needs two or three gradients' memory instead of one for each operation.</summary>
    internal void TakeBack()
    {
        int waiting = 0;
        for (int i = 0; i < _lentToWalk.Count; i++)
        {
            Storage storage = _lentToWalk[i];
            if (storage.Waiting > 0) _lentToWalk[waiting++] = storage;
            else if (storage.EndLease()) Free(storage).Add(storage);
        }
        _lentToWalk.RemoveRange(waiting, _lentToWalk.Count - waiting);
    }

    /// <summary>The backward pass is over; what a broken one leaves ends with the batch.</summary>
    internal void EndWalk()
    {
        _walks = false;
        _lent.AddRange(_lentToWalk);
        _lentToWalk.Clear();
    }

    private List<Storage> Free(Storage storage)
    {
        if (!_free.TryGetValue(storage.Length, out List<Storage>? free)) _free[storage.Length] = free = [];
        return free;
    }

    private void End()
    {
        foreach ((_, IPool pool) in _pools) pool.End(_batch);
        foreach (Storage storage in _lent) // the first ones were used last, in the backward pass, but for what that has taken back
            if (storage.EndLease()) Free(storage).Insert(0, storage);
        _lent.Clear();
        _batch++;
        (_open, _current) = (false, null);
    }

    /// <summary>An open batch.</summary>
    public struct Scope : IDisposable
    {
        private Workspace? _workspace;

        internal Scope(Workspace workspace) => _workspace = workspace;

        /// <summary>Ends the batch: its tensors may not be used any more.</summary>
        public void Dispose()
        {
            _workspace?.End();
            _workspace = null;
        }
    }
}
