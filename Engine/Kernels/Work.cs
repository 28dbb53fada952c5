using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>A loop body that can be cut anywhere.</summary>
internal interface IWorkBody
{
    /// <summary>Does items <paramref name="from"/> to <paramref name="to"/> - 1. Runs on any thread; must write nothing another item writes.</summary>
    void Run(int from, int to);
}

/// <summary>The only place that starts threads: parallel loops over persistent workers.</summary>
/// <remarks>What an item is follows from shapes alone, never from the number of threads, so results do not depend on it. A loop started while another
/// caller's loop holds the workers runs on its own thread: two models in one process wait for nobody.
/// Every thread has a share of neighbouring items, the same ones when the loop comes again: what it wrote then is still in its own cache. A thread that is
/// done takes pieces of the others' shares.</remarks>
internal static unsafe class Work
{
    /// <summary>Turns, of some 0.04 us, in which the others should be done before a thread lets the system run something else meanwhile.</summary>
    private const int ShortWait = 1_000;

    private static readonly Lock Gate = new();
    private static Worker[] _workers = [];
    private static int _threads = Math.Max(1, Environment.ProcessorCount);

    // One loop at a time; the fields below belong to whoever holds Gate.
    private static Share*[] _shares = [Share.Create()]; // the caller's, then one a worker
    private static int _taking;
    private static Exception? _failure;
    private static AheadJob? _ahead; // what workers do meanwhile

    /// <summary>How many threads take part in a loop, the caller among them. Default: the processors this process may use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 1024.</exception>
    public static int Threads
    {
        get => _threads;
        set
        {
            if (value is < 1 or > 1024) throw new ArgumentOutOfRangeException(nameof(value), $"threads must be 1 to 1024, got {value}.");
            _threads = value; // the next loop's: one that runs goes on as it is
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

    /// <summary>Lets idle workers do a job's pieces, if they have no other's to do.</summary>
    public static void Offer(AheadJob job)
    {
        AheadJob? other = Volatile.Read(ref _ahead);
        if (_threads > 1 && (other is null || !other.HasPieces)) Interlocked.CompareExchange(ref _ahead, job, other);
    }

    /// <summary>Ends that.</summary>
    public static void Withdraw(AheadJob job) => Interlocked.CompareExchange(ref _ahead, null, job);

    private static void Invoke<TBody>(void* body, int from, int to) where TBody : struct, IWorkBody => Unsafe.AsRef<TBody>(body).Run(from, to);

    private static void Fork(int count, int grain, void* body, delegate*<void*, int, int, void> run)
    {
        int pieces = (count - 1) / grain + 1, threads = Math.Min(_threads, pieces);
        while (_shares.Length < threads) Hire();
        Share*[] shares = _shares;
        _taking = threads;
        _failure = null;
        for (int i = 0; i < threads; i++)
        {
            Share* share = shares[i];
            share->Body = body;
            share->Run = run;
            (share->Grain, share->Next, share->End) = (grain, (int)((long)pieces * i / threads) * grain, (int)Math.Min((long)pieces * (i + 1) / threads * grain, count));
        }
        for (int i = 1; i < threads; i++) _workers[i - 1].Wake();
        Drain(0);
        for (int i = 1; i < threads; i++)
        {
            // every piece is begun by now: one who has not come yet need not come
            if (Interlocked.CompareExchange(ref shares[i]->State, Share.Idle, Share.HasWork) == Share.HasWork) continue;
            for (int turns = 0; turns < ShortWait && Volatile.Read(ref shares[i]->State) == Share.Working; turns++) Thread.SpinWait(1);
            while (Volatile.Read(ref shares[i]->State) == Share.Working) Thread.Yield(); // nothing here may throw: a worker reads this stack
        }
        if (_failure is { } failure) throw new InvalidOperationException("A parallel loop failed: " + failure.Message, failure);
    }

    private static void Hire()
    {
        Share*[] shares = new Share*[_shares.Length + 1];
        for (int i = 0; i < _shares.Length; i++) shares[i] = _shares[i];
        shares[^1] = Share.Create();
        _workers = [.. _workers, new Worker(shares[^1], shares.Length - 1)]; // throws where the system has no more threads: then nothing is changed
        _shares = shares;
    }

    /// <summary>Does the pieces of one's own share, then those that the others have not come to.</summary>
    private static void Drain(int own)
    {
        Share*[] shares = _shares;
        int taking = _taking;
        try
        {
            for (int i = 0, s = own; i < taking; i++, s = s + 1 < taking ? s + 1 : 0)
            {
                Share* share = shares[s];
                for (int end = share->End, grain = share->Grain; Volatile.Read(ref share->Next) < end;)
                {
                    int from = Interlocked.Add(ref share->Next, grain) - grain;
                    if (from >= end || from < 0) break;
                    share->Run(share->Body, from, from + Math.Min(grain, end - from));
                }
            }
        }
        catch (Exception e)
        {
            _failure ??= e;
            for (int i = 0; i < taking; i++) Volatile.Write(ref shares[i]->Next, int.MaxValue / 2);
        }
    }

    /// <summary>A thread's part in the loop: all that it must know, on one cache line, since each line that another core wrote costs some 0.1 us.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Bytes)]
    private struct Share
    {
        /// <summary>Values of <see cref="State"/>.</summary>
        public const int Idle = 0, HasWork = 1, Working = 2, Asleep = 3;

        private const int Bytes = 128; // lines come in pairs

        public int State;

        /// <summary>The first item that nobody has begun, one past the last item, items in a piece.</summary>
        public int Next, End, Grain;

        public void* Body;
        public delegate*<void*, int, int, void> Run;

        /// <summary>Lives as long as the process, as the workers do.</summary>
        public static Share* Create()
        {
            Share* share = (Share*)NativeMemory.AlignedAlloc(Bytes, Bytes);
            *share = default;
            return share;
        }
    }

    /// <summary>A thread that spins for a moment after its last loop, then sleeps without burning a core.</summary>
    [SuppressMessage("Reliability", "CA1001", Justification = "Workers live as long as the process.")]
    private sealed class Worker
    {
        private const int SpinTurns = 16_000; // of some 0.04 us: a worker that sleeps between two kernels of a step costs more to wake than it saves
        private readonly SemaphoreSlim _signal = new(0);
        private readonly Share* _share;
        private readonly int _number;

        public Worker(Share* share, int number)
        {
            _share = share;
            _number = number;
            new Thread(Loop) { IsBackground = true, Name = "Engine worker" }.UnsafeStart(); // no caller's context
        }

        public void Wake()
        {
            if (Interlocked.Exchange(ref _share->State, Share.HasWork) == Share.Asleep) _signal.Release();
        }

        private void Loop()
        {
            Scratch.Prepare();
            while (true)
            {
                // a caller that did all by itself takes its word back, so it must still stand when the work begins
                for (int spins = 0; Interlocked.CompareExchange(ref _share->State, Share.Working, Share.HasWork) != Share.HasWork;)
                {
                    while (Volatile.Read(ref _share->State) != Share.HasWork)
                    {
                        if (Volatile.Read(ref _ahead) is { } job && job.TryPiece()) continue;
                        if (++spins < SpinTurns)
                        {
                            Thread.SpinWait(1);
                        }
                        else if (Interlocked.CompareExchange(ref _share->State, Share.Asleep, Share.Idle) == Share.Idle)
                        {
                            _signal.Wait();
                            spins = 0;
                        }
                    }
                }
                Drain(_number);
                Volatile.Write(ref _share->State, Share.Idle);
            }
        }
    }
}
