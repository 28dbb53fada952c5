namespace Engine.Nn;

/// <summary>A layer that its input does not fit, and what to do about it.</summary>
internal static class LayerFaults
{
    /// <summary>Explains.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="arriving">Shape of what it receives.</param>
    /// <param name="cause">What it says.</param>
    public static ModelFinding Explain(Module layer, Shape arriving, ArgumentException cause)
    {
        string message = Sequential.Message(cause), name = ModelCheck.Name(layer);
        (string problem, string suggestion) = layer switch
        {
            Conv2d conv when arriving.Rank == 4 && arriving[1] != conv.InChannels => (
                $"{name} expects {conv.InChannels} channels, but {arriving} arrives, with {arriving[1]}.",
                $"Make its first argument {arriving[1]}{(arriving[1] == 3 && conv.InChannels == 1 ? ", or turn the images to grey" : "")}."),
            Conv2d or MaxPool2d or AvgPool2d when arriving.Rank == 4 && layer.Window is { } window && TooSmall(layer, arriving) => (
                $"{name} cannot place its kernel of {window.Kernel.Height} x {window.Kernel.Width} on the {arriving[2]} x {arriving[3]} pixels that arrive: {message}",
                "Use larger images, padding of half the kernel, or fewer layers with stride 2 before it."),
            Conv2d when arriving.Rank == 2 => ($"{name} expects images, but {arriving} arrives.", "Put Flatten after the last convolution, or bring the images as [N, C, H, W]."),
            Linear linear when arriving.Rank == 4 => ($"{name} expects {linear.Weight.Shape[1]} inputs, but {arriving} arrives: {arriving[1]} channels of {arriving[2]} x {arriving[3]} pixels.", Flattened(linear, arriving)),
            Linear linear when arriving.Rank == 2 => ($"{name} expects {linear.Weight.Shape[1]} inputs, but {arriving} arrives, with {arriving[1]}.", $"Make its first argument {arriving[1]}."),
            _ => ($"{name} does not fit: {message}", "Change the layer or what comes before it."),
        };
        return new ModelFinding(layer.Path, layer.Kind, IsError: true, problem, suggestion);
    }

    /// <summary>Whether the layer would take the same channels of a larger image.</summary>
    private static bool TooSmall(Module layer, Shape arriving)
    {
        const int Large = 1 << 10;
        try
        {
            _ = layer.OutputShape([1, arriving[1], Large, Large]);
            return arriving[2] > 0 && arriving[3] > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Flattened(Linear linear, Shape arriving)
    {
        long features = (long)arriving[1] * arriving[2] * arriving[3];
        string sum = $"{arriving[1]} * {arriving[2]} * {arriving[3]} = {features}";
        return features == linear.Weight.Shape[1] ? $"Put Flatten before it: it gives {sum} features." : $"Put Flatten before it, which gives {sum} features, and make its first argument {features}.";
    }
}
