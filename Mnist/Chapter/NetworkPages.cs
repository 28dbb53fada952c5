using Engine;
using Engine.Nn;
using Engine.Reporting;

namespace Mnist.Chapter;

/// <summary>The chapter's networks before they are trained: one that cannot be, and those that can.</summary>
internal static class NetworkPages
{
    /// <summary>Adds the sections.</summary>
    /// <param name="report">To this.</param>
    public static void Add(HtmlReport report)
    {
        Rng rng = new(0);
        Sequential broken = [new Conv2d(1, 30, rng, 3, padding: 1), new Relu(), new Conv2d(30, 1, rng, 3, padding: 1)];
        report.Section("A first network")
            .Paragraph($"broken_cnn, two convolutions that keep the image's size, gives {broken.OutputShape([64, 1, 28, 28])} for a batch of 64: a map of numbers for each digit where one answer is wanted. Asked before the first batch, the engine says:")
            .Bullets([.. ModelCheck.Diagnose(broken, [64, 1, 28, 28], classes: 2).Select(finding => finding.ToString())])
            .Paragraph("Convolutions of stride 2 halve the image until one pixel is left. Twice the filters where the image is halved keep the work of a layer about the same; the receptive field, what a result sees of the image, grows with depth.")
            .Subsection("3 or 7").Preformatted(ModelSummary.Of(Models.ThreeOrSeven(rng), [64, 1, 28, 28]).ToString())
            .Subsection("Ten digits, with a first kernel of 5 x 5 so that 8 filters choose from 25 pixels").Preformatted(ModelSummary.Of(Models.SimpleCnn(rng), [64, 1, 28, 28]).ToString())
            .Subsection("Pooling in the place of strides").Preformatted(ModelSummary.Of(Models.PooledCnn(rng), [64, 1, 28, 28]).ToString());
    }
}
