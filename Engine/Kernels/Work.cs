using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>A loop body that can be cut anywhere.</summary>
internal interface IWorkBody
{
    /// <summary>Does items <paramref name="from"/> to <paramref name="to"/> - 1. Runs on any thread; must write nothing another item writes.</summary>
    void Run(int from, int to);
}

/// <summary>The only place that starts threads: parallel loops over persistent workers.</summary>
/// <remarks>What an item is follows from shapes alone, never from the number of threads, so results do not depend on it. A loop started while another
/// caller's loop holds the workers runs on its own thread: two models in one process wait for nobody.</remarks>
internal static unsafe class Work
{
    private static readonly Lock Gate = new();
    private static Worker[] _workers = [];
    private static int _threads = Math.Max(1, Environment.ProcessorCount);

    // One loop at a time; the fields below belong to whoever holds Gate.
    private static void* _body;
    private static delegate*<void*, int, int, void> _run;
    private static int _count, _grain, _next, _busy;
    private static Exception? _failure;

    /// <summary>How many threads take part in a loop, the caller among them. Default: the processors this process may use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 1024.</exception>
    public static int Threads
    {
        get => _threads;
        set
        {
            if (value is < 1 or > 1024) throw new ArgumentOutOfRangeException(nameof(value), $"threads must be 1 to 1024, got {value}.");
            lock (Gate) _threads = value;
        }
    }

    /// <summary>Runs items 0..count-1, <paramref name="grain"/> at a time, and returns when all are done.</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="grain">Items in one piece: enough work to be worth handing over.</param>
    /// <param name="body">The loop's body, called with ranges.</param>
    public static void For<TBody>(int count, int grain, ref TBody body) where TBody : struct, IWorkBody
    {
        Debug.Assert(grain > 0);
        if (count <= 0) return;
        if (_threads == 1 || count <= grain || Gate.IsHeldByCurrentThread || !Gate.TryEnter())
        {
            body.Run(0, count);
            return;
        }
        try
        {
#pragma warning disable CS8500 // the address of a local that may hold references: it stays on this stack until every worker is done
            fixed (TBody* pointer = &body) Fork(count, grain, pointer, &Invoke<TBody>);
#pragma warning restore CS8500
        }
        finally
        {
            Gate.Exit();
        }
    }

    private static void Invoke<TBody>(void* body, int from, int to) where TBody : struct, IWorkBody => Unsafe.AsRef<TBody>(body).Run(from, to);

    private static void Fork(int count, int grain, void* body, delegate*<void*, int, int, void> run)
    {
        int pieces = (count + grain - 1) / grain, helpers = Math.Min(_threads, pieces) - 1;
        while (_workers.Length < helpers) _workers = [.. _workers, new Worker()];
        _body = body;
        _run = run;
        _count = count;
        _grain = grain;
        _next = 0;
        _failure = null;
        Volatile.Write(ref _busy, helpers);
        for (int i = 0; i < helpers; i++) _workers[i].Wake();
        Drain();
        SpinWait wait = default;
        while (Volatile.Read(ref _busy) != 0) wait.SpinOnce(sleep1Threshold: -1);
        if (_failure is { } failure) throw new InvalidOperationException("A parallel loop failed: " + failure.Message, failure);
    }

    private static void Drain()
    {
        try
        {
            while (true)
            {
                int from = Interlocked.Add(ref _next, _grain) - _grain;
                if (from >= _count || from < 0) return;
                _run(_body, from, Math.Min(from + _grain, _count));
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException || _failure is null)
        {
            _failure = e;
            Volatile.Write(ref _next, int.MaxValue / 2);
        }
    }

    /// <summary>A thread that spins for a moment after its last loop, then sleeps without burning a core.</summary>
    [SuppressMessage("Reliability", "CA1001", Justification = "Workers live as long as the process.")]
    private sealed class Worker
    {
        private const int SpinTurns = 2_000; // of some 0.3 us: a worker that sleeps between two kernels of a step costs more to wake than it saves
        private readonly SemaphoreSlim _signal = new(0);
        private int _state; // 0 idle, 1 has work, 2 asleep

        public Worker() => new Thread(Loop) { IsBackground = true, Name = "Engine worker" }.Start();

        public void Wake()
        {
            if (Interlocked.Exchange(ref _state, 1) == 2) _signal.Release();
        }

        private void Loop()
        {
            while (true)
            {
                int spins = 0;
                while (Volatile.Read(ref _state) != 1)
                {
                    if (++spins < SpinTurns) Thread.SpinWait(8);
                    else if (Interlocked.CompareExchange(ref _state, 2, 0) == 0) _signal.Wait();
                }
                Volatile.Write(ref _state, 0);
                Drain();
                Interlocked.Decrement(ref _busy);
            }
        }
    }
}
