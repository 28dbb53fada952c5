using System.Globalization;
using System.Text;
using Engine.Nn;
using Engine.Optim;

namespace Engine.Training;

/// <summary>Everything a learner is made of, as text: fastai's <c>learn.summary()</c>.</summary>
public static class LearnerSummary
{
    /// <summary>The table of <see cref="ModelSummary"/> for a training batch, then optimizer, loss, which parameter groups are frozen, callbacks in the order in which
    /// they run, and the advice of <see cref="ModelCheck"/>.</summary>
    /// <param name="learner">The learner.</param>
    /// <exception cref="ArgumentException">The model does not take the images; the message names the layer.</exception>
    public static string Summary(this Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        Shape input = learner.Train.InputShape(learner.Train.BatchSize);
        Optimizer optimizer = learner.Optimizer;
        StringBuilder text = new();
        text.Append(ModelSummary.Of(learner.Model, input));
        text.AppendLine(CultureInfo.InvariantCulture, $"Optimizer {optimizer.GetType().Name}, learning rate {optimizer.LearningRate}, momentum {optimizer.Momentum}, {optimizer.Groups.Count} parameter {(optimizer.Groups.Count == 1 ? "group" : "groups")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Loss {Name(learner.LossFunction)}");
        text.AppendLine(Frozen(optimizer));
        text.AppendLine(CultureInfo.InvariantCulture, $"Callbacks {string.Join(", ", learner.Callbacks.Select(callback => callback.GetType().Name))}");
        foreach (ModelFinding finding in ModelCheck.Diagnose(learner.Model, input, learner.LossFunction == Loss.CrossEntropy ? learner.Train.Images.Classes.Count : null))
            text.AppendLine(CultureInfo.InvariantCulture, $"{(finding.IsError ? "Error" : "Advice")}: {finding}");
        return text.ToString();
    }

    /// <summary>Groups before the first that is trained throughout; batch norms in them may be trained all the same.</summary>
    private static string Frozen(Optimizer optimizer)
    {
        int first = 0;
        while (first < optimizer.Groups.Count && !optimizer.Groups[first].Parameters.All(parameter => parameter.IsTrainable)) first++;
        return first == 0 ? "Model unfrozen" : first == optimizer.Groups.Count ? "Model frozen" : string.Create(CultureInfo.InvariantCulture, $"Model frozen up to parameter group #{first}");
    }

    /// <summary>The method's name; a lambda has none.</summary>
    private static string Name(LossFunction loss) => loss.Method.Name is var name && name.Contains('<') ? "of the program's own" : name;
}
