namespace Engine.Nn;

/// <summary>A model that runs, but does not give one logit for each class.</summary>
internal static class LogitFaults
{
    private const int MostListed = 12; // sizes in a suggestion

    /// <summary>What is wrong with the model's output; null if nothing.</summary>
    /// <param name="walk">Through the whole model.</param>
    /// <param name="input">Shape of a batch.</param>
    /// <param name="classes">How many classes the labels have.</param>
    public static ModelFinding? Find(LayerWalk walk, Shape input, int classes)
    {
        Shape output = walk.Output;
        int items = input.Rank == 0 ? 1 : input[0];
        string start = $"gives {output} for an input of {input}, but labels of {classes} classes need logits {new Shape(items, classes)}";
        return output.Rank switch
        {
            4 => OfImage(walk, start, classes),
            2 => OfRow(walk, start, classes),
            _ => Error(walk.Steps is [.., var last] ? last.Layer : null, $"it {start}.", "End the model with Flatten and one output for each class."),
        };
    }

    private static ModelFinding OfImage(LayerWalk walk, string start, int classes)
    {
        Shape output = walk.Output;
        foreach (LayerStep step in walk.Steps)
            if (step.Layer is Linear && step.Input.Rank == 4)
                return Error(step.Layer, $"it {start}: {ModelCheck.Name(step.Layer)} works on the last dimension of {step.Input} alone.", "Put Flatten before it.");
        Conv2d? conv = walk.Steps.LastOrDefault(step => step.Layer is Conv2d).Layer as Conv2d;
        if (output[2] == 1 && output[3] == 1)
            return output[1] == classes
                ? Error(walk.Steps[^1].Layer, $"it {start}: {ModelCheck.Name(walk.Steps[^1].Layer)} still gives images, of one pixel for each class.", "Add Flatten at the end.")
                : Error(conv, $"it {start}: {Gives(conv, output)} {output[1]} channels of one pixel.", $"Give its last convolution {classes} output channels and add Flatten at the end.");
        if (conv is null)
            return Error(null, $"it {start}: nothing brings the image to one value a class.", "End the model with Flatten and Linear.");
        LayerStep at = walk.Steps.Last(step => step.Layer == conv);
        return Error(conv, $"it {start}. {ModelCheck.Name(conv)} leaves {at.Output[2]} x {at.Output[3]} pixels: {Formula(conv, at)}.", Shrink(at.Output, classes));
    }

    private static ModelFinding? OfRow(LayerWalk walk, string start, int classes)
    {
        int logits = walk.Output[1];
        if (logits == classes) return null;
        LayerStep last = walk.Steps.LastOrDefault(step => step.Layer is Linear or Flatten);
        if (last.Layer is Flatten && last.Input is { Rank: 4 } image && (image[2] > 1 || image[3] > 1))
        {
            string where = $"it {start}: {ModelCheck.Name(last.Layer)} makes {image[1]} x {image[2]} x {image[3]} = {logits} logits of the {image[2]} x {image[3]} pixels that are left";
            LayerStep conv = walk.Steps.LastOrDefault(step => step.Layer is Conv2d);
            return conv.Layer is Conv2d layer && conv.Output[2] == image[2] && conv.Output[3] == image[3]
                ? Error(layer, $"{where} by {ModelCheck.Name(layer)}: {Formula(layer, conv)}.", Shrink(conv.Output, classes))
                : Error(last.Layer, $"{where}.", $"Put Linear({logits}, {classes}) after it, or bring the image to one pixel before it.");
        }
        Module? source = walk.Steps.LastOrDefault(step => step.Layer is Linear or Conv2d).Layer;
        string problem = $"it {start}: {Gives(source, walk.Output)} {logits}.";
        if (logits < classes)
            return Error(source, problem, logits == 1 && classes == 2
                ? "Give it 2 outputs: one logit would need a loss for two classes that takes one." : $"Give it {classes} outputs.");
        return new ModelFinding(source?.Path ?? "", source?.Kind ?? "", IsError: false, problem, $"Logits {classes} to {logits - 1} will only be learnt to be small; give it {classes} outputs.");
    }

    /// <summary>floor((28 + 2*1 - 1*(3-1) - 1)/1) + 1 = 28, for both directions where they differ.</summary>
    private static string Formula(Conv2d conv, LayerStep at)
    {
        Size2 kernel = (conv.Weight.Shape[2], conv.Weight.Shape[3]);
        string height = Axis(at.Input[2], conv.Padding.Top, conv.Padding.Bottom, conv.Dilation.Height, kernel.Height, conv.Stride.Height, at.Output[2]);
        string width = Axis(at.Input[3], conv.Padding.Left, conv.Padding.Right, conv.Dilation.Width, kernel.Width, conv.Stride.Width, at.Output[3]);
        return height == width ? height : $"{height} rows, {width} columns";

        static string Axis(int size, int before, int after, int dilation, int kernel, int stride, int result) =>
            $"floor(({size} + {(before == after ? $"2*{before}" : $"{before} + {after}")} - {dilation}*({kernel}-1) - 1)/{stride}) + 1 = {result}";
    }

    /// <summary>What is to come after an image that is too large.</summary>
    private static string Shrink(Shape image, int classes)
    {
        List<int> sizes = [Math.Max(image[2], image[3])];
        while (sizes[^1] > 1 && sizes.Count < MostListed) sizes.Add((sizes[^1] + 1) / 2);
        int layers = sizes.Count - 1;
        return $"Convolutions with stride 2 and padding of half the kernel halve it: {string.Join(" -> ", sizes)} takes {layers} of them; give the last one {classes} output channels, and add Flatten at the end.";
    }

    private static string Gives(Module? layer, Shape output) => layer is null ? $"{output} has" : $"{ModelCheck.Name(layer)} gives";

    private static ModelFinding Error(Module? layer, string problem, string suggestion) => new(layer?.Path ?? "", layer?.Kind ?? "", IsError: true, problem, suggestion);
}
