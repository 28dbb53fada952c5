namespace Engine.Tensors;

/// <summary>Recycles the memory of a training batch: what one batch allocates, the next one gets back, so that steady state allocates no buffers.</summary>
/// <example><code>
/// Workspace workspace = new();
/// foreach (Batch batch in loader)
/// {
///     using Workspace.Scope scope = workspace.Begin();
///     ... forward, backward, step ...
/// }   // every tensor made inside ends here, save those on which Keep() was called
/// </code></example>
/// <remarks>The scope holds for the thread that began it. Gradients of parameters are never part of it. A tensor used after its batch ended throws.</remarks>
public sealed class Workspace
{
    [ThreadStatic] private static Workspace? _current;

    private readonly Dictionary<int, Stack<Storage>> _free = [];
    private readonly HashSet<Storage> _lent = [];
    private int _generation;
    private bool _open;

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

    internal bool IsCurrent(int generation) => generation == _generation;

    internal Storage Rent(int length)
    {
        Storage memory = _free.TryGetValue(length, out Stack<Storage>? stack) && stack.Count > 0 ? stack.Pop() : Storage.Create(length);
        Storage storage = memory.Lend(this, _generation);
        _lent.Add(storage);
        return storage;
    }

    internal void Release(Storage storage) => _lent.Remove(storage);

    private void End()
    {
        foreach (Storage storage in _lent)
        {
            if (!_free.TryGetValue(storage.Length, out Stack<Storage>? stack)) _free[storage.Length] = stack = [];
            stack.Push(storage);
        }
        _lent.Clear();
        _generation++;
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
