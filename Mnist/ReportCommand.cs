using System.CommandLine;
using Engine.Data;

namespace Mnist;

/// <summary>The command line of <c>report</c>.</summary>
internal static class ReportCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="report">What to do with the options; gives the exit code.</param>
    public static Command Create(Func<ReportOptions, int> report)
    {
        Option<string> weights = OptionKinds.Path("--weights", "Weights that train saved.", "FILE", SavedModel.DefaultPath);
        Option<string?> data = OptionKinds.OptionalPath("--data", "Folder of the four idx files; looked for as train does.", "DIR");
        Option<string?> dataset = OptionKinds.OptionalChoice("--dataset", "What to test on; left out: what the weights were trained on.", "mnist", "fashion");
        Option<string> output = OptionKinds.Path("--out", "Folder for report.html; made where it is missing.", "DIR", defaultValue: "out");
        Command command = new("report", "Writes a page on saved weights: scores, confusion, the worst mistakes, what the layers look for.") { weights, data, dataset, output };
        command.SetAction(parsed => report(new ReportOptions(
            parsed.GetRequiredValue(weights), parsed.GetValue(data), parsed.GetValue(dataset) is { } name ? ImageDataset.Parse(name) : null, parsed.GetRequiredValue(output))));
        return command;
    }
}
