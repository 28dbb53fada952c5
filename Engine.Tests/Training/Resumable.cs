using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Optim;
using Engine.Ops;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A training that can be begun again in a fresh learner, as a process that is started again does.</summary>
internal sealed record Resumable(string Name, Func<IEnumerable<Parameter>, Optimizer> Optimizer, Action<Learner, Callback[]> Fit, bool SharesGenerator = false)
{
    public const int Epochs = 3, Batches = 4; // 330 images in batches of 70, the rest dropped

    public static IEnumerable<Resumable> All { get; } =
    [
        new("1cycle, fastai adam", parameters => new FastaiAdam(parameters, 0.02), (learner, callbacks) => learner.Fit(Epochs, [OneCycle(), .. callbacks])),
        new("constant, sgd", parameters => new Sgd(parameters, 0.05, momentum: 0.9, weightDecay: 1e-3), (learner, callbacks) => learner.Fit(Epochs, callbacks)),
        new("groups, adam", parameters => Groups(parameters), (learner, callbacks) => learner.Fit(Epochs, callbacks)),
        new("rmsprop, steps of two batches", parameters => new RmsProp(parameters, 0.01, momentum: 0.5, centered: true), (learner, callbacks) => learner.Fit(Epochs, [new EveryOther(), .. callbacks])),
        new("a generator of its own", parameters => new FastaiAdam(parameters, 0.02), (learner, callbacks) => learner.Fit(Epochs, [OneCycle(), new Noise(new Rng(77)), .. callbacks])),
        new("the generator of the order, shared", parameters => new FastaiAdam(parameters, 0.02), (learner, callbacks) => learner.Fit(Epochs, callbacks), SharesGenerator: true),
        new("mixup, clipping, no progress", parameters => new FastaiAdam(parameters, 0.02), (learner, callbacks) => learner.Fit(Epochs, [
            OneCycle(), new Mixup(new Rng(5)), ClipGradients.ByNorm(0.5), new EarlyStopping(minDelta: 10, patience: 2), new StopOnDivergence(warmUp: 1), .. callbacks])),
        new("a plateau", parameters => new Sgd(parameters, 0.05, momentum: 0.9), (learner, callbacks) => learner.Fit(Epochs, [new ReduceLrOnPlateau(minDelta: 10), .. callbacks])),
        new("half frozen after an epoch", parameters => new Sgd(parameters, 0.05), (learner, callbacks) => learner.Fit(Epochs, [new Freezing(), .. callbacks])),
        new("fine-tuning", parameters => Groups(parameters), (learner, callbacks) => learner.FineTune(Epochs - 1, 0.05, callbacks: callbacks)),
        new("two fits", parameters => new FastaiAdam(parameters, 0.02), (learner, callbacks) =>
        {
            learner.Fit(1, callbacks);
            learner.Fit(Epochs - 1, [OneCycle(), .. callbacks]);
        }),
    ];

    public static ScheduleCallback OneCycle(double rate = 0.03) => new(new Engine.Optim.Schedules.OneCycle(rate));

    public Learner Make(ulong seed = 3)
    {
        Rng rng = new(seed);
        Sequential model = Tiny.Net(rng);
        Rng order = rng.Split();
        DataLoader train = new(Tiny.Images(330, 1), 70, Normalization.None(1), order, dropLast: true), valid = new(Tiny.Images(101, 2), 64, Normalization.None(1));
        return new Learner(train, valid, model, Optimizer(model.Parameters()), loss: null, SharesGenerator ? [new Noise(order)] : []);
    }

    /// <summary>Everything a run comes to, but its times.</summary>
    public static string Result(Learner learner) => string.Join('\n', [
        ModelWeights.Sha256(learner.Model), .. learner.Epochs.Select(epoch => $"{epoch with { Seconds = 0, Metrics = [] }} {string.Join(' ', epoch.Metrics)}"),
        string.Join(' ', learner.Recorder.Losses), string.Join(' ', learner.Recorder.Rates), string.Join(' ', learner.Recorder.Momenta), $"{learner.Recorder.SmoothLoss}", $"{learner.StopReason}",
    ]);

    public override string ToString() => Name;

    private static Adam Groups(IEnumerable<Parameter> parameters)
    {
        Parameter[] all = [.. parameters];
        return new Adam([new ParameterGroup(all[..2], learningRate: 0.01), new ParameterGroup(all[2..])], 0.02, weightDecay: 0.01, amsgrad: true);
    }

    /// <summary>Adds up the gradients of two batches.</summary>
    private sealed class EveryOther : Callback
    {
        public override void BeforeStep(Learner learner)
        {
            if (learner.Step % 2 == 0) learner.SkipStep();
        }
    }

    /// <summary>Draws before each epoch and each batch, as mixup would.</summary>
    private sealed class Noise(Rng rng) : Callback, ICheckpointed
    {
        private float _scale;

        public override void BeforeEpoch(Learner learner) => _scale = rng.Uniform(0.01f, 0.1f);

        public override void BeforeBatch(Learner learner) => learner.Inputs = learner.Inputs + Tensor.Normal(learner.Inputs.Shape, rng) * _scale;

        public void Checkpoint(CheckpointState state)
        {
            double scale = _scale;
            state.Generator("rng", rng);
            state.Value("scale", ref scale);
            _scale = (float)scale;
        }
    }

    private sealed class Freezing : Callback
    {
        public override void AfterBatch(Learner learner)
        {
            if (learner.Step == Batches) learner.Model.Parameters().First().IsTrainable = false;
        }
    }
}
