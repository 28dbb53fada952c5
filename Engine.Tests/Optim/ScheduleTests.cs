using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;

namespace Engine.Tests.Optim;

public sealed class ScheduleTests
{
    private static Parameter P() => Parameters.Of([1, 2, 3]);

    // lr_max .06, 117 steps: fastai's lr and momentum, PyTorch's lr and momentum
    [TestCase(0, .0024, .95, .0024, .95)]
    [TestCase(1, .002565956, .949711882, .00252213673, .949787957)]
    [TestCase(10, .0174748209, .923828436, .0137819102, .930239739)]
    [TestCase(29, .0599896184, .850018024, .0568790321, .855418347)]
    [TestCase(30, .0599891859, .850018024, .0579697415, .853524754)]
    [TestCase(34, .0595672543, .85072125, .0599987778, .850002122)]
    [TestCase(35, .059366577, .851055716, .0599821243, .850029793)]
    [TestCase(58, .0454627941, .874228919, .0482514757, .869580952)]
    [TestCase(87, .0157033814, .923828436, .0167250622, .922125185)]
    [TestCase(115, 7.7471763e-5, .949871879, 2.23082661e-5, .949963219)]
    [TestCase(116, 1.98241002e-5, .94996796, 2.4e-7, .95)]
    public void The_two_one_cycles_go_their_known_ways(int step, double fastaiRate, double fastaiMomentum, double torchRate, double torchMomentum)
    {
        OneCycle fastai = new(0.06);
        OneCycleLr torch = new(0.06, 117);
        Assert.Multiple(() =>
        {
            Assert.That(fastai.RateAt(step, 117), Is.EqualTo(fastaiRate).Within(fastaiRate * 1e-8));
            Assert.That(fastai.MomentumAt(step, 117), Is.EqualTo(fastaiMomentum).Within(1e-9));
            Assert.That(torch.RateAt(step), Is.EqualTo(torchRate).Within(torchRate * 1e-8));
            Assert.That(torch.MomentumAt(step), Is.EqualTo(torchMomentum).Within(1e-9));
        });
    }

    [Test]
    public void Curves_go_from_start_to_end()
    {
        foreach ((ICurve curve, double middle) in new (ICurve, double)[]
            { (new SchedCos(2, 8), 5), (new SchedLin(2, 8), 5), (new SchedExp(2, 8), 4), (new SchedPoly(2, 8, 2), 3.5), (new SchedPoly(2, 8, 0.5), 2 + 6 * Math.Sqrt(0.5)) })
        {
            Assert.That(curve.At(0), Is.EqualTo(2).Within(1e-12));
            Assert.That(curve.At(0.5), Is.EqualTo(middle).Within(1e-12));
            Assert.That(curve.At(1), Is.EqualTo(8).Within(1e-12));
        }
        Assert.That(new SchedCos(1, 2).At(0.25), Is.EqualTo(1 + (1 - Math.Cos(Math.PI / 4)) / 2).Within(1e-12));
        Assert.That(new SchedNo(3).At(0.7), Is.EqualTo(3));
    }

    [Test]
    public void Combined_curves_follow_each_other_and_empty_ones_are_passed_over()
    {
        CombinedCurve curve = new([0.25, 0, 0.75, 0], [new SchedLin(0, 1), new SchedNo(99), new SchedLin(5, 8), new SchedNo(99)]);
        foreach ((double at, double value) in new[] { (0, 0.0), (0.125, 0.5), (0.25, 5), (0.5, 6), (1, 8) }) Assert.That(curve.At(at), Is.EqualTo(value).Within(1e-12));
        Assert.That(new CombinedCos(0, 1, 2, 3).At(0), Is.EqualTo(2).Within(1e-12));
        Assert.That(new CombinedCos(1, 1, 2, 3).At(1), Is.EqualTo(2).Within(1e-12));
        Assert.Throws<ArgumentException>(() => _ = new CombinedCurve([0.5, 0.4], [new SchedNo(1), new SchedNo(2)]));
        Assert.Throws<ArgumentException>(() => _ = new CombinedCurve([1], []));
    }

    [Test]
    public void Flat_cos_is_flat_and_then_falls()
    {
        FlatCos schedule = new(1, divFinal: 100);
        Assert.That(new[] { 0, 0.3, 0.74, 0.75 }.Select(schedule.RateAt), Is.All.EqualTo(1).Within(1e-12));
        Assert.That(schedule.RateAt(0.875), Is.EqualTo((1 + 0.01) / 2).Within(1e-12)); // half way down
        Assert.That(schedule.RateAt(1.0), Is.EqualTo(0.01).Within(1e-12));
        Assert.That(schedule.MomentumAt(0.5), Is.Null);
    }

    [Test]
    public void Sgdr_restarts_with_longer_and_longer_cycles()
    {
        Sgdr schedule = new(cycles: 3, cycleLength: 1, rateMax: 0.4);
        Assert.That(schedule.Epochs, Is.EqualTo(7)); // 1 + 2 + 4
        Assert.That(new[] { 0, 1, 3 }.Select(epoch => schedule.RateAt(epoch, 7)), Is.All.EqualTo(0.4).Within(1e-12));
        Assert.That(schedule.RateAt(2, 7), Is.EqualTo(0.2).Within(1e-12));
        Assert.That(schedule.RateAt(5, 7), Is.EqualTo(0.2).Within(1e-12));
        Assert.That(new Sgdr(4, 3, 0.1, cycleMultiplier: 1).Epochs, Is.EqualTo(12));
    }

    [Test]
    public void PyTorchs_plain_schedules_by_hand() => Assert.Multiple(() =>
    {
        Assert.That(Rates(new StepLr(1, 2, 0.5), 5), Is.EqualTo(new[] { 1, 1, 0.5, 0.5, 0.25 }));
        Assert.That(Rates(new MultiStepLr(1, [3, 1, 3], 0.5), 5), Is.EqualTo(new[] { 1, 0.5, 0.5, 0.125, 0.125 }));
        Assert.That(Rates(new ExponentialLr(1, 0.5), 4), Is.EqualTo(new[] { 1, 0.5, 0.25, 0.125 }));
        Assert.That(Rates(new CosineAnnealingLr(1, 2), 6), Is.EqualTo(new[] { 1, 0.5, 0, 0.5, 1, 0.5 }).Within(1e-12)); // down and up again
    });

    [Test]
    public void One_cycle_is_defined_for_a_single_step_and_a_phase_of_no_length() => Assert.Multiple(() =>
    {
        Assert.That(new OneCycle(1).RateAt(0, 1), Is.EqualTo(1 / 25.0).Within(1e-12));
        Assert.That(new OneCycleLr(1, totalSteps: 1).RateAt(0), Is.EqualTo(1 / 25.0 / 1e4).Within(1e-12));
        Assert.That(new OneCycleLr(1, totalSteps: 2, pctStart: 0.5).RateAt(0), Is.EqualTo(1).Within(1e-12));
        Assert.That(new OneCycleLr(1, totalSteps: 5, cycleMomentum: false).MomentumAt(2), Is.Null);
    });

    [Test]
    public void Learning_rates_spread_over_groups_as_fastai_spreads_them() => Assert.Multiple(() =>
    {
        Assert.That(LearningRates.Of(0.1).ForGroups(3), Is.EqualTo(new[] { 0.1, 0.1, 0.1 }));
        Assert.That(LearningRates.Each(1, 2).ForGroups(2), Is.EqualTo(new[] { 1.0, 2 }));
        Assert.That(LearningRates.Slice(1e-4, 1e-2).ForGroups(3), Is.EqualTo(new[] { 1e-4, 1e-3, 1e-2 }).Within(1e-12));
        Assert.That(LearningRates.Slice(1e-4, 1e-2).ForGroups(1), Is.EqualTo(new[] { 1e-2 }));
        Assert.That(LearningRates.Slice(0.1).ForGroups(3), Is.EqualTo(new[] { 0.01, 0.01, 0.1 }).Within(1e-12));
        Assert.That(
            () => LearningRates.Each(1, 2).ForGroups(3),
            Throws.ArgumentException.With.Message.StartsWith("learning rates: there must be one rate for each parameter group. Received: 2 rates, 3 groups."));
    });

    [Test]
    public void A_schedule_drives_rate_and_momentum_of_each_group()
    {
        Adam optimizer = new([new ParameterGroup([P()]), new ParameterGroup([P()])]);
        new OneCycle(0.06).ApplyTo(optimizer, 10, 117);
        Assert.That(optimizer.Groups.Select(group => group.LearningRate), Is.All.EqualTo(0.0174748209).Within(1e-9));
        Assert.That(optimizer.Momentum, Is.EqualTo(0.923828436).Within(1e-9));
        LearningRates.Slice(0.1).Schedules(2, rate => new FlatCos(rate)).ApplyTo(optimizer, 0, 10);
        Assert.That(optimizer.Groups.Select(group => group.LearningRate), Is.EqualTo(new[] { 0.01, 0.1 }).Within(1e-12));
        Assert.That(optimizer.Momentum, Is.EqualTo(0.923828436).Within(1e-9)); // left alone
        Assert.That(
            () => new ISchedule[] { new FlatCos(1) }.ApplyTo(optimizer, 0, 10),
            Throws.ArgumentException.With.Message.StartsWith("schedule: there must be one schedule for each parameter group. Received: 1 schedules, 2 groups."));
    }

    [Test]
    public void Settings_and_steps_out_of_range_are_refused_with_their_range()
    {
        void Refused(Action code, string message) =>
            Assert.That(code, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith(message));

        Assert.Multiple(() =>
        {
            Refused(() => _ = new OneCycle(double.NaN), "one cycle: largest learning rate must be a finite number of at least 0, got NaN.");
            Refused(() => _ = new OneCycle(0.1, div: 0), "one cycle: div must be a finite number above 0, got 0.");
            Refused(() => _ = new OneCycle(0.1, pctStart: 1.5), "one cycle: pct start must be 0 to 1, got 1.5.");
            Refused(() => _ = new OneCycle(0.1, momentumStart: 1), "one cycle: momentum at the start must be at least 0 and below 1, got 1.");
            Refused(() => new OneCycle(0.1).RateAt(0, 0), "schedule: total steps must be at least 1, got 0.");
            Refused(() => new OneCycle(0.1).RateAt(7, 7), "schedule: step must be 0 to 6 (total steps 7), got 7.");
            Refused(() => _ = new OneCycleLr(0.1, 0), "one cycle lr: total steps must be at least 1, got 0.");
            Refused(() => _ = new OneCycleLr(-1, 5), "one cycle lr: largest learning rate must be a finite number of at least 0, got -1.");
            Refused(() => new OneCycleLr(0.1, 5).RateAt(6), "one cycle lr: tried to step 6 times. The specified number of total steps is 5.");
            Refused(() => _ = new SchedExp(0, 1), "exponential curve: start must be a finite number above 0, got 0.");
            Refused(() => new SchedLin(0, 1).At(1.1), "line: position must be 0 to 1, got 1.1.");
            Refused(() => _ = new StepLr(0.1, 0), "step lr: step size must be at least 1, got 0.");
            Refused(() => _ = new Sgdr(40, 1, 0.1), "sgdr: 40 cycles from 1 epochs on, each 2 times the last, are more than 2147483647 epochs.");
        });
    }

    private static double[] Rates(ISchedule schedule, int steps) => [.. Enumerable.Range(0, steps).Select(step => schedule.RateAt(step, steps))];
}
