using System.Runtime.InteropServices;
using Engine.Training;

namespace Mnist;

/// <summary>While it lives, the first Ctrl+C (or SIGTERM) asks training to end after the batch in hand; the second ends the process at once.</summary>
internal sealed class Interruption : Callback, IDisposable
{
    private readonly PosixSignalRegistration[] _signals;
    private readonly Action _beforeExit;
    private int _exitCode;

    /// <summary>Begins to listen.</summary>
    /// <param name="beforeExit">Called before the process is ended at once: puts the terminal right.</param>
    public Interruption(Action beforeExit)
    {
        _beforeExit = beforeExit;
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>The exit code that tells of the signal; null where none came.</summary>
    public int? Requested => Volatile.Read(ref _exitCode) is not 0 and var code ? code : null;

    /// <inheritdoc/>
    public override void AfterBatch(Learner learner)
    {
        if (Requested is not null) learner.Interrupt("interrupted");
    }

    /// <inheritdoc/>
    public override void AfterEpoch(Learner learner) => AfterBatch(learner);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        int code = context.Signal == PosixSignal.SIGTERM ? ExitCode.Terminated : ExitCode.Interrupted;
        if (Interlocked.CompareExchange(ref _exitCode, code, 0) != 0)
        {
            _beforeExit();
            Environment.Exit(code); // files are replaced as a whole, so none is left half written
        }
        context.Cancel = true;
    }
}
