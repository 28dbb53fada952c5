using System.CommandLine;
using Engine.Data;

namespace Mnist;

/// <summary>The command line of <c>find-lr</c>.</summary>
internal static class FindLrCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="find">What to do with the options; gives the exit code.</param>
    public static Command Create(Func<FindLrOptions, int> find)
    {
        Option<string?> data = OptionKinds.OptionalPath("--data", "Folder of the four idx files; looked for as train does.", "DIR");
        Option<string> dataset = OptionKinds.Choice("--dataset", "What to learn.", "mnist", "fashion");
        Option<string> model = OptionKinds.Choice("--model", "The network, as train has it.", [.. Models.Names]);
        Option<int> batch = OptionKinds.Count("--batch", "Images a step.", defaultValue: 512, least: 2);
        Option<ulong> seed = OptionKinds.Seed("--seed", "Decides the first weights and the order of the images.", defaultValue: 42);
        Option<int> threads = OptionKinds.Threads();
        Option<string> output = OptionKinds.Path("--out", "Folder for find-lr.svg; made where it is missing.", "DIR", defaultValue: "out");
        Command command = new("find-lr", "Tries learning rates from 1e-7 to 10, suggests one, draws the curve.") { data, dataset, model, batch, seed, threads, output };
        command.SetAction(parsed => find(new FindLrOptions(
            parsed.GetValue(data), ImageDataset.Parse(parsed.GetRequiredValue(dataset)), parsed.GetRequiredValue(model), parsed.GetRequiredValue(batch),
            parsed.GetRequiredValue(seed), parsed.GetRequiredValue(threads), parsed.GetRequiredValue(output))));
        return command;
    }
}
