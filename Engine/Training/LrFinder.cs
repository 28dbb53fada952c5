using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;

namespace Engine.Training;

/// <summary>The search for a learning rate (Smith, 2015; fastai's lr_find): a mock training at ever larger rates, of which nothing stays.</summary>
public static class LrFinder
{
    /// <summary>Trains over some batches at rates that grow by equal factors, until the loss diverges, and puts everything back.</summary>
    /// <param name="learner">The learner. Model with its buffers, optimizer and the order of the images are as before afterwards, also after an exception.</param>
    /// <param name="startRate">The first rate, above 0.</param>
    /// <param name="endRate">What the last would grow to, above the first.</param>
    /// <param name="steps">Batches, at least 6.</param>
    /// <param name="stopsWhereItDiverges">Ends where the smoothed loss is more than 4 times its best; else the search goes to the end of the rates, or of the numbers.</param>
    /// <param name="callbacks">Who takes part besides those of the learner's callbacks that change the training (<see cref="Callback.ChangesTraining"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A fit is running.</exception>
    public static LrSearch LrFind(
        this Learner learner, double startRate = 1e-7, double endRate = 10, int steps = 100, bool stopsWhereItDiverges = true, params IEnumerable<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(learner);
        Ranges.Positive("lr find", "start rate", startRate);
        Ranges.Positive("lr find", "end rate", endRate);
        if (endRate <= startRate) throw new ArgumentOutOfRangeException(nameof(endRate), FormattableString.Invariant($"lr find: end rate must be above the start rate {startRate}, got {endRate}."));
        Ranges.AtLeast("lr find", "steps", 6, steps);
        learner.CheckIdle("lr find");
        Search search = new(new SchedExp(startRate, endRate), steps, stopsWhereItDiverges);
        Saved saved = new(learner);
        try
        {
            List<Callback> active = [search, .. learner.Callbacks.Where(callback => callback.ChangesTraining), .. callbacks];
            learner.Run((steps - 1) / learner.Train.BatchCount + 1, [.. active.OrderBy(callback => callback.Order)], validates: false);
        }
        finally
        {
            saved.Restore(learner);
        }
        return new LrSearch(search.Rates, search.Losses, steps);
    }

    private sealed class Search(SchedExp rates, int steps, bool stops) : Callback
    {
        private const double Diverged = 4;
        private readonly Recorder _recorder = new();
        private double _best = double.PositiveInfinity;

        /// <summary>Where schedules are.</summary>
        public override int Order => -10;

        public List<double> Rates { get; } = [];

        public List<double> Losses { get; } = [];

        public override void BeforeBatch(Learner learner) => learner.Optimizer.LearningRate = rates.At((double)learner.Step / steps);

        public override void AfterLoss(Learner learner) => _recorder.AfterLoss(learner);

        public override void AfterBatch(Learner learner)
        {
            double loss = _recorder.SmoothLoss;
            Rates.Add(learner.Optimizer.LearningRate);
            Losses.Add(loss);
            _best = Math.Min(_best, loss);
            if (stops && loss > Diverged * _best) learner.Stop("the loss diverged");
            if (Losses.Count == steps) learner.Stop("all rates are tried");
        }
    }

    /// <summary>What the search changes.</summary>
    private sealed class Saved
    {
        private readonly float[][] _tensors;
        private readonly OptimizerState _optimizer;
        private readonly (ulong, ulong, ulong, ulong)? _order;
        private readonly double _loss;
        private readonly bool _training;

        public Saved(Learner learner)
        {
            _tensors = [.. learner.Model.State().Select(entry => entry.Value.ToArray())];
            _optimizer = learner.Optimizer.State();
            (_order, _loss, _training) = (learner.Train.Shuffling?.State, learner.LossValue, learner.Model.IsTraining);
        }

        public void Restore(Learner learner)
        {
            foreach ((StateEntry entry, float[] values) in learner.Model.State().Zip(_tensors)) entry.Value.CopyFrom(values);
            learner.Optimizer.LoadState(_optimizer);
            learner.Optimizer.ZeroGrad();
            if (_order is { } state) learner.Train.Shuffling!.State = state;
            learner.LossValue = _loss;
            learner.Model.Train(_training);
            learner.ResetPosition();
        }
    }
}
