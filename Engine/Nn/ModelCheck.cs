namespace Engine.Nn;

/// <summary>Finds before the first batch what is wrong between a model, its images and its labels, from shapes alone.</summary>
public static class ModelCheck
{
    /// <summary>Looks at a model that is to give one logit for each class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">Shape of a batch: [64, 1, 28, 28].</param>
    /// <param name="classes">How many classes the labels have; null where the loss wants something else than logits, and the layers alone are looked at.</param>
    /// <returns>The error that stands in the way, if any, then advice.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No classes.</exception>
    public static IReadOnlyList<ModelFinding> Diagnose(Module model, Shape input, int? classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (classes <= 0) throw new ArgumentOutOfRangeException(nameof(classes), $"model check: classes must be positive, got {classes}.");
        LayerWalk walk = LayerWalk.Through(model, input);
        List<ModelFinding> findings = [];
        if (walk.Fault is { } fault) findings.Add(LayerFaults.Explain(fault.Layer, walk.Output, fault.Cause));
        else if (classes is { } count && LogitFaults.Find(walk, input, count) is { } finding) findings.Add(finding);
        if (FewInputs(walk) is { } advice) findings.Add(advice);
        return findings;
    }

    /// <summary>Throws where <see cref="Diagnose"/> finds an error.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">Shape of a batch.</param>
    /// <param name="classes">How many classes the labels have; null where the loss wants something else than logits.</param>
    /// <exception cref="InvalidOperationException">Training cannot work; the message has the layer's path, the sizes and a suggestion.</exception>
    public static void ThrowIfBroken(Module model, Shape input, int? classes)
    {
        foreach (ModelFinding finding in Diagnose(model, input, classes))
            if (finding.IsError) throw new InvalidOperationException($"model: {finding}");
    }

    /// <summary>"layer 2.0 (Conv2d)".</summary>
    internal static string Name(Module layer) => layer.Path.Length == 0 ? $"the model ({layer.Kind})" : $"layer {layer.Path} ({layer.Kind})";

    /// <summary>The book's rule: a filter that computes nearly as many numbers as it is given cannot but copy.</summary>
    private static ModelFinding? FewInputs(LayerWalk walk)
    {
        foreach (LayerStep step in walk.Steps)
        {
            if (step.Layer is not Conv2d conv) continue;
            Shape w = conv.Weight.Shape;
            int inputs = w[1] * w[2] * w[3], filters = w[0] / conv.Groups;
            return 2 * filters < inputs ? null : new ModelFinding(conv.Path, conv.Kind, IsError: false,
                $"{Name(conv)} computes {filters} outputs from {w[1]} x {w[2]} x {w[3]} = {inputs} inputs at every place: with so little left out it hardly has to learn anything.",
                $"A larger kernel ({w[2] + 2}: {w[1] * (w[2] + 2) * (w[3] + 2)} inputs) or less than {(inputs + 1) / 2} filters make it find features.");
        }
        return null;
    }
}
