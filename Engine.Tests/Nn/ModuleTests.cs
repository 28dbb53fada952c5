using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Nn;

[TestFixture]
internal sealed class ModuleTests
{
    [Test]
    public void State_names_are_those_of_PyTorch_and_paths_follow_the_nesting()
    {
        Rng rng = new(1);
        Sequential model = [new Sequential { new Conv2d(1, 2, rng, 3), new Relu(), new BatchNorm2d(2) }, new Flatten(), new Linear(8, 3, rng, bias: false)];
        Assert.That(model.State().Select(entry => entry.Name), Is.EqualTo(new[]
        {
            "0.0.weight", "0.0.bias", "0.2.weight", "0.2.bias", "0.2.running_mean", "0.2.running_var", "0.2.num_batches_tracked", "2.weight",
        }));
        Assert.That(((Sequential)model[0])[2].Path, Is.EqualTo("0.2"));
        Assert.That(model.Parameters().Select(parameter => parameter.Decays), Is.EqualTo(new[] { true, false, false, false, true }));
    }

    [Test]
    public void Paths_are_right_when_the_outside_is_named_first_and_last()
    {
        Two inner = new(), outer = new();
        outer.Put("late", inner);
        inner.Put("leaf", new Relu());
        Assert.That(inner.Children[0].Module.Path, Is.EqualTo("late.leaf"));
    }

    [Test]
    public void Modules_are_the_module_and_all_inside_it_the_outer_ones_first()
    {
        Rng rng = new(1);
        Sequential model = [new Sequential { new Conv2d(1, 2, rng, 3), new Residual(new Relu(), new Relu()) }, new Flatten()];
        Assert.That(model.Modules().Select(module => module.Path), Is.EqualTo(new[] { "", "0", "0.0", "0.1", "0.1.body", "0.1.shortcut", "1" }));
    }

    [Test]
    public void Channels_that_do_not_fit_are_found_when_the_model_is_built()
    {
        Rng rng = new(1);
        Assert.That(() => new Sequential { new Conv2d(1, 3, rng, 5), new Relu(), new BatchNorm2d(3), new Conv2d(16, 32, rng, 3) }, Throws.ArgumentException.With.Message.EqualTo(
            "sequential: module 3 does not fit: conv2d: given groups=1, weight of size [32, 16, 3, 3], expected input to have 16 channels, but the layer before gives 3 channels instead. (Parameter 'module')"));
        Assert.That(() => new Sequential { new Linear(7, 5, rng), new Linear(4, 2, rng) }, Throws.ArgumentException.With.Message.EqualTo(
            "sequential: module 1 does not fit: linear: expects 4 inputs, but the layer before gives 5. (Parameter 'module')"));
        Assert.That(() => new Sequential { new Conv2d(1, 3, rng, 5), new Sequential { new Relu(), new BatchNorm2d(4) } }, Throws.ArgumentException.With.Message.EqualTo(
            "sequential: module 1 does not fit: batch_norm (layer 1): expects 4 channels, but the layer before gives 3. (Parameter 'module')"));
        Sequential fits = [new Conv2d(1, 3, rng, 5), new Flatten(), new Linear(99, 2, rng)]; // depends on the image's size: found at the first batch
        Assert.That(fits, Has.Count.EqualTo(3));
    }

    [Test]
    public void Errors_at_run_time_name_the_layer()
    {
        Rng rng = new(1);
        Sequential model = [new Flatten(), new Sequential { new Linear(256, 10, rng) }];
        Assert.That(() => model.Forward(Tensor.Zeros([32, 512])), Throws.ArgumentException.With.Message.EqualTo(
            "linear (layer 1.0): expects 256 inputs, got [32, 512]; its last dimension must be the weight's [10, 256] inputs. (Parameter 'x')"));
        Assert.That(() => new Sequential { new Conv2d(3, 4, rng, 3) }.Forward(Tensor.Zeros([2, 1, 8, 8])), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d (layer 0): given groups=1, weight of size [4, 3, 3, 3], expected input [N, 3, H, W] to have 3 channels, but got [2, 1, 8, 8] instead. (Parameter 'x')"));
    }

    [Test]
    public void Training_and_evaluation_reach_every_layer()
    {
        Sequential model = [new Sequential { new Relu(), new BatchNorm1d(3) }, new Flatten()];
        model.Eval();
        Assert.That(((Sequential)model[0]).Append(model[1]).Append(model), Has.All.Property("IsTraining").EqualTo(false));
        model.Train();
        Assert.That(((Sequential)model[0]).Append(model[1]).Append(model), Has.All.Property("IsTraining").EqualTo(true));
    }

    [Test]
    public void Names_are_unique_and_without_dots()
    {
        Two module = new();
        module.Put("a", Tensor.Zeros([1]));
        foreach (Action put in new Action[] { () => module.Put("a", Tensor.Zeros([1])), () => module.Put("a", new Relu()), () => module.Keep("a", Tensor.Zeros([1])) })
            Assert.That(() => put(), Throws.ArgumentException.With.Message.EqualTo("module: the name 'a' is already registered in Two. (Parameter 'name')"));
        Assert.That(() => module.Put("a.b", Tensor.Zeros([1])), Throws.ArgumentException.With.Message.EqualTo("module: a name may not contain a dot, got 'a.b'. (Parameter 'name')"));
        Assert.That(() => module.Put("", Tensor.Zeros([1])), Throws.ArgumentException);
        Assert.That(() => module.Put("b", (Tensor)null!), Throws.ArgumentNullException);
        Assert.That(() => module.Keep("b", null!), Throws.ArgumentNullException);
        Assert.That(module.State().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Watchers_see_every_forward_pass()
    {
        Relu layer = new();
        List<(Shape In, Shape Out)> seen = [];
        layer.ForwardDone += (module, x, y) => seen.Add((x.Shape, y.Shape));
        layer.Forward(Tensor.Zeros([2, 3]));
        Assert.That(seen, Is.EqualTo(new[] { (new Shape(2, 3), new Shape(2, 3)) }));
    }

    [Test]
    public void Init_has_the_bounds_and_deviations_of_its_formulas()
    {
        Shape shape = [200, 30, 3, 5]; // fan in 450, fan out 3000
        Assert.That(Init.Fans(shape), Is.EqualTo((450, 3000)));
        Check(Init.Default(shape, new Rng(1)), bound: 1 / Math.Sqrt(450));
        Check(Init.DefaultBias(shape, new Rng(1)), bound: 1 / Math.Sqrt(450), tolerance: 0.1);
        Check(Init.KaimingUniform(shape, new Rng(1)), bound: Math.Sqrt(2) * Math.Sqrt(3 / 450.0));
        Check(Init.KaimingUniform(shape, new Rng(1), Init.TanhGain, fanOut: true), bound: 5 / 3.0 * Math.Sqrt(3 / 3000.0));
        Check(Init.XavierUniform(shape, new Rng(1)), bound: Math.Sqrt(6 / 3450.0));
        Assert.That(Deviation(Init.KaimingNormal(shape, new Rng(1))), Is.EqualTo(Math.Sqrt(2 / 450.0)).Within(1).Percent);
        Assert.That(Deviation(Init.XavierNormal(shape, new Rng(1))), Is.EqualTo(Math.Sqrt(2 / 3450.0)).Within(1).Percent);
        Assert.That(Init.LeakyReluGain(Math.Sqrt(5)), Is.EqualTo(Math.Sqrt(1 / 3.0)).Within(1e-15));
        Assert.That(() => Init.Fans([3]), Throws.ArgumentException.With.Message.EqualTo("init: fan in and fan out cannot be computed for a tensor with fewer than 2 dimensions, got [3]. (Parameter 'weight')"));

        static void Check(Tensor x, double bound, double tolerance = 0.01)
        {
            float[] values = x.ToArray();
            Assert.That(values.Max(Math.Abs), Is.LessThanOrEqualTo((float)bound).And.GreaterThan(bound * (1 - tolerance)));
            Assert.That(Deviation(x), Is.EqualTo(bound / Math.Sqrt(3)).Within(tolerance * 100).Percent); // of a uniform distribution
        }

        static double Deviation(Tensor x) => Math.Sqrt(x.ToArray().Average(v => (double)v * v));
    }

    private sealed class Two : Module
    {
        public void Put(string name, Tensor value) => AddParameter(name, value);

        public void Put(string name, Module child) => AddChild(name, child);

        public void Keep(string name, Tensor value) => AddBuffer(name, value);

        public override Shape OutputShape(Shape input) => input;

        protected override Tensor ForwardCore(Tensor x) => x.Relu();
    }
}
