using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;

namespace Engine.Training;

/// <summary>Training a part of the model: the parameter groups next to the input keep what they have learned elsewhere.</summary>
/// <remarks>A frozen parameter gets no gradient and no step. Scale and shift of batch norms stay trained in frozen groups (fastai's train_bn) unless the learner was
/// told otherwise; running statistics are updated in any case. Each call makes the optimizer forget its steps, as fastai's does.</remarks>
public static class Freezing
{
    /// <summary>Trains the last group alone.</summary>
    /// <param name="learner">The learner.</param>
    /// <exception cref="InvalidOperationException">There is one group only.</exception>
    public static void Freeze(this Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (learner.Optimizer.Groups.Count == 1)
            throw new InvalidOperationException("freeze: the optimizer has one parameter group; give the learner a splitter that parts what is to be frozen from the rest.");
        learner.FreezeTo(^1);
    }

    /// <summary>Trains all groups.</summary>
    /// <param name="learner">The learner.</param>
    public static void Unfreeze(this Learner learner) => learner.FreezeTo(0);

    /// <summary>Trains a group and those after it.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="group">The first group that is trained; ^1 is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such group.</exception>
    public static void FreezeTo(this Learner learner, Index group)
    {
        ArgumentNullException.ThrowIfNull(learner);
        IReadOnlyList<ParameterGroup> groups = learner.Optimizer.Groups;
        int first = group.GetOffset(groups.Count);
        if ((uint)first >= (uint)groups.Count)
            throw new ArgumentOutOfRangeException(nameof(group), $"freeze: the first group to train must be 0 to {groups.Count - 1} of {groups.Count} parameter groups, got {group}.");
        HashSet<Parameter> always = [.. learner.TrainsBatchNorm ? NormParameters(learner.Model) : []];
        for (int i = 0; i < groups.Count; i++)
            foreach (Parameter parameter in groups[i].Parameters)
            {
                parameter.IsTrainable = i >= first || always.Contains(parameter);
                if (!parameter.IsTrainable) parameter.Value.ZeroGrad();
            }
        learner.Optimizer.ClearState();
    }

    /// <summary>fastai's fine_tune: trains the last group alone by 1cycle, then all of them at half the rate, lower towards the input.</summary>
    /// <param name="learner">The learner, with more than one parameter group.</param>
    /// <param name="epochs">Epochs with all groups, at least 1.</param>
    /// <param name="baseRate">Peak rate of the frozen part.</param>
    /// <param name="freezeEpochs">Epochs of the frozen part, at least 1.</param>
    /// <param name="rateFactor">How many times lower the first group's rate is than the last's (lr_mult), above 0.</param>
    /// <param name="pctStart">Share of the batches in which the rate rises, of the part with all groups.</param>
    /// <param name="div">The peak over the first rate, of the part with all groups.</param>
    /// <param name="weightDecay">Weight decay of all groups; null leaves it as it is.</param>
    /// <param name="callbacks">For both parts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">There is one group only.</exception>
    public static void FineTune(
        this Learner learner, int epochs, double baseRate = 2e-3, int freezeEpochs = 1, double rateFactor = 100, double pctStart = 0.3, double div = 5, double? weightDecay = null,
        params IEnumerable<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(learner);
        Ranges.AtLeast("fine tune", "epochs", 1, epochs);
        Ranges.AtLeast("fine tune", "freeze epochs", 1, freezeEpochs);
        Ranges.Positive("fine tune", "base rate", baseRate);
        Ranges.Positive("fine tune", "rate factor", rateFactor);
        Ranges.Fraction("fine tune", "pct start", pctStart);
        Ranges.Positive("fine tune", "div", div);
        if (weightDecay is { } decay) Ranges.NonNegative("fine tune", "weight decay", decay, nameof(weightDecay));
        Callback[] own = [.. callbacks];
        learner.Freeze();
        try
        {
            learner.FitOneCycle(freezeEpochs, LearningRates.Slice(baseRate), pctStart: 0.99, weightDecay: weightDecay, callbacks: own);
        }
        finally
        {
            learner.Unfreeze();
        }
        if (learner.IsStopping) return;
        learner.FitOneCycle(epochs, LearningRates.Slice(baseRate / 2 / rateFactor, baseRate / 2), div: div, pctStart: pctStart, weightDecay: weightDecay, callbacks: own);
    }

    private static IEnumerable<Parameter> NormParameters(Module module) =>
        module is BatchNorm ? module.OwnParameters : module.Children.SelectMany(child => NormParameters(child.Module));
}
