using Engine.Kernels;

namespace Engine.Tests.Kernels;

[TestFixture, NonParallelizable]
internal sealed class AheadJobTests
{
    private int _threads;

    [SetUp]
    public void Remember() => _threads = Compute.Threads;

    [TearDown]
    public void Restore() => Compute.Threads = _threads;

    [Test]
    public void Every_piece_is_done_once_however_often_a_job_is_offered([Values(1, 2, 3)] int threads, [Values(0, 1, 40)] int pieces)
    {
        Compute.Threads = threads;
        Counting job = new(40);
        for (int repeat = 1; repeat <= 200; repeat++)
        {
            job.Offer(pieces);
            Spin(repeat % 3); // loops of other work come between
            job.Finish();
            Assert.That(job.Done.Take(pieces), Is.All.EqualTo(repeat));
            Assert.That(job.Done.Skip(pieces), Is.All.Zero);
        }
    }

    [Test]
    public void Idle_workers_do_pieces_before_anybody_asks()
    {
        Compute.Threads = 2;
        Counting job = new(5);
        Spin(1); // a worker is awake
        job.Offer(5);
        Assert.That(() => { Spin(1); return job.Done.Sum(); }, Is.EqualTo(5).After(10_000, 1));
        job.Finish();
    }

    [Test]
    public void What_a_piece_throws_reaches_who_finishes_and_the_job_can_be_offered_again([Values(1, 2)] int threads)
    {
        Compute.Threads = threads;
        Counting job = new(8) { Bad = 3 };
        job.Offer(8);
        Assert.That(job.Finish, Throws.InvalidOperationException.With.Message.EqualTo("piece 3"));
        Assert.That(job.Done, Is.EqualTo(new[] { 1, 1, 1, 0, 1, 1, 1, 1 }));
        job.Bad = -1;
        job.Offer(8);
        job.Finish();
        Assert.That(job.Done.Sum(), Is.EqualTo(15));
    }

    [Test]
    public void After_a_cancelled_job_nothing_runs_on([Values(1, 2, 3)] int threads)
    {
        Compute.Threads = threads;
        Counting job = new(1000);
        for (int repeat = 0; repeat < 100; repeat++)
        {
            job.Offer(1000);
            Spin(repeat % 2);
            job.Cancel();
            int done = job.Done.Sum();
            Spin(1);
            Assert.That((job.Running, job.Done.Sum()), Is.EqualTo((0, done)));
        }
    }

    [Test]
    public void A_job_that_was_left_behind_does_not_keep_workers_from_the_next()
    {
        Compute.Threads = 2;
        Counting left = new(3), next = new(5);
        Spin(1);
        left.Offer(3);
        Assert.That(() => { Spin(1); return left.Done.Sum(); }, Is.EqualTo(3).After(10_000, 1));
        next.Offer(5);
        Assert.That(() => { Spin(1); return next.Done.Sum(); }, Is.EqualTo(5).After(10_000, 1));
        next.Finish();
        left.Finish();
    }

    private static void Spin(int loops)
    {
        for (int i = 0; i < loops; i++)
        {
            Pause body = default;
            Work.For(4, 1, ref body);
            Thread.SpinWait(500);
        }
    }

    private struct Pause : IWorkBody
    {
        public readonly void Run(int from, int to) => Thread.SpinWait(100);
    }

    private sealed class Counting(int pieces) : AheadJob
    {
        private int _running;

        public int[] Done { get; } = new int[pieces];

        public int Bad { get; set; } = -1;

        public int Running => Volatile.Read(ref _running);

        protected override void Run(int piece)
        {
            Interlocked.Increment(ref _running);
            try
            {
                if (piece == Bad) throw new InvalidOperationException($"piece {piece}");
                Thread.SpinWait(20);
                Interlocked.Increment(ref Done[piece]);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }
}
