using System.Text.Json;
using Engine.Optim.Schedules;

namespace Engine.Tests.Golden;

/// <summary>Executes the cases of the folder schedule.</summary>
internal static class GoldenSchedules
{
    public static readonly string[] Ops = ["one_cycle_lr", "fastai_one_cycle", "step_lr", "multi_step_lr", "exponential_lr", "cosine_annealing_lr"];

    public static void Run(IReferenceCase c)
    {
        ISchedule schedule = Make(c.Op, c.Args);
        int steps = c.Shape("lr")[0];
        double[] rates = new double[steps], momenta = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            rates[i] = schedule.RateAt(i, steps);
            momenta[i] = schedule.MomentumAt(i, steps) ?? 0.9; // the optimizer's own, left alone
        }
        c.Expect("lr", rates);
        if (c.Has("momentum")) c.Expect("momentum", momenta);
    }

    public static ISchedule Make(string op, JsonElement args)
    {
        double Number(string name, double byDefault) => GoldenOptimizers.Number(args, name, byDefault);
        int Count(string name) => (int)Number(name, 1);
        return op switch
        {
            "one_cycle_lr" => new OneCycleLr(
                Number("max_lr", 0.1), Count("total_steps"), Number("pct_start", 0.3),
                args.TryGetProperty("anneal_strategy", out JsonElement way) && way.GetString() == "linear" ? Anneal.Linear : Anneal.Cos,
                GoldenOptimizers.Flag(args, "cycle_momentum", byDefault: true), Number("base_momentum", 0.85), Number("max_momentum", 0.95),
                Number("div_factor", 25), Number("final_div_factor", 1e4), GoldenOptimizers.Flag(args, "three_phase")),
            "fastai_one_cycle" => FastaiOneCycle(args),
            "step_lr" => new StepLr(Number("lr", 0.1), Count("step_size"), Number("gamma", 0.1)),
            "multi_step_lr" => new MultiStepLr(
                Number("lr", 0.1), args.GetProperty("milestones").EnumerateArray().Select(milestone => milestone.GetInt32()), Number("gamma", 0.1)),
            "exponential_lr" => new ExponentialLr(Number("lr", 0.1), Number("gamma", 0.1)),
            "cosine_annealing_lr" => new CosineAnnealingLr(Number("lr", 0.1), Count("T_max"), Number("eta_min", 0)),
            _ => throw new NotSupportedException(op),
        };
    }

    private static OneCycle FastaiOneCycle(JsonElement args)
    {
        double[] moms = args.TryGetProperty("moms", out JsonElement list) ? [.. list.EnumerateArray().Select(m => m.GetDouble())] : [0.95, 0.85, 0.95];
        return new OneCycle(
            GoldenOptimizers.Number(args, "lr_max", 0.1), GoldenOptimizers.Number(args, "div", 25), GoldenOptimizers.Number(args, "div_final", 1e5),
            GoldenOptimizers.Number(args, "pct_start", 0.25), moms[0], moms[1], moms[2]);
    }
}
