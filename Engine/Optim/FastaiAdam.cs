using Engine.Nn;

namespace Engine.Optim;

/// <summary>fastai's Adam: its defaults, decoupled weight decay, none for biases and normalisation layers.</summary>
/// <remarks>Both means are corrected for their start at 0 by 1 - momentum^t with the momentum of the present step, also where a
/// schedule changes it. Weight decay leaves out parameters that say so (<see cref="Parameter.Decays"/>).</remarks>
public sealed class FastaiAdam : Optimizer
{
    private readonly AdamSettings _settings;
    private readonly bool _decoupled, _wdBnBias;

    /// <summary>Makes the optimizer for one group of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="momentum">How much of the mean gradient stays; at least 0 and below 1. A schedule of momentum drives it.</param>
    /// <param name="squareMomentum">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="decoupledWeightDecay">False adds weightDecay p to the gradient instead (fastai's decouple_wd).</param>
    /// <param name="wdBnBias">Weight decay for biases and normalisation layers too.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FastaiAdam(
        IEnumerable<Parameter> parameters, double learningRate, double momentum = 0.9, double squareMomentum = 0.99, double epsilon = 1e-5,
        double weightDecay = 0.01, bool decoupledWeightDecay = true, bool wdBnBias = false)
        : this([new ParameterGroup(parameters)], learningRate, momentum, squareMomentum, epsilon, weightDecay, decoupledWeightDecay, wdBnBias)
    {
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups; what they leave out is taken from the settings here.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="momentum">How much of the mean gradient stays; at least 0 and below 1. A schedule of momentum drives it.</param>
    /// <param name="squareMomentum">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="decoupledWeightDecay">False adds weightDecay p to the gradient instead (fastai's decouple_wd).</param>
    /// <param name="wdBnBias">Weight decay for biases and normalisation layers too.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, a group of another optimizer, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FastaiAdam(
        IEnumerable<ParameterGroup> groups, double learningRate, double momentum = 0.9, double squareMomentum = 0.99, double epsilon = 1e-5,
        double weightDecay = 0.01, bool decoupledWeightDecay = true, bool wdBnBias = false)
        : base("fastai adam", AdamSettings.Checked("fastai adam", groups, "square momentum", squareMomentum, epsilon), learningRate, momentum, weightDecay, "grad_avg", "sqr_avg")
    {
        _settings = new AdamSettings(squareMomentum, epsilon, amsgrad: false);
        (_decoupled, _wdBnBias) = (decoupledWeightDecay, wdBnBias);
    }

    /// <inheritdoc/>
    public override string Settings => $"{_settings}, decoupled weight decay {_decoupled}, for biases and normalisation {_wdBnBias}";

    /// <inheritdoc/>
    protected override bool Uses(ParameterGroup group, int slot) => true;

    /// <inheritdoc/>
    protected override void Update(ParameterUpdate update)
    {
        double decay = _wdBnBias || update.Parameter.Decays ? update.Group.WeightDecay : 0;
        _settings.Run(update, l2: _decoupled ? 0 : decay, decay: _decoupled ? decay : 0);
    }
}
