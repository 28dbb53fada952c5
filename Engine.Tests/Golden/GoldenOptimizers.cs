using System.Text.Json;
using Engine.Nn;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>What the code that executes a reference case needs of it: reading is somebody else's business.</summary>
internal interface IReferenceCase
{
    string Op { get; }

    JsonElement Args { get; }

    bool Has(string name);

    float[] Floats(string name);

    double[] Doubles(string name);

    int[] Shape(string name);

    /// <summary>Compares with the tensor of that name under the file's tolerances.</summary>
    void Expect(string name, ReadOnlySpan<float> actual);

    /// <summary>Compares with the F64 tensor of that name under rtol 1e-9.</summary>
    void Expect(string name, ReadOnlySpan<double> actual);
}

/// <summary>Executes the cases of the folder optimizer.</summary>
internal static class GoldenOptimizers
{
    private static readonly string[] NetNames = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"];

    public static readonly string[] Ops =
        ["sgd", "adam", "adamw", "rmsprop", "sgd_net", "adam_net", "adamw_net", "rmsprop_net", "sgd_groups", "clip_grad_norm"];

    public static void Run(IReferenceCase c)
    {
        if (c.Op == "clip_grad_norm") Clip(c);
        else if (c.Op == "sgd_groups") Groups(c);
        else if (c.Op.EndsWith("_net", StringComparison.Ordinal)) Net(c);
        else Single(c);
    }

    /// <summary>The optimizer a case asks for.</summary>
    public static Optimizer Make(string kind, JsonElement args, IEnumerable<Parameter> parameters)
    {
        double lr = Number(args, "lr", 0.01), decay = Number(args, "weight_decay", 0), eps = Number(args, "eps", 1e-8);
        bool amsgrad = Flag(args, "amsgrad");
        double[] betas = args.TryGetProperty("betas", out JsonElement pair) ? [.. pair.EnumerateArray().Select(b => b.GetDouble())] : [0.9, 0.999];
        return kind switch
        {
            "sgd" => new Sgd(
                parameters, lr, Number(args, "momentum", 0), Number(args, "dampening", 0), decay, nesterov: Flag(args, "nesterov"), maximize: Flag(args, "maximize")),
            "adam" => new Adam(parameters, lr, betas[0], betas[1], eps, decay, amsgrad),
            "adamw" => new AdamW(parameters, lr, betas[0], betas[1], eps, decay, amsgrad),
            "rmsprop" => new RmsProp(parameters, lr, Number(args, "alpha", 0.99), eps, decay, Number(args, "momentum", 0), Flag(args, "centered")),
            _ => throw new NotSupportedException(kind),
        };
    }

    public static double Number(JsonElement args, string name, double byDefault) =>
        args.TryGetProperty(name, out JsonElement value) ? value.ValueKind == JsonValueKind.String ? double.PositiveInfinity : value.GetDouble() : byDefault;

    public static bool Flag(JsonElement args, string name, bool byDefault = false) =>
        args.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : byDefault;

    public static Parameter MakeParameter(IReferenceCase c, string tensor, string name)
    {
        Tensor value = Tensor.From(c.Floats(tensor), new Shape(c.Shape(tensor)));
        value.RequiresGrad = true;
        return new Parameter(name, value, decays: !name.EndsWith("bias", StringComparison.Ordinal));
    }

    private static void Single(IReferenceCase c)
    {
        Parameter parameter = MakeParameter(c, "param@0", "param");
        Optimizer optimizer = Make(c.Op, c.Args, [parameter]);
        for (int k = 1; c.Has($"grad@{k}"); k++)
        {
            c.Floats($"grad@{k}").CopyTo(parameter.Value.GradientToAddTo().Span);
            optimizer.Step();
            optimizer.ZeroGrad();
            if (c.Has($"param@{k}")) c.Expect($"param@{k}", parameter.Value.AsSpan());
        }
    }

    private static void Groups(IReferenceCase c)
    {
        string[] names = [.. c.Args.EnumerateObject().Select(group => group.Name)];
        Parameter[] parameters = Array.ConvertAll(names, name => MakeParameter(c, $"{name}@0", name));
        JsonElement Options(string name) => c.Args.GetProperty(name);
        ParameterGroup[] groups = [.. names.Select((name, i) => new ParameterGroup(
            [parameters[i]], Number(Options(name), "lr", 0.01), Number(Options(name), "momentum", 0), Number(Options(name), "weight_decay", 0)))];
        Sgd optimizer = new(
            groups, learningRate: 1, dampening: Number(Options(names[0]), "dampening", 0), nesterov: Flag(Options(names[0]), "nesterov"));
        for (int k = 1; c.Has($"grad_{names[0]}@{k}"); k++)
        {
            for (int i = 0; i < names.Length; i++) c.Floats($"grad_{names[i]}@{k}").CopyTo(parameters[i].Value.GradientToAddTo().Span);
            optimizer.Step();
            optimizer.ZeroGrad();
            for (int i = 0; i < names.Length; i++) c.Expect($"{names[i]}@{k}", parameters[i].Value.AsSpan());
        }
    }

    private static void Net(IReferenceCase c)
    {
        Parameter[] parameters = Array.ConvertAll(NetNames, name => MakeParameter(c, name + "@0", name));
        Optimizer optimizer = Make(c.Op[..^"_net".Length], c.Args, parameters);
        int[] x = c.Shape("x"), y = c.Shape("y");
        TinyNet net = new(parameters, batch: x[0], inputs: x[1], outputs: y[1]);
        float[] losses = new float[c.Shape("losses")[0]];
        for (int k = 1; k <= losses.Length; k++)
        {
            losses[k - 1] = (float)net.LossAndGradients(c.Floats("x"), c.Floats("y"));
            optimizer.Step();
            optimizer.ZeroGrad();
            foreach (Parameter parameter in parameters)
                if (c.Has($"{parameter.Name}@{k}")) c.Expect($"{parameter.Name}@{k}", parameter.Value.AsSpan());
        }
        c.Expect("losses", losses);
    }

    private static void Clip(IReferenceCase c)
    {
        List<Parameter> parameters = [];
        for (int i = 0; c.Has($"grad{i}"); i++)
        {
            Tensor value = Tensor.Zeros(new Shape(c.Shape($"grad{i}")));
            value.RequiresGrad = true;
            c.Floats($"grad{i}").CopyTo(value.GradientToAddTo().Span);
            parameters.Add(new Parameter($"p{i}", value, decays: true));
        }
        double norm = GradientClipping.ClipNorm(parameters, Number(c.Args, "max_norm", 1), Number(c.Args, "norm_type", 2));
        c.Expect("total_norm", [(float)norm]);
        for (int i = 0; i < parameters.Count; i++) c.Expect($"clipped{i}", parameters[i].Value.Grad!.AsSpan());
    }
}
