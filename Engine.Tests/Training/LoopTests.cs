using Engine.Ops;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What callbacks see of the loop, and what they can change in it.</summary>
[TestFixture, NonParallelizable]
internal sealed class LoopTests
{
    private static readonly string[] Batch = ["BeforeBatch", "AfterPrediction", "AfterLoss", "BeforeBackward", "BeforeStep", "AfterStep", "AfterBatch"];
    private static readonly string[] Validation = ["BeforeValidationBatch", "AfterValidationBatch"];

    [Test]
    public void Callbacks_are_called_at_their_moments_in_their_order()
    {
        List<string> calls = [];
        Learner learner = Tiny.Learner(1, callbacks: [new Log("b", 5, calls), new Log("a", 1, calls)]);
        learner.Fit(1, new Log("c", 5, calls));
        string[] moments =
        [
            "BeforeFit", "BeforeEpoch", "BeforeTrain", .. Batch, .. Batch, .. Batch, .. Batch, "AfterTrain", "BeforeValidate", .. Validation, .. Validation, "AfterValidate", "AfterEpoch",
            "AfterFit", "CleanUp",
        ];
        Assert.That(calls, Is.EqualTo(moments.SelectMany(moment => new[] { $"a {moment}", $"b {moment}", $"c {moment}" })));
    }

    [Test]
    public void CleanUp_runs_after_an_exception_and_the_learner_can_go_on()
    {
        List<string> calls = [];
        Learner learner = Tiny.Learner(1);
        Assert.That(() => learner.Fit(1, new Log("a", 0, calls), new At { Loss = _ => throw new NotSupportedException() }), Throws.TypeOf<NotSupportedException>());
        Assert.That(calls, Is.EqualTo(new[] { "a BeforeFit", "a BeforeEpoch", "a BeforeTrain", "a BeforeBatch", "a AfterPrediction", "a AfterLoss", "a CleanUp" }));
        learner.Fit(1);
        Assert.That(learner.Epochs, Has.Count.EqualTo(1));
    }

    [Test]
    public void Stop_finishes_the_batch_in_hand_and_begins_no_other_and_the_first_reason_stays()
    {
        List<string> calls = [];
        Learner learner = Tiny.Learner(1);
        At stopping = new()
        {
            Loss = l =>
            {
                if (l.Step == 5) l.Stop("enough"); // the second batch of the second epoch
            },
            Done = l =>
            {
                if (l.IsStopping) l.Stop("too late");
            },
        };
        learner.Fit(3, stopping, new Log("a", 0, calls));
        Assert.That((learner.Epochs.Count, learner.StopReason, learner.Recorder.Losses.Count, learner.Step), Is.EqualTo((1, "enough", 6, 6)));
        Assert.That(calls.TakeLast(5), Is.EqualTo(new[] { "a BeforeStep", "a AfterStep", "a AfterBatch", "a AfterFit", "a CleanUp" }));
        learner.Fit(1);
        Assert.That((learner.Epochs.Count, learner.StopReason, learner.Step), Is.EqualTo((1, (string?)null, 4)));
    }

    [Test]
    public void A_stop_after_the_prediction_with_a_skipped_step_leaves_the_weights_and_tells_its_own_reason()
    {
        Learner learner = Tiny.Learner(1);
        float[] before = learner.Model.Parameters().First().Value.ToArray();
        learner.Fit(1, new At
        {
            Prediction = l =>
            {
                l.Stop("layer 3 gave NaN");
                l.SkipStep();
                l.BatchLoss = (predictions, labels) => predictions.CrossEntropy(labels) * float.NaN;
            },
        });
        Assert.That(learner.StopReason, Is.EqualTo("layer 3 gave NaN"));
        Assert.That(learner.Model.Parameters().First().Value.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void A_callback_can_put_other_inputs_and_another_loss_in_the_place_of_the_batch_s()
    {
        Learner learner = Tiny.Learner(1);
        List<(float Loss, float Prediction)> seen = [];
        LossFunction doubled = (predictions, labels) => predictions.CrossEntropy(labels) * 2;
        learner.Fit(1, new At
        {
            Batch = l =>
            {
                Assert.That(l.BatchLoss, Is.EqualTo(l.LossFunction), "reset before each batch");
                Assert.That(l.Inputs, Is.SameAs(l.Batch!.Inputs));
                if (l.BatchIndex != 1) return;
                l.Inputs = Tensor.Zeros(l.Inputs.Shape);
                l.BatchLoss = doubled;
            },
            Loss = l =>
            {
                float[] predictions = l.Predictions!.ToArray();
                if (l.BatchIndex == 1) Assert.That(predictions, Is.EqualTo(Enumerable.Repeat(predictions[..3], 70).SelectMany(row => row)), "images all alike");
                float plain = l.LossFunction(l.Predictions, l.Batch!.Labels).Item();
                Assert.That(l.LossValue, Is.EqualTo(l.BatchIndex == 1 ? 2 * plain : plain).Within(1e-6));
                Assert.That((double)l.LossTensor!.Item(), Is.EqualTo(l.LossValue));
                seen.Add((plain, predictions[0]));
            },
        });
        Assert.That(seen, Has.Count.EqualTo(4));
    }

    [Test]
    public void What_belongs_to_a_batch_may_be_set_only_before_it_is_used()
    {
        Learner learner = Tiny.Learner(1);
        Assert.That(() => learner.Inputs, Throws.InvalidOperationException.With.Message.EqualTo("learner: there are no inputs outside a batch."));
        Assert.That(() => learner.Inputs = Tensor.Scalar(1), Throws.InvalidOperationException.With.Message.EqualTo("learner: there are no inputs outside a batch."));
        Assert.That(() => learner.BatchLoss = Loss.CrossEntropy, Throws.InvalidOperationException.With.Message.EqualTo("learner: there is no loss outside a batch."));
        learner.Fit(1, new At
        {
            Prediction = l => Assert.That(() => l.Inputs = l.Batch!.Inputs, Throws.InvalidOperationException.With.Message.EqualTo(
                "learner: the model has seen the batch already; set Inputs in BeforeBatch or BeforeValidationBatch.")),
            Loss = l => Assert.That(() => l.BatchLoss = Loss.CrossEntropy, Throws.InvalidOperationException.With.Message.EqualTo(
                "learner: the batch's loss is computed already; set BatchLoss in BeforeBatch or AfterPrediction.")),
        });
        Assert.That((learner.Batch, learner.Predictions, learner.LossTensor), Is.EqualTo(((Engine.Data.Batch?)null, (Tensor?)null, (Tensor?)null)));
    }

    [Test]
    public void Skipped_steps_add_up_gradients()
    {
        Learner learner = Tiny.Learner(1);
        float[] first = [], sum = [], after = [];
        int steps = 0;
        learner.Fit(1, new At
        {
            Gradients = l =>
            {
                float[] gradient = l.Model.Parameters().First().Value.Grad!.ToArray();
                if (l.BatchIndex == 0) first = gradient;
                if (l.BatchIndex == 1) sum = gradient;
                if (l.BatchIndex == 2) after = gradient;
                if (l.BatchIndex % 2 == 0) l.SkipStep();
            },
            Stepped = _ => steps++,
        });
        float[] own = Gradient(batch: 1), third = Gradient(batch: 2);
        Assert.That(steps, Is.EqualTo(2));
        Assert.That(sum, Is.EqualTo(first.Zip(own, (a, b) => a + b)).Within(1e-6));
        Assert.That(after, Is.Not.EqualTo(third), "the step changed the weights");

        static float[] Gradient(int batch) // without any step
        {
            Learner twin = Tiny.Learner(1);
            float[] gradient = [];
            twin.Fit(1, new At
            {
                Gradients = l =>
                {
                    if (l.BatchIndex == batch) gradient = l.Model.Parameters().First().Value.Grad!.ToArray();
                    l.Optimizer.ZeroGrad();
                    l.SkipStep();
                },
            });
            return gradient;
        }
    }

    [Test]
    public void In_validation_callbacks_see_its_batches_and_the_model_does_not_train()
    {
        Learner learner = Tiny.Learner(1);
        List<(int, int, bool)> seen = [];
        double sum = 0, trainingLoss = 0;
        learner.Fit(1, new At
        {
            Done = l => trainingLoss = l.LossValue,
            ValidationBatch = l =>
            {
                seen.Add((l.ValidationBatchIndex, l.Batch!.Count, l.Model.IsTraining));
                sum += l.LossValue * l.Batch.Count;
                Assert.That((l.Step, l.BatchIndex), Is.EqualTo((4, 4)), "all training batches are done");
            },
            Validated = l => Assert.That(l.Epochs[^1].ValidLoss, Is.EqualTo(sum / 101)),
        });
        Assert.That(seen, Is.EqualTo(new[] { (0, 64, false), (1, 37, false) }));
        Assert.That((learner.LossValue, learner.Model.IsTraining), Is.EqualTo((trainingLoss, true)));
    }

    [Test]
    public void The_learner_tells_where_it_is()
    {
        Learner learner = Tiny.Learner(1);
        List<(int, int, int, double)> seen = [];
        learner.Fit(2, new At { Batch = l => seen.Add((l.Epoch, l.BatchIndex, l.Step, l.Progress)), Done = l => Assert.That(l.StepCount, Is.EqualTo(8)) });
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 8).Select(step => (step / 4, step % 4, step, step / 8.0))));
        Assert.That((learner.Step, learner.EpochCount), Is.EqualTo((8, 2)), "all are done");
    }

    [Test]
    public void A_callback_cannot_begin_another_fit()
    {
        Learner learner = Tiny.Learner(1);
        Assert.That(() => learner.Fit(1, new At { Fit = l => l.Fit(1) }), Throws.InvalidOperationException.With.Message.EqualTo(
            "fit: this learner is being fitted already; a callback may not begin another fit."));
        Assert.That(() => learner.Fit(1), Throws.Nothing);
    }
}
