using System.CommandLine;

namespace Mnist.Chapter;

/// <summary>The command line of <c>chapter</c>.</summary>
internal static class ChapterCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="chapter">What to do with the options; gives the exit code.</param>
    public static Command Create(Func<ChapterOptions, int> chapter)
    {
        Option<string?> data = OptionKinds.OptionalPath("--data", "Folder of MNIST's four idx files; looked for as train does.", "DIR");
        Option<string> output = OptionKinds.Path("--out", "Folder for chapter.html and its plots; made where it is missing.", "DIR", defaultValue: "out");
        Option<ulong> seed = OptionKinds.Seed("--seed", "Decides the first weights and the order of the images of every step.", defaultValue: 42);
        Option<int> threads = OptionKinds.Threads();
        Option<int?> limit = OptionKinds.OptionalCount("--limit", "Use only the first N training images and the first N test images.");
        Option<string?> json = OptionKinds.OptionalPath("--json", "Also write the numbers to a JSON file.", "FILE");
        Command command = new("chapter", "Goes through the book's chapter: edge kernels, every training from 3 or 7 to five epochs with batch normalisation, and a report with all its pictures.")
        {
            data, output, seed, threads, limit, json,
        };
        command.SetAction(parsed => chapter(new ChapterOptions(
            parsed.GetValue(data), parsed.GetRequiredValue(output), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(threads), parsed.GetValue(limit), parsed.GetValue(json))));
        return command;
    }
}
