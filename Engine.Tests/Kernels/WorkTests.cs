using Engine.Kernels;

namespace Engine.Tests.Kernels;

[TestFixture, NonParallelizable]
internal sealed unsafe class WorkTests
{
    private int _threads;

    [SetUp]
    public void Remember() => _threads = Compute.Threads;

    [TearDown]
    public void Restore() => Compute.Threads = _threads;

    [Test]
    public void Every_item_is_done_once([Values(1, 2, 3, 5)] int threads, [Values(0, 1, 7, 1000)] int count, [Values(1, 3, 64)] int grain)
    {
        Compute.Threads = threads;
        for (int repeat = 0; repeat < 20; repeat++)
        {
            int[] done = new int[count];
            fixed (int* p = done)
            {
                Counting body = new() { Done = p };
                Work.For(count, grain, ref body);
            }
            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void Several_threads_take_part()
    {
        Compute.Threads = 2;
        Meeting body = new() { Met = new CountdownEvent(2) };
        Work.For(2, 1, ref body); // each item waits for the other: alone they would never finish
        Assert.That(body.Met.IsSet, Is.True);
    }

    [Test]
    public void An_exception_comes_out_with_its_cause_and_the_workers_go_on([Values(0, 57, 99)] int at)
    {
        Compute.Threads = 3;
        Failing body = new() { At = at };
        InvalidOperationException? error = Assert.Throws<InvalidOperationException>(() => Work.For(100, 1, ref body));
        Assert.That(error!.Message, Is.EqualTo($"A parallel loop failed: item {at} is bad"));
        Assert.That(error.InnerException, Is.TypeOf<NotSupportedException>());
        Every_item_is_done_once(3, 1000, 1);
    }

    [Test]
    public void A_loop_inside_a_loop_runs_where_it_is()
    {
        Compute.Threads = 3;
        int[] done = new int[20 * 30];
        fixed (int* p = done)
        {
            Nested body = new() { Done = p };
            Work.For(20, 1, ref body);
        }
        Assert.That(done, Is.All.EqualTo(1));
    }

    [Test]
    public void Two_threads_may_call_at_once()
    {
        Compute.Threads = 2;
        OnThreads.Run(Calls, Calls, Calls);

        static void Calls()
        {
            for (int i = 0; i < 300; i++)
            {
                int[] done = new int[500];
                fixed (int* p = done)
                {
                    Counting body = new() { Done = p };
                    Work.For(done.Length, 7, ref body);
                }
                if (done.AsSpan().ContainsAnyExcept(1)) throw new InvalidOperationException("an item was not done once");
            }
        }
    }

    [TestCase(0), TestCase(-1), TestCase(1025)]
    public void The_number_of_threads_has_a_range(int threads)
    {
        Assert.That(() => Compute.Threads = threads, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo($"threads must be 1 to 1024, got {threads}. (Parameter 'value')"));
        Assert.That(Compute.Threads, Is.EqualTo(_threads));
    }

    private struct Counting : IWorkBody
    {
        public int* Done;

        public readonly void Run(int from, int to)
        {
            for (int i = from; i < to; i++) Interlocked.Increment(ref Done[i]);
        }
    }

    private struct Meeting : IWorkBody
    {
        public CountdownEvent Met;

        public readonly void Run(int from, int to)
        {
            Met.Signal();
            if (!Met.Wait(TimeSpan.FromSeconds(20))) throw new TimeoutException("the other item was not begun");
        }
    }

    private struct Failing : IWorkBody
    {
        public int At;

        public readonly void Run(int from, int to)
        {
            if (from <= At && At < to) throw new NotSupportedException($"item {At} is bad");
        }
    }

    private struct Nested : IWorkBody
    {
        public int* Done;

        public readonly void Run(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                Counting inner = new() { Done = Done + i * 30 };
                Work.For(30, 1, ref inner);
            }
        }
    }
}
