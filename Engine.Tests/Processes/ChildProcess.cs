using System.Diagnostics;

namespace Engine.Tests.Processes;

/// <summary>A finished run of this assembly as a process of its own.</summary>
internal sealed record ChildProcess(int ExitCode, string Output, string Error)
{
    private const int TimeoutSeconds = 300;

    /// <summary>Runs <see cref="ChildProgram"/> with arguments and environment variables, to its end.</summary>
    public static ChildProcess Run(string[] args, params (string Name, string Value)[] environment) => RunIn(folder: "", args, environment);

    /// <summary>The same in another folder.</summary>
    public static ChildProcess RunIn(string folder, string[] args, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [typeof(ChildProcess).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0"; // some are meant to die
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(TimeoutSeconds)))
        {
            process.Kill();
            Assert.Fail($"'{string.Join(' ', args)}' did not end within {TimeoutSeconds} seconds.");
        }
        return new ChildProcess(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The value of a line <c>name value</c> of the output.</summary>
    public string this[string name] => Output.Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..].TrimEnd()
        ?? throw new AssertionException($"the child told no '{name}' (exit code {ExitCode}). Output: {Output} Error: {Error}");
}
