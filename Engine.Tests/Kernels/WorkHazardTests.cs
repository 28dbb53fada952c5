using System.Diagnostics;
using Engine.Kernels;
using Engine.Tests.Processes;

namespace Engine.Tests.Kernels;

/// <summary>Loops under what seldom happens: callers that meet, are interrupted, change the number of threads, fail everywhere at once.</summary>
[TestFixture, NonParallelizable]
internal sealed unsafe class WorkHazardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private int _threads;

    [SetUp]
    public void Remember() => _threads = Compute.Threads;

    [TearDown]
    public void Restore() => Compute.Threads = _threads;

    [Test]
    public void Who_finds_the_workers_taken_waits_for_nobody()
    {
        Compute.Threads = 2;
        using ManualResetEventSlim inside = new(), release = new();
        Action end = OnThreads.Start(() =>
        {
            Blocked body = new() { Inside = inside, Release = release };
            Work.For(2, 1, ref body);
        });
        try
        {
            Assert.That(inside.Wait(Patience), Is.True);
            Action other = OnThreads.Start(() =>
            {
                AssertEachOnce(1000, 3);
                Compute.Threads = 3; // nor does this wait
                AssertEachOnce(1000, 3);
                release.Set();
            });
            Assert.That(release.Wait(Patience), Is.True);
            other();
        }
        finally
        {
            release.Set();
            end();
        }
    }

    [Test]
    public void An_interrupted_caller_still_waits_for_its_workers()
    {
        Compute.Threads = 2;
        OnThreads.Run(() =>
        {
            int begun = 0, done = 0;
            Interrupted body = new() { Caller = Environment.CurrentManagedThreadId, Begun = &begun, Done = &done };
            Work.For(2, 1, ref body);
            int whenReturned = Volatile.Read(ref done);
            Assert.That(() => Thread.Sleep(1), Throws.TypeOf<ThreadInterruptedException>(), "the interruption comes at the caller's own next wait");
            Assert.That(whenReturned, Is.EqualTo(2));
        });
    }

    [Test]
    public void All_threads_may_fail_at_once_even_for_want_of_memory()
    {
        Compute.Threads = 2;
        for (int i = 0; i < 50; i++)
        {
            FailingTogether body = new() { Met = new Barrier(2) };
            InvalidOperationException? error = Assert.Throws<InvalidOperationException>(() => Work.For(2, 1, ref body));
            Assert.That(error!.InnerException, Is.TypeOf<InsufficientMemoryException>().With.Message.EqualTo("no more"));
        }
        AssertEachOnce(1000, 1);
    }

    [Test]
    public void A_loop_may_have_as_many_items_as_an_int_can_tell([Values(4096, 1 << 29)] int grain)
    {
        Compute.Threads = 3;
        long items = 0;
        Lengths body = new() { Sum = &items };
        Work.For(int.MaxValue, grain, ref body);
        Assert.That(items, Is.EqualTo(int.MaxValue));
    }

    [Test]
    public void Callers_that_nest_fail_and_change_the_number_of_threads_do_not_disturb_each_other()
    {
        long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency; // a second
        OnThreads.Run(() => Until(end, i => AssertEachOnce(1 + i % 700, 1 + i % 5)), () => Until(end, Nest), () => Until(end, Fail), () => Until(end, i =>
        {
            Compute.Threads = 1 + i % 6;
            if (i % 7 == 0) Thread.Sleep(1); // the workers of short loops fall asleep now and then
        }));

        static void Until(long end, Action<int> run)
        {
            for (int i = 0; Stopwatch.GetTimestamp() < end; i++) run(i);
        }

        static void Nest(int i)
        {
            int* done = stackalloc int[12 * 9];
            new Span<int>(done, 12 * 9).Clear();
            Nested body = new() { Done = done };
            Work.For(12, 1 + i % 3, ref body);
            if (new Span<int>(done, 12 * 9).ContainsAnyExcept(1)) throw new InvalidOperationException("an inner item was not done once");
        }

        static void Fail(int i)
        {
            try
            {
                FailingAt body = new() { At = i % 40 };
                Work.For(40, 1, ref body);
            }
            catch (Exception e) when (e is NotSupportedException || e.InnerException is NotSupportedException)
            {
                return;
            }
            throw new InvalidOperationException("the failure was lost");
        }
    }

    [Test]
    public void A_second_after_its_last_loop_a_process_takes_no_processor()
    {
        ChildProcess child = ChildProcess.Run(["idle"]);
        Assert.That(double.Parse(child["percent"], System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(1), child.Output);
    }

    /// <summary>The child of the test above.</summary>
    public static int Idle()
    {
        Compute.Threads = 4;
        for (int i = 0; i < 100; i++) AssertEachOnce(1000, 1);
        Thread.Sleep(1000);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Thread.Sleep(1000);
        Console.WriteLine(FormattableString.Invariant($"percent {(Environment.CpuUsage.TotalTime - before).TotalSeconds * 100:F3}"));
        return 0;
    }

    private static void AssertEachOnce(int count, int grain)
    {
        int[] done = new int[count];
        fixed (int* p = done)
        {
            Counting body = new() { Done = p };
            Work.For(count, grain, ref body);
        }
        if (done.AsSpan().ContainsAnyExcept(1)) throw new InvalidOperationException("an item was not done once");
    }

    private struct Counting : IWorkBody
    {
        public int* Done;

        public readonly void Run(int from, int to)
        {
            for (int i = from; i < to; i++) Interlocked.Increment(ref Done[i]);
        }
    }

    private struct Nested : IWorkBody
    {
        public int* Done;

        public readonly void Run(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                Counting inner = new() { Done = Done + i * 9 };
                Work.For(9, 1, ref inner);
            }
        }
    }

    private struct Lengths : IWorkBody
    {
        public long* Sum;

        public readonly void Run(int from, int to) => Interlocked.Add(ref *Sum, to - (long)from);
    }

    private struct Blocked : IWorkBody
    {
        public ManualResetEventSlim Inside, Release;

        public readonly void Run(int from, int to)
        {
            Inside.Set();
            if (!Release.Wait(Patience)) throw new TimeoutException("the other caller waits");
        }
    }

    private struct FailingAt : IWorkBody
    {
        public int At;

        public readonly void Run(int from, int to)
        {
            if (from <= At && At < to) throw new NotSupportedException();
        }
    }

    private struct FailingTogether : IWorkBody
    {
        public Barrier Met;

        public readonly void Run(int from, int to)
        {
            if (!Met.SignalAndWait(Patience)) throw new TimeoutException("the other item was not begun");
            throw new InsufficientMemoryException("no more");
        }
    }

    /// <summary>The caller's item ends with an interruption of the caller, the worker's comes long after.</summary>
    private struct Interrupted : IWorkBody
    {
        public int Caller;
        public int* Begun, Done;

        public readonly void Run(int from, int to)
        {
            Interlocked.Increment(ref *Begun);
            while (Volatile.Read(ref *Begun) < 2) Thread.SpinWait(10); // a wait that cannot be interrupted
            long start = Stopwatch.GetTimestamp();
            if (Environment.CurrentManagedThreadId == Caller) Thread.CurrentThread.Interrupt();
            else while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 100) Thread.SpinWait(10);
            Interlocked.Increment(ref *Done);
        }
    }
}
