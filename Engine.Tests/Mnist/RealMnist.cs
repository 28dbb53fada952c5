using Engine.Data;

namespace Engine.Tests.Mnist;

/// <summary>The published MNIST files, where a test needs them: MNIST_DIR, then the user's cache, then a download (once; not with ENGINE_OFFLINE=1).</summary>
internal static class RealMnist
{
    private static readonly Lazy<FoundFiles> Found = new(() => Finder(ImageDataset.Mnist).Find());

    /// <summary>The folder that holds them; the test is skipped, with the reason, where there is none.</summary>
    public static string Folder
    {
        get
        {
            if (!Found.Value.IsFound) Assert.Ignore($"MNIST is not to be had here: {string.Join("; ", Found.Value.Reasons)}");
            return Found.Value.Folder;
        }
    }

    /// <summary>Looks a data set up as the program does.</summary>
    public static MnistFiles Finder(ImageDataset dataset) => new(dataset) { AllowDownload = Environment.GetEnvironmentVariable("ENGINE_OFFLINE") is not "1" };
}
