using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;
using Engine.Tests.Kernels;

namespace Engine.Tests.Nn;

/// <summary>Neighbouring layers that run as one operation: nobody can tell, and who listens hears every layer.</summary>
[TestFixture]
internal sealed class FusionTests
{
    private static readonly Dictionary<string, (Func<Rng, Func<Module>, Sequential> Create, Shape Image)> Models = new()
    {
        ["conv, relu, conv"] = ((rng, relu) => [new Conv2d(2, 5, rng, 3, stride: (2, 1), padding: 1), relu(), new Conv2d(5, 3, rng, (3, 2), stride: 2), relu()], [2, 7, 6]),
        ["conv, relu, batch norm, nested"] = ((rng, relu) => [Block(1, 4, rng, relu), Block(4, 7, rng, relu), new Conv2d(7, 2, rng, 2)], [1, 9, 8]),
        ["conv, batch norm, relu"] = ((rng, relu) => [new Conv2d(3, 6, rng, 3, bias: false), new BatchNorm2d(6), relu(), new Conv2d(6, 2, rng, 1), new BatchNorm2d(2, affine: false), relu()], [3, 5, 6]),
        ["relu from the next block"] = ((rng, relu) => [new Sequential { new Conv2d(2, 3, rng, 2) }, new Sequential { relu(), relu(), new BatchNorm2d(3), relu() }], [2, 4, 4]),
        ["depthwise, groups"] = ((rng, relu) => [new Conv2d(4, 4, rng, 3, padding: 1, groups: 4), relu(), new Conv2d(4, 4, rng, 3, padding: 1, groups: 2), relu(), new Conv2d(4, 4, rng, 3, groups: 4)], [4, 5, 5]),
        ["few pixels, many channels"] = ((rng, relu) => [new Conv2d(2, 32, rng, 3, padding: 1), relu(), new BatchNorm2d(32), new Conv2d(32, 40, rng, 3, stride: 2, padding: 1), new BatchNorm2d(40, affine: false), relu(), new Conv2d(40, 2, rng, 2)], [2, 4, 4]),
        ["winograd"] = ((rng, relu) => [new Conv2d(16, 32, rng, 3, padding: 1), relu(), new Conv2d(32, 32, rng, 3, padding: 1), relu(), new Conv2d(32, 16, rng, 3)], [16, 12, 12]),
        ["residual"] = ((rng, relu) => [new Conv2d(2, 4, rng, 3, padding: 1), new BatchNorm2d(4), relu(), Around(Block(4, 4, rng, relu), null, relu), Around(new Sequential { Block(4, 4, rng, relu) }, new Conv2d(4, 4, rng, 1), relu), new Conv2d(4, 2, rng, 1)], [2, 4, 5]),
        ["residual, batch norms at both ends"] = ((rng, relu) => [new Conv2d(2, 4, rng, 3, padding: 1), relu(), Around(Normed(4, 4, 1, rng, relu), null, relu), Around(Normed(4, 6, 2, rng, relu), new Sequential { new Conv2d(4, 6, rng, 1, stride: 2, bias: false), new BatchNorm2d(6) }, relu), Around(new BatchNorm2d(6, affine: false), null, relu)], [2, 4, 5]),
        ["residual, features"] = ((rng, relu) => [new Flatten(), Around(new Sequential { new Linear(6, 6, rng), new BatchNorm1d(6, trackRunningStats: false) }, null, relu), new Linear(6, 3, rng)], [1, 2, 3]),
        ["pooling, linear"] = ((rng, relu) => [new Conv2d(1, 3, rng, 3), relu(), new MaxPool2d(2), new Flatten(), new Linear(12, 6, rng), new BatchNorm1d(6), relu(), new Linear(6, 3, rng), relu()], [1, 6, 6]),
    };

    [Test]
    public void No_bit_depends_on_it([ValueSource(nameof(Names))] string name, [Values(2, 64, 81)] int batch, [Values] bool training)
    {
        float[][] fused = Run(name, batch, training, listen: 0), alone = Run(name, batch, training, listen: 1), partly = Run(name, batch, training, listen: 2);
        float[][] plain = Run(name, batch, training, listen: 0, () => new PlainRelu());
        for (int i = 0; i < fused.Length; i++)
        {
            Assert.That(Widths.Bits([.. fused[i].Select(value => value + 0f)]), Is.EqualTo(Widths.Bits([.. plain[i].Select(value => value + 0f)])), $"tensor {i}, against a function that nobody knows to be a ReLU");
            Assert.That(Widths.Bits(fused[i]), Is.EqualTo(Widths.Bits(alone[i])), $"tensor {i}");
            Assert.That(Widths.Bits(partly[i]), Is.EqualTo(Widths.Bits(alone[i])), $"tensor {i}, every second layer heard");
        }
    }

    [Test]
    public void Neighbours_are_one_operation_until_somebody_listens()
    {
        Rng rng = new(1);
        Sequential model = [new Conv2d(1, 2, rng, 1), new Relu()], norm = [new Conv2d(1, 2, rng, 1), new BatchNorm2d(2), new Sequential { new Relu() }];
        Tensor x = Tensor.Normal([2, 1, 3, 3], rng);
        Assert.That(model.Forward(x).Node!.Op, Is.EqualTo("conv2d"));
        Assert.That(norm.Forward(x).Node!.Op, Is.EqualTo("batch_norm"));
        List<(Module, float[])> heard = [];
        void Hear(Module module, Tensor input, Tensor output) => heard.Add((module, output.ToArray()));
        model[0].ForwardDone += Hear;
        Assert.That(model.Forward(x).Node!.Op, Is.EqualTo("relu"));
        Assert.That(heard.Single().Item1, Is.EqualTo(model[0]));
        Assert.That(heard.Single().Item2, Has.Some.Negative, "what the convolution gives, not what the ReLU makes of it");
        model[0].ForwardDone -= Hear;
        Assert.That(model.Forward(x).Node!.Op, Is.EqualTo("conv2d"));
        norm[2].ForwardDone += Hear;
        Assert.That(norm.Forward(x).Node!.Op, Is.EqualTo("relu"));
    }

    [Test]
    public void The_batch_norm_at_the_end_of_a_body_adds_and_rectifies_until_somebody_looks_at_it()
    {
        Rng rng = new(2);
        BatchNorm2d norm = new(2);
        Sequential body = [new Conv2d(2, 2, rng, 1), norm];
        Residual block = new(body), sum = new(new BatchNorm2d(2), relu: false);
        Tensor x = Tensor.Normal([3, 2, 3, 3], rng);
        float[] expected = block.Forward(x).ToArray();
        Assert.That(block.Forward(x).Node!.Op, Is.EqualTo("batch_norm"));
        Assert.That(sum.Forward(x).Node!.Op, Is.EqualTo("add"));
        List<float[]> seen = [];
        void Hear(Module module, Tensor input, Tensor output) => seen.Add(output.ToArray());
        foreach (Module module in (Module[])[norm, body])
        {
            module.ForwardDone += Hear;
            Tensor y = block.Forward(x);
            module.ForwardDone -= Hear;
            Assert.That((y.Node!.Op, y.ToArray()), Is.EqualTo(("relu", expected)));
        }
        foreach (Module module in (Module[])[norm, body])
        {
            module.Reader = new Reader(seen);
            Assert.That(block.Forward(x).ToArray(), Is.EqualTo(expected));
            module.Reader = null;
        }
        Assert.That(seen, Has.Count.EqualTo(4));
        Assert.That(seen, Has.All.EqualTo(body.Forward(x).ToArray()), "what the body gives, not the sum");
        Assert.That(block.Forward(x).Node!.Op, Is.EqualTo("batch_norm"));
    }

    [Test]
    public void A_body_is_over_before_its_shortcut_begins()
    {
        Rng rng = new(3);
        BatchNorm2d norm = new(2);
        Sequential shortcut = [new Conv2d(2, 2, rng, 1)];
        Residual block = new(norm, shortcut), unequal = new(new BatchNorm2d(2), new Conv2d(2, 2, rng, 2));
        long tracked = -1;
        shortcut.ForwardDone += (_, _, _) => tracked = norm.BatchesTracked;
        block.Forward(Tensor.Ones([2, 2, 3, 3]));
        Assert.That(tracked, Is.EqualTo(1));
        Assert.That(() => block.Forward(Tensor.Ones([1, 2, 1, 1])), Throws.ArgumentException.With.Message.StartsWith("batch_norm (layer body): expected more than 1 value per channel"));
        Assert.That(tracked, Is.EqualTo(1));
        Assert.That(() => unequal.Forward(Tensor.Ones([2, 2, 3, 3])), Throws.ArgumentException.With.Message.Contain("the body gives [2, 2, 3, 3], but the shortcut gives [2, 2, 2, 2]"));
    }

    [Test]
    public void A_gradient_goes_both_ways_or_to_the_side_that_wants_it([Values(3, 64)] int batch, [Values] bool inside, [Values] bool around, [Values] bool twice)
    {
        if (!inside && !around) return;
        Rng rng = new(8);
        Tensor x = Tensor.Normal([batch, 3, 2, 2], rng), skip = Tensor.Normal(x.Shape, rng), upstream = Tensor.Normal(x.Shape, rng), w = Tensor.Normal([2, 3, 1, 1], rng);
        (float[] fusedX, float[] fusedSkip) = Gradients((a, b) => BatchNormOp.Begin(a, null, null, null, null, training: true, 0.1, 1e-5).Measured().AddRelu(b));
        (float[] plainX, float[] plainSkip) = Gradients((a, b) => a.BatchNorm().AddRelu(b));
        Assert.That(Widths.Bits(fusedX), Is.EqualTo(Widths.Bits(plainX)));
        Assert.That(Widths.Bits(fusedSkip), Is.EqualTo(Widths.Bits(plainSkip)));
        Assert.That((fusedX.Length > 0, fusedSkip.Length > 0), Is.EqualTo((inside, around)));

        (float[], float[]) Gradients(Func<Tensor, Tensor, Tensor> op)
        {
            (Tensor a, Tensor b) = (x.Detach(), skip.Detach());
            (a.RequiresGrad, b.RequiresGrad) = (inside, around);
            Tensor y = op(a, b.Square()); // whose node keeps the gradient it is handed until its turn comes
            if (twice) (y.Conv2d(w).Square().Sum() + (y * upstream).Sum()).Backward();
            else y.Conv2d(w).Square().Sum().Backward(); // whose gradient comes rectified
            return (inside ? a.Grad!.ToArray() : [], around ? b.Grad!.ToArray() : []);
        }
    }

    [Test]
    public void Errors_are_those_of_the_layer()
    {
        Rng rng = new(1);
        Sequential model = [new Flatten(), new Sequential { new BatchNorm1d(3), new Relu() }];
        Assert.That(() => model.Forward(Tensor.Ones([1, 3])), Throws.ArgumentException.With.Message.StartsWith("batch_norm (layer 1.0): expected more than 1 value per channel"));
        Sequential conv = [new Relu(), new Conv2d(2, 3, rng, 3), new Relu()];
        Assert.That(() => conv.Forward(Tensor.Ones([1, 1, 5, 5])), Throws.ArgumentException.With.Message.StartsWith("conv2d (layer 1): given groups=1"));
    }

    [Test]
    public void A_relu_with_two_readers_has_the_sum_of_their_gradients([Values(3, 64)] int batch)
    {
        Rng rng = new(4);
        Tensor data = Tensor.Normal([batch, 2, 5, 4], rng), w = Tensor.Normal([3, 2, 3, 3], rng), u = Tensor.Normal([batch, 3, 5, 4], rng), v = Tensor.Normal([batch, 2, 5, 4], rng);
        float[] expected = Gradient(x => x.Maximum(Tensor.Scalar(0)));
        Assert.That(Gradient(x => x.Relu()), Is.EqualTo(expected));
        Assert.That(Gradient(x => x.Relu().Relu()), Is.EqualTo(expected));
        Assert.That(expected, Has.Some.Zero.And.Some.Not.Zero);

        float[] Gradient(Func<Tensor, Tensor> relu)
        {
            Tensor x = data.Detach();
            x.RequiresGrad = true;
            Tensor y = relu(x), z = y.Conv2d(w, padding: 1), normalised = y.BatchNorm();
            ((z * u).Sum() + (y * v).Sum() + (normalised * v).Sum()).Backward();
            return x.Grad!.ToArray();
        }
    }

    [Test]
    public void A_graph_that_is_kept_gives_its_gradients_twice()
    {
        Rng rng = new(5);
        Sequential model = Models["residual"].Create(rng, () => new Relu());
        Tensor loss = model.Forward(Tensor.Normal([64, 2, 4, 5], rng)).Square().Mean();
        loss.Backward(retainGraph: true);
        float[][] first = [.. model.Parameters().Select(p => p.Value.Grad!.ToArray())];
        model.ZeroGrad();
        loss.Backward();
        Assert.That(model.Parameters().Select(p => p.Value.Grad!.ToArray()), Is.EqualTo(first));
    }

    private static IEnumerable<string> Names => Models.Keys;

    private static Sequential Block(int ni, int nf, Rng rng, Func<Module> relu) => [new Conv2d(ni, nf, rng, 3, padding: 1), relu(), new BatchNorm2d(nf)];

    private static Sequential Normed(int ni, int nf, int stride, Rng rng, Func<Module> relu) =>
        [new Conv2d(ni, nf, rng, 3, stride, padding: 1, bias: false), new BatchNorm2d(nf), relu(), new Conv2d(nf, nf, rng, 3, padding: 1, bias: false), new BatchNorm2d(nf)];

    private static Module Around(Module body, Module? shortcut, Func<Module> relu) =>
        relu() is Relu ? new Residual(body, shortcut) : new Sequential { new Residual(body, shortcut, relu: false), relu() };

    /// <summary>The result, the gradients of input and parameters, and the state afterwards.</summary>
    /// <param name="name">Which model.</param>
    /// <param name="batch">Images.</param>
    /// <param name="training">Whether batch statistics are used.</param>
    /// <param name="listen">0: nobody listens; otherwise to every listen-th module.</param>
    /// <param name="relu">Makes the model's ReLUs.</param>
    private static float[][] Run(string name, int batch, bool training, int listen, Func<Module>? relu = null)
    {
        Rng rng = new(7);
        (Func<Rng, Func<Module>, Sequential> create, Shape image) = Models[name];
        Sequential model = create(rng, relu ?? (() => new Relu()));
        model.Train(training);
        int number = 0, heard = 0;
        if (listen > 0) Listen(model);
        Tensor x = Tensor.Normal([batch, .. image.Sizes], rng);
        x.RequiresGrad = true;
        Tensor y = model.Forward(x);
        y.Backward(Tensor.Normal(y.Shape, rng));
        if (listen == 1) Assert.That(heard, Is.EqualTo(number), "every layer is heard");
        return [y.ToArray(), x.Grad!.ToArray(), .. model.Parameters().Select(p => p.Value.Grad!.ToArray()), .. model.State().Select(entry => entry.Value.ToArray())];

        void Listen(Module module)
        {
            if (number++ % listen == 0) module.ForwardDone += (_, _, _) => heard++;
            foreach ((_, Module child) in module.Children) Listen(child);
        }
    }

    private sealed class Reader(List<float[]> seen) : IOutputReader
    {
        public void Read(Tensor output) => seen.Add(output.ToArray());

        public void ReadAndRectify(Tensor output) => Assert.Fail("nothing here ends in a ReLU of its own");
    }

    private sealed class PlainRelu : Module
    {
        public override Shape OutputShape(Shape input) => input;

        protected override Tensor ForwardCore(Tensor x) => x.LeakyRelu(0) + 0f; // the derivative at 0 is 0, as a ReLU's; + 0 makes a plain 0 of -0
    }
}
