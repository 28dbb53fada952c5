using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Data;

/// <summary>The batches of epochs one after the other, each made while the one before is in use: by workers that have nothing else to do, see <see cref="AheadJob"/>.</summary>
/// <param name="loader">Whose batches.</param>
/// <param name="recycles">Whether the memory of a batch is used again for the one after the next, so that each must be asked for in a workspace's batch of its own.</param>
internal sealed class BatchesAhead(DataLoader loader, bool recycles)
{
    private readonly Gathering _job = new(loader);
    private readonly List<Storage> _free = []; // of earlier batches: two of whole ones, one of a last one that is short
    private Storage? _lent;
    private int[] _order = [];
    private int _next, _count;

    /// <summary>Begins an epoch.</summary>
    /// <param name="shuffle">In a new order, where the loader has a generator.</param>
    /// <param name="first">The batch to begin with; those before it are not made.</param>
    public void Start(bool shuffle, int first = 0)
    {
        Stop();
        _order = loader.NewOrder(_order, shuffle);
        (_next, _count) = (first, loader.BatchCount);
        if (_next < _count) Prepare();
    }

    /// <summary>The next batch of the epoch.</summary>
    /// <returns>Null after the last.</returns>
    public Batch? Next()
    {
        GiveBack();
        if (_next == _count) return null;
        _job.Finish();
        Storage memory = _lent = _job.Memory!;
        ReadOnlySpan<int> indices = loader.IndicesOf(_order, _next++);
        Tensor inputs = Tensor.On(memory, loader.InputShape(indices.Length), Layout.BatchLanes);
        Batch batch = Batch.Of(inputs, indices, loader.Images.Labels);
        if (_next < _count) Prepare();
        return batch;
    }

    /// <summary>Ends the epoch before its time: nothing runs on.</summary>
    public void Stop()
    {
        _job.Cancel();
        GiveBack();
        if (_next < _count && _job.Memory is { } unused) Keep(unused);
        _job.Memory = null;
        (_next, _count) = (0, 0);
    }

    private void Prepare()
    {
        int count = loader.IndicesOf(_order, _next).Length, length = loader.InputShape(count).Count;
        int found = 0;
        while (found < _free.Count && _free[found].Length != length) found++;
        _job.Memory = found < _free.Count ? _free[found] : Storage.Create(length);
        if (found < _free.Count) _free.RemoveAt(found);
        _job.Offer(_order, _next * loader.BatchSize, count);
    }

    private void GiveBack()
    {
        if (_lent is { } memory) Keep(memory);
        _lent = null;
    }

    private void Keep(Storage memory)
    {
        if (recycles && memory.EndLease()) _free.Add(memory); // else a tensor that somebody kept has it
    }

    private sealed class Gathering(DataLoader loader) : AheadJob
    {
        private int[] _order = [];
        private int _first, _images;

        /// <summary>Where the batch is written.</summary>
        public Storage? Memory { get; set; }

        public void Offer(int[] order, int first, int images)
        {
            (_order, _first, _images) = (order, first, images);
            Offer(loader.Pieces(images));
        }

        protected override void Run(int piece) => loader.GatherPiece(_order.AsSpan(_first, _images), Memory!.Span, piece);
    }
}
