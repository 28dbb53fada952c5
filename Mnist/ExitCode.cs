namespace Mnist;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Training gave no usable model.</summary>
    public const int Diverged = 1;

    /// <summary>An option, a file or a folder is not usable: one line on the error stream says which and why.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by Ctrl+C: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by a request to terminate: 128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
