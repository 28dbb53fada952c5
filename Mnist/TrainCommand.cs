using System.CommandLine;
using Engine.Data;

namespace Mnist;

/// <summary>The command line of <c>train</c>. With no options it is the book's best run: batch norm, five epochs of 1cycle up to 0.1.</summary>
internal static class TrainCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="train">What to do with the options; gives the exit code.</param>
    public static Command Create(Func<TrainOptions, int> train)
    {
        Option<string?> data = OptionKinds.OptionalPath("--data", "Folder of the four idx files, plain or gzip-compressed. Without it: MNIST_DIR (FASHION_MNIST_DIR), the user's cache folder, a download unless ENGINE_OFFLINE is 1, and at last built-in synthetic digits.", "DIR");
        Option<string> dataset = OptionKinds.Choice("--dataset", "What to learn.", "mnist", "fashion");
        Option<string> model = OptionKinds.Choice("--model", "Five stride-2 convolutions, with batch normalisation (simple-bn) or without.", [.. Models.Names]);
        Option<string> optimizer = OptionKinds.Choice("--optimizer", "fastai's Adam, or gradient descent with momentum 0.9.", "adam", "sgd");
        Option<int> epochs = OptionKinds.Count("--epochs", "Times through the training set.", defaultValue: 5);
        Option<int> batch = OptionKinds.Count("--batch", "Images a step.", defaultValue: TrainOptions.DefaultBatch);
        Option<double> rate = OptionKinds.Positive("--lr", "Learning rate; the peak of one-cycle.", defaultValue: 0.1);
        Option<string> schedule = OptionKinds.Choice("--schedule", "How the learning rate and the momentum move.", "one-cycle", "constant");
        Option<ulong> seed = OptionKinds.Seed("--seed", "Decides the first weights and the order of the images; the same seed gives the same weights, bit for bit.", defaultValue: 42);
        Option<int> threads = OptionKinds.Threads();
        Option<int?> limit = OptionKinds.OptionalCount("--limit", "Use only the first N training images and the first N test images.");
        Option<string> output = OptionKinds.Path("--out", "Folder for weights.safetensors; made where it is missing.", "DIR", defaultValue: "out");
        Option<int?> checkpointEvery = OptionKinds.OptionalCount("--checkpoint-every", "Write checkpoint.safetensors into the folder of the weights every N batches and after each epoch. Ctrl+C writes it in any case.");
        Option<bool> resume = OptionKinds.Flag("--resume", "Go on from that checkpoint, with the same options; from the beginning where there is none.");
        Option<string?> json = OptionKinds.OptionalPath("--json", "Also write the numbers to a JSON file.", "FILE");
        Command command = new("train", "Trains a network, prints its accuracy and confusion matrix, saves its weights.")
        {
            data, dataset, model, optimizer, epochs, batch, rate, schedule, seed, threads, limit, output, checkpointEvery, resume, json,
        };
        command.SetAction(parsed => train(new TrainOptions
        {
            Data = parsed.GetValue(data), Dataset = ImageDataset.Parse(parsed.GetRequiredValue(dataset)), Model = parsed.GetRequiredValue(model),
            Optimizer = parsed.GetRequiredValue(optimizer), Epochs = parsed.GetRequiredValue(epochs), Batch = parsed.GetRequiredValue(batch),
            Rate = parsed.GetRequiredValue(rate), Schedule = parsed.GetRequiredValue(schedule), Seed = parsed.GetRequiredValue(seed),
            Threads = parsed.GetRequiredValue(threads), Limit = parsed.GetValue(limit), Out = parsed.GetRequiredValue(output),
            CheckpointEvery = parsed.GetValue(checkpointEvery), Resume = parsed.GetValue(resume), Json = parsed.GetValue(json),
        }));
        return command;
    }
}
