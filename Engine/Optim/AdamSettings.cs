using System.Globalization;
using Engine.Kernels;

namespace Engine.Optim;

/// <summary>The arithmetic that Adam's variants share.</summary>
internal readonly struct AdamSettings
{
    private readonly double _beta2, _epsilon;

    public AdamSettings(double beta2, double epsilon, bool amsgrad) => (_beta2, _epsilon, Amsgrad) = (beta2, epsilon, amsgrad);

    /// <summary>Whether the largest mean square is kept.</summary>
    public bool Amsgrad { get; }

    /// <summary>The settings in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"beta2 {_beta2:R}, epsilon {_epsilon:R}, amsgrad {Amsgrad}");

    /// <summary>The groups, once the other settings are known to be right: an optimizer that throws leaves its groups free.</summary>
    public static IEnumerable<ParameterGroup> Checked(string op, IEnumerable<ParameterGroup> groups, string what, double beta2, double epsilon)
    {
        Ranges.Momentum(op, what, beta2);
        Ranges.NonNegative(op, "epsilon", epsilon);
        return groups;
    }

    /// <summary>One step of one parameter; slots: mean, mean square, largest mean square.</summary>
    /// <param name="update">The parameter.</param>
    /// <param name="l2">Weight decay through the gradient.</param>
    /// <param name="decay">Decoupled weight decay.</param>
    public void Run(ParameterUpdate update, double l2, double decay)
    {
        double rate = update.Group.LearningRate, beta1 = update.Group.Momentum;
        AdamRule rule = new()
        {
            L2 = (float)l2,
            Keep = (float)(1 - rate * decay),
            Beta1 = (float)beta1,
            OneMinusBeta1 = (float)(1 - beta1),
            Beta2 = (float)_beta2,
            OneMinusBeta2 = (float)(1 - _beta2),
            Epsilon = (float)_epsilon,
            RootScale = (float)(1 / Math.Sqrt(1 - Power.Integer(_beta2, update.Step))),
            MinusStep = (float)(-rate / (1 - Power.Integer(beta1, update.Step))), // beta1 as it is now: PyTorch and fastai alike
            Amsgrad = Amsgrad,
        };
        OptimizerKernel.Run(rule, update.Gradient, update.Values, update.Slot(0), update.Slot(1), Amsgrad ? update.Slot(2) : default);
    }
}
