using Engine.Data;
using Engine.Nn;
using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/checkpoints.md, run.</summary>
internal static class CheckpointPage
{
    public static void Run(ImageLoaders data, Module model, string path)
    {
        Learner learner = new(data, model, Loss.CrossEntropy, callbacks: [new CheckpointEvery(path, batches: 100)]);
        if (File.Exists(path)) learner.Resume(path);
        learner.FitOneCycle(epochs: 5, peakRate: 0.1);
    }

    /// <summary>Ends training when the validation loss has not fallen for some epochs.</summary>
    public sealed class Patience(int epochs) : Callback, ICheckpointed
    {
        private double _best = double.PositiveInfinity;
        private int _waited;

        public override void AfterEpoch(Learner learner)
        {
            double loss = learner.Epochs[^1].ValidLoss;
            (_best, _waited) = loss < _best ? (loss, 0) : (_best, _waited + 1);
            if (_waited == epochs) learner.Stop($"no progress in {epochs} epochs");
        }

        public void Checkpoint(CheckpointState state)
        {
            state.MustMatch("epochs", epochs); // another number is a difference
            state.Value("best", ref _best); // saved, or loaded, by the same line
            state.Value("waited", ref _waited);
        }
    }
}
