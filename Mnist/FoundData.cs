using Engine.Data;
using Mnist.Screens;

namespace Mnist;

/// <summary>Where every command finds its data set, and what it says of it.</summary>
/// <param name="screen">Gets the line that tells which data it is.</param>
/// <param name="variable">Looks up environment variables.</param>
internal sealed class FoundData(Screen screen, Func<string, string?> variable)
{
    /// <summary>Finds it (or makes digits up, and warns) and tells so.</summary>
    /// <param name="dataset">Which.</param>
    /// <param name="folder">Its folder; null to look for it.</param>
    /// <param name="doing">What is done with it, for the warning: "training".</param>
    /// <param name="limit">Only the first so many images of each set; null for all.</param>
    public ImageSplits Load(ImageDataset dataset, string? folder, string doing, int? limit = null)
    {
        ImageSplits data = new MnistFiles(dataset) { Variable = variable, AllowDownload = variable("ENGINE_OFFLINE") is not "1" }.Load(folder);
        string start = data.Source == DataSource.Synthetic ? $"WARNING: {doing} on " : "", end = "";
        if (limit is { } most)
        {
            data = data with { Train = data.Train.Take(most), Test = data.Test.Take(most) };
            end = $"; using the first {data.Train.Count} and {data.Test.Count}";
        }
        screen.Line(start + data.Description + end);
        return data;
    }
}
