using System.CommandLine;
using System.CommandLine.Invocation;
using Engine.Training;
using Mnist.Chapter;
using Mnist.Screens;

namespace Mnist;

/// <summary>The program: understands the command line, runs a command, turns faults of the input into one line and an exit code.</summary>
/// <param name="output">Where results go.</param>
/// <param name="error">Where faults go.</param>
internal sealed class App(TextWriter output, TextWriter error)
{
    /// <summary>Looks up environment variables; by default those of the process.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Whether <c>output</c> is a terminal that can move its cursor. Default: told by the console and by NO_COLOR and TERM.</summary>
    public bool? IsTerminal { get; init; }

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line; one that names no command is <c>train</c>'s.</param>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public int Run(IReadOnlyList<string> args)
    {
        RootCommand root = new("Trains the convolutional networks of the book on handwritten digits or on clothes. Without a command: train.")
        {
            TrainCommand.Create(Train), EvaluateCommand.Create(Evaluate), PredictCommand.Create(Predict), ChapterCommand.Create(RunChapter),
            FindLrCommand.Create(FindLr), ReportCommand.Create(Report),
        };
        ParseResult parsed = root.Parse(args is [] || IsOption(args[0]) ? ["train", .. args] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction or null)
            return Fail($"{Problem(parsed)} Try --help.");
        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception fault) when (fault is BadInputException or CheckpointMismatchException or IOException or UnauthorizedAccessException or FormatException)
        {
            return Fail(fault.Message);
        }
        catch (OutOfMemoryException fault)
        {
            return Fail($"not enough memory: {fault.Message} A smaller --batch needs less.");
        }
    }

    private int Evaluate(EvaluateOptions options)
    {
        new EvaluateRun(options, new PlainScreen(output), Variable).Run();
        return ExitCode.Done;
    }

    private int Predict(PredictOptions options)
    {
        new PredictRun(options, new PlainScreen(output)).Run();
        return ExitCode.Done;
    }

    private int Train(TrainOptions options)
    {
        return new TrainRun(options, ScreenForTraining(), error, Variable).Run();
    }

    private int RunChapter(ChapterOptions options)
    {
        new ChapterRun(options, ScreenForTraining(), Variable).Run();
        return ExitCode.Done;
    }

    private int FindLr(FindLrOptions options)
    {
        new FindLrRun(options, new PlainScreen(output), Variable).Run();
        return ExitCode.Done;
    }

    private int Report(ReportOptions options)
    {
        new ReportRun(options, new PlainScreen(output), Variable).Run();
        return ExitCode.Done;
    }

    private Screen ScreenForTraining() =>
        IsTerminal ?? (!Console.IsOutputRedirected && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") is not "dumb") ? new LiveScreen(output) : new PlainScreen(output);

    /// <summary>Whether an argument is an option that the program itself does not have.</summary>
    private static bool IsOption(string argument) => argument.StartsWith('-') && argument is not ("--help" or "-h" or "-?" or "--version");

    private static string Problem(ParseResult parsed) =>
        parsed.UnmatchedTokens is [var token, ..] ? $"unknown command or option '{token}'."
        : parsed.Errors is [var first, ..] ? first.Message : "a command is missing.";

    private int Fail(string message)
    {
        error.WriteLine($"error: {string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))}");
        return ExitCode.BadInput;
    }
}
