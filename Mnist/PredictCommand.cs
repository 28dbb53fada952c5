using System.CommandLine;

namespace Mnist;

/// <summary>The command line of <c>predict</c>.</summary>
internal static class PredictCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="predict">What to do with the options; gives the exit code.</param>
    public static Command Create(Func<PredictOptions, int> predict)
    {
        Argument<string[]> files = new("FILE") { Description = "PNG files of one digit each, any size, dark on light or light on dark.", Arity = ArgumentArity.OneOrMore };
        Option<string> weights = OptionKinds.Path("--weights", "Weights that train saved.", "FILE", SavedModel.DefaultPath);
        Option<string?> json = OptionKinds.OptionalPath("--json", "Also write the numbers to a JSON file.", "FILE");
        Command command = new("predict", "Says which digit a picture shows, and shows what the network saw.") { files, weights, json };
        command.SetAction(parsed => predict(new PredictOptions(parsed.GetRequiredValue(files), parsed.GetRequiredValue(weights), parsed.GetValue(json))));
        return command;
    }
}
