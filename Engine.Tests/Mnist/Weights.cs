using Engine.Interop;
using Engine.Nn;
using Engine.Tests.Data;
using Mnist;

namespace Engine.Tests.Mnist;

/// <summary>Files of weights for tests.</summary>
internal static class Weights
{
    /// <summary>Trains an epoch on synthetic digits; the numbers go to train.json in the same folder.</summary>
    /// <returns>The file.</returns>
    public static string Train(TempFolder folder)
    {
        AppRun run = AppRun.Of(folder, "train", "--epochs", "1", "--lr", "0.05", "--batch", "128", "--out", folder.File("out"), "--json", folder.File("train.json"));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return folder.File(Path.Combine("out", "weights.safetensors"));
    }

    /// <summary>Writes first weights.</summary>
    public static void Write(string path, string model, params (string Key, string Value)[] metadata)
    {
        Sequential net = Models.Create(model, new Rng(1));
        ModelWeights.Save(net, path, metadata.ToDictionary(pair => pair.Key, pair => pair.Value));
    }
}
