using Engine.Tests.Data;
using Mnist;

namespace Engine.Tests.Mnist;

/// <summary>The program run in this process: what it printed, and its exit code.</summary>
internal sealed record AppRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs it without a network, with an empty cache and no data anywhere: on synthetic digits.</summary>
    public static AppRun Of(TempFolder folder, params string[] args) => Of(folder, isTerminal: false, args);

    public static AppRun Of(TempFolder folder, bool isTerminal, params string[] args)
    {
        int threads = Compute.Threads;
        try
        {
            using StringWriter output = new(), error = new();
            App app = new(output, error) { IsTerminal = isTerminal, Variable = name => Variable(folder, name) };
            return new AppRun(app.Run(args), output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
        }
        finally
        {
            Compute.Threads = threads;
        }
    }

    public string[] Lines => Output.Split('\n');

    private static string? Variable(TempFolder folder, string name) => name switch
    {
        "ENGINE_OFFLINE" => "1",
        "XDG_CACHE_HOME" or "LOCALAPPDATA" or "HOME" => folder.File("cache"),
        _ => null,
    };
}
