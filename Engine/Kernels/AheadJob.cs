using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Engine.Kernels;

/// <summary>Work that is wanted later, cut into pieces of some microseconds. <see cref="Work"/>'s workers do them between two loops, when they would only spin;
/// whoever wants the result does what is left by <see cref="Finish"/>.</summary>
/// <remarks>No thread is started for it, so that on a machine whose processors are all busy nothing is pushed aside. Which thread does a piece decides nothing
/// but the time, if no piece writes what another one reads or writes. One owner calls <see cref="Offer"/>, then <see cref="Finish"/> or <see cref="Cancel"/>; the object may
/// be offered again then.</remarks>
internal abstract class AheadJob
{
    private const int Closed = int.MaxValue / 2; // more than any count, and room for threads that come too late

    /// <summary>Turns, of some 0.04 us, after which the system may run something else meanwhile.</summary>
    private const int ShortWait = 1_000;

    private int _next = Closed, _done, _count;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether there are pieces nobody has begun.</summary>
    public bool HasPieces => Volatile.Read(ref _next) < _count;

    /// <summary>Lets workers begin. What <see cref="Run"/> needs must be in place.</summary>
    /// <param name="count">Number of pieces.</param>
    public void Offer(int count)
    {
        Debug.Assert(_next >= Closed && count < Closed);
        (_count, _done, _failure) = (count, 0, null);
        Volatile.Write(ref _next, 0);
        Work.Offer(this);
    }

    /// <summary>Does the pieces nobody has begun, with all threads, and waits for the others.</summary>
    /// <exception cref="Exception">Whatever a piece threw.</exception>
    public void Finish()
    {
        Rest rest = new() { Job = this };
        Work.For(Math.Max(0, _count - Volatile.Read(ref _next)), 1, ref rest);
        Close();
        _failure?.Throw();
    }

    /// <summary>Ends the job without its result: pieces that are begun are waited for, no other is begun. Does nothing where none is offered.</summary>
    public void Cancel() => Close();

    /// <summary>Does a piece that nobody has begun.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryPiece()
    {
        if (!HasPieces) return false;
        int piece = Interlocked.Increment(ref _next) - 1;
        if (piece >= _count) return false;
        try
        {
            Run(piece);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
        Interlocked.Increment(ref _done);
        return true;
    }

    /// <summary>Does a piece, on any thread.</summary>
    protected abstract void Run(int piece);

    private void Close()
    {
        Work.Withdraw(this);
        int begun = Interlocked.Exchange(ref _next, Closed);
        if (begun >= Closed) return;
        int wanted = Math.Min(begun, _count);
        for (int turns = 0; turns < ShortWait && Volatile.Read(ref _done) < wanted; turns++) Thread.SpinWait(1);
        while (Volatile.Read(ref _done) < wanted) Thread.Yield(); // nothing here may throw: a worker still writes
    }

    private struct Rest : IWorkBody
    {
        public AheadJob Job;

        public readonly void Run(int from, int to)
        {
            for (int i = from; i < to && Job.TryPiece(); i++)
            {
            }
        }
    }
}
