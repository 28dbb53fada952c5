using System.Runtime.ExceptionServices;

namespace Engine.Tests;

/// <summary>Threads for tests: what is thrown on one comes out of the test instead of ending the process.</summary>
internal static class OnThreads
{
    /// <summary>Runs the actions at once, each on a thread of its own, and waits for all.</summary>
    public static void Run(params ReadOnlySpan<Action> actions) => Run(maxStackSize: 0, actions);

    public static void Run(int maxStackSize, params ReadOnlySpan<Action> actions)
    {
        List<Action> ends = [];
        foreach (Action action in actions) ends.Add(Start(action, maxStackSize));
        foreach (Action end in ends) end();
    }

    /// <summary>Starts an action; the result waits for it and throws what it threw.</summary>
    public static Action Start(Action action, int maxStackSize = 0)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, maxStackSize);
        thread.Start();
        return () =>
        {
            thread.Join();
            failure?.Throw();
        };
    }
}
