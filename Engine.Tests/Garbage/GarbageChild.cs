using Engine.Data;
using Engine.Inference;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Tensors;
using Engine.Tests.Ops;
using Engine.Training;

namespace Engine.Tests.Garbage;

/// <summary>Counts what steps allocate, over all threads, in a process where nothing else runs. A line each: <c>name bytes collections</c>.</summary>
internal static class GarbageChild
{
    private const int WarmUp = 30, Measured = 100;

    public static int Run(string what)
    {
        Compute.Threads = 2; // more than there are cores would wait for each other in every loop
        switch (what)
        {
            case "nets": Nets(); break;
            case "ops": Ops(); break;
            case "learner": Learner(); break;
            case "inference": Inference(); break;
            case "planted": Measure("planted", () => GC.KeepAlive(new object())); break;
            default: Memory(int.Parse(what)); break;
        }
        return 0;
    }

    private static void Nets()
    {
        foreach (Net net in Net.All)
            foreach (int batch in new[] { 3, 66 })
            {
                Step step = new(net, batch, parameters => new Sgd(parameters, 0.01, momentum: 0.9));
                Measure($"train {net.Name} {batch}", step.Train);
                Measure($"infer {net.Name} {batch}", step.Infer);
            }
        Net small = Net.All[1];
        foreach ((string name, Func<IEnumerable<Parameter>, Optimizer> make) in new (string, Func<IEnumerable<Parameter>, Optimizer>)[]
        {
            ("sgd", parameters => new Sgd(parameters, 0.01, weightDecay: 0.1)), ("adam", parameters => new Adam(parameters, 0.01, amsgrad: true)),
            ("adamw", parameters => new AdamW(parameters, 0.01)), ("fastai adam", parameters => new FastaiAdam(parameters, 0.01)),
            ("fastai sgd", parameters => new FastaiSgd(parameters, 0.01)), ("rmsprop", parameters => new RmsProp(parameters, 0.01)),
            ("fastai rmsprop", parameters => new FastaiRmsProp(parameters, 0.01, momentum: 0.9)),
        })
            Measure(name, new Step(small, 4, make).TrainClipped);
    }

    private static void Ops()
    {
        foreach (OpCase op in OpCase.All())
        {
            if (op.Name.EndsWith("along", StringComparison.Ordinal)) continue; // hands an array of indices to its caller
            foreach (Tensor input in op.Inputs) input.RequiresGrad = true;
            Workspace workspace = new();
            Measure(op.Name, () =>
            {
                using Workspace.Scope scope = workspace.Begin();
                Tensor y = op.Function(op.Inputs);
                y.Backward(Tensor.Ones(y.Shape));
            });
        }
    }

    private static void Inference()
    {
        foreach ((string name, (_, Shape image)) in Tests.Inference.Nets.All)
            foreach (int batch in new[] { 1, 37 })
            {
                InferenceSession session = new(Tests.Inference.Nets.Create(name));
                Tensor x = Tensor.Normal([batch, .. image.Sizes], new Rng(1));
                float[] output = new float[session.OutputShape(x.Shape).Count];
                Workspace workspace = new();
                Measure($"spans {name} {batch}", () => session.Run(x.AsSpan(), x.Shape, output));
                Measure($"tensors {name} {batch}", () =>
                {
                    using Workspace.Scope scope = workspace.Begin();
                    _ = session.Run(x);
                });
            }
    }

    /// <summary>Batches in the middle of an epoch: between epochs the learner writes down its results.</summary>
    private static void Learner()
    {
        Rng rng = new(1);
        ImageSet images = Training.Tiny.Images(7 * (WarmUp + Measured + 10), 1);
        DataLoader train = new(images, 7, Normalization.None(1), rng.Split()), valid = new(Training.Tiny.Images(20, 2), 9, Normalization.None(1));
        Sequential model = Training.Tiny.Net(rng);
        Watch watch = new();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()); // written between epochs
        new Learner(train, valid, model, new FastaiAdam(model.Parameters(), 0.01), loss: null, watch, new ActivationStats(), new TrainingDoctor(), new StopOnNonFinite(), ClipGradients.ByNorm(1), new CheckpointEvery(path, batches: 100_000)).FitOneCycle(epochs: 2, peakRate: 0.01);
        File.Delete(path);
        Console.WriteLine($"learner {watch.Bytes} {watch.Collections}");
        watch = new();
        Learner grouped = new(new ImageLoaders(train, valid), model, callbacks: [watch, new Changing()], splitter: _ => [model.Parameters().SkipLast(2), model.Parameters().TakeLast(2)]);
        grouped.FitOneCycle(epochs: 2, peakRate: (0.001, 0.01));
        Console.WriteLine($"learner, changed {watch.Bytes} {watch.Collections}");
    }

    /// <summary>How much the resident set grows over many steps of a small net.</summary>
    private static void Memory(int steps)
    {
        Step step = new(Net.All[1], 4, parameters => new Sgd(parameters, 0.01, momentum: 0.9));
        for (int i = 0; i < 3_000; i++) step.Train(); // until the compiler has seen everything, too
        Thread.Sleep(500);
        long before = Environment.WorkingSet;
        for (int i = 0; i < steps; i++) step.Train();
        Console.WriteLine($"grown {Environment.WorkingSet - before}");
    }

    /// <summary>The least of three counts: the runtime allocates once or twice on threads of its own while it compiles what has become hot; a step would do it each time.</summary>
    private static void Measure(string name, Action run)
    {
        for (int i = 0; i < WarmUp; i++) run();
        (long Bytes, int Collections) least = (long.MaxValue, 0);
        for (int count = 0; count < 3 && least != (0, 0); count++)
        {
            int collections = Collections();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Measured; i++) run();
            long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            if (bytes < least.Bytes) least = (bytes, Collections() - collections);
        }
        Console.WriteLine($"{name} {least.Bytes} {least.Collections}");
    }

    private static int Collections() => GC.CollectionCount(0) + GC.CollectionCount(1) + GC.CollectionCount(2);

    /// <summary>Puts other inputs and another loss in the place of the batch's, and steps every other time.</summary>
    private sealed class Changing : Callback
    {
        private readonly LossFunction _loss = static (predictions, labels) => predictions.CrossEntropy(labels, labelSmoothing: 0.1f);

        public override void BeforeBatch(Learner learner)
        {
            learner.Inputs = learner.Inputs * 0.5f;
            learner.BatchLoss = _loss;
        }

        public override void BeforeStep(Learner learner)
        {
            if (learner.BatchIndex % 2 == 0) learner.SkipStep();
        }
    }

    /// <summary>Counts over the batches of the second epoch.</summary>
    private sealed class Watch : Callback
    {
        private long _bytes;
        private int _collections;

        public long Bytes { get; private set; }

        public int Collections { get; private set; }

        public override void BeforeBatch(Learner learner)
        {
            if (learner is not { Epoch: 1 }) return;
            if (learner.BatchIndex == WarmUp) (_collections, _bytes) = (GarbageChild.Collections(), GC.GetTotalAllocatedBytes(precise: true));
            if (learner.BatchIndex == WarmUp + Measured) (Bytes, Collections) = (GC.GetTotalAllocatedBytes(precise: true) - _bytes, GarbageChild.Collections() - _collections);
        }
    }
}
