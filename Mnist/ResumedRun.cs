using Engine.Training;

namespace Mnist;

/// <summary>The checkpoint that <c>--resume</c> goes on from.</summary>
internal static class ResumedRun
{
    /// <summary>Reads it and compares the options.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="options">Of this run.</param>
    /// <returns>Null where there is none: the run broke off before the first, and begins again.</returns>
    /// <exception cref="BadInputException">It was written with other options.</exception>
    /// <exception cref="Engine.ModelFormatException">It is damaged, or no checkpoint.</exception>
    public static Checkpoint? Find(string path, TrainOptions options)
    {
        if (!Path.Exists(path)) return null;
        Checkpoint checkpoint = Checkpoint.Read(path);
        string[] differences = [.. options.Decisive
            .Where(option => checkpoint.Notes.GetValueOrDefault(option.Key) != option.Value)
            .Select(option => $"{option.Key} was {checkpoint.Notes.GetValueOrDefault(option.Key) ?? "not there"}, is {option.Value}")];
        return differences.Length == 0 ? checkpoint
            : throw new BadInputException($"--resume: the checkpoint '{path}' is of a run with other options: {string.Join("; ", differences)}.");
    }
}
