using System.CommandLine;
using Engine.Data;

namespace Mnist;

/// <summary>The command line of <c>evaluate</c>.</summary>
internal static class EvaluateCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="evaluate">What to do with the options; gives the exit code.</param>
    public static Command Create(Func<EvaluateOptions, int> evaluate)
    {
        Option<string> weights = OptionKinds.Path("--weights", "Weights that train saved.", "FILE", SavedModel.DefaultPath);
        Option<string?> data = OptionKinds.OptionalPath("--data", "Folder of the four idx files; looked for as train does.", "DIR");
        Option<string?> dataset = OptionKinds.OptionalChoice("--dataset", "What to test on; left out: what the weights were trained on.", "mnist", "fashion");
        Option<string?> json = OptionKinds.OptionalPath("--json", "Also write the numbers to a JSON file.", "FILE");
        Command command = new("evaluate", "Tests saved weights: accuracy, loss, scores of each class, confusion matrix.") { weights, data, dataset, json };
        command.SetAction(parsed => evaluate(new EvaluateOptions(
            parsed.GetRequiredValue(weights), parsed.GetValue(data), parsed.GetValue(dataset) is { } name ? ImageDataset.Parse(name) : null, parsed.GetValue(json))));
        return command;
    }
}
