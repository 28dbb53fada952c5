using Engine.Kernels.Convolution;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Ops;

/// <summary>The gradient of a 1 x 1 convolution of larger stride, against that of a 3 x 3 kernel that is zero around its middle: whole numbers, so exactly equal.</summary>
[TestFixture]
internal sealed class PixelGridTests
{
    private const int Inputs = 3, Outputs = 5;

    [Test]
    public void Gradients_at_some_pixels_are_those_of_a_larger_kernel([Values(16, 48, 80)] int batch, [Values("2 2 8 8", "2 1 6 5", "3 2 7 9")] string sizes, [Values] Net net, [Values] bool relu, [Values] bool inWorkspace)
    {
        (float[] X, float[] Other, float[] Weight) expected = Gradients(batch, sizes, net, relu, inWorkspace, atGrid: false), gradients = Gradients(batch, sizes, net, relu, inWorkspace, atGrid: true);
        Assert.That(gradients.X, Is.EqualTo(expected.X));
        Assert.That(gradients.Other, Is.EqualTo(expected.Other));
        Assert.That(gradients.Weight, Is.EqualTo(expected.Weight));
        Assert.That(expected.X.Count(value => value != 0), Is.GreaterThan(expected.X.Length / 20));
    }

    [TestCase("16 3 8 8 5 1 1 2 2 0 0 0 0 1 1 1", true), TestCase("16 3 8 8 5 1 1 1 2 0 0 0 0 1 1 1", true), TestCase("16 3 8 8 5 1 1 1 1 0 0 0 0 1 1 1", false), TestCase("17 3 8 8 5 1 1 2 2 0 0 0 0 1 1 1", false),
        TestCase("16 3 8 8 5 2 1 2 2 0 0 0 0 1 1 1", false), TestCase("16 3 8 8 5 1 1 2 2 1 0 0 0 1 1 1", false), TestCase("16 4 8 8 6 1 1 2 2 0 0 0 0 1 1 2", false), TestCase("16 3 8 3 5 1 1 1 2 0 0 0 0 1 1 1", false)]
    public void Wide_blocks_of_which_half_the_pixels_are_seen_at_most_go_this_way(string shape, bool suits) => Assert.That(PixelGrid.Suits(ConvShapes.ConvShapeList.Parse(shape)), Is.EqualTo(suits));

    private static (float[] X, float[] Other, float[] Weight) Gradients(int batch, string sizes, Net net, bool relu, bool inWorkspace, bool atGrid)
    {
        int[] n = [.. sizes.Split(' ').Select(int.Parse)];
        Rng rng = new(91);
        Size2 stride = (n[0], n[1]);
        Tensor x = Whole([batch, Inputs, n[2], n[3]], rng), other = Whole(x.Shape, rng), small = Whole([Outputs, Inputs, 1, 1], rng), around = Whole([Outputs, Inputs, 3, 3], rng);
        float[] middle = [.. Enumerable.Range(0, around.Count).Select(i => i % 9 == 4 ? small.AsSpan()[i / 9] : 0)];
        Tensor weight = atGrid ? small : Tensor.From(middle, around.Shape);
        x.RequiresGrad = other.RequiresGrad = weight.RequiresGrad = true;
        using Workspace.Scope scope = inWorkspace ? new Workspace().Begin() : default;
        Tensor h = net == Net.Leaf ? x : relu ? x.Relu() : x.Neg();
        Tensor One() => atGrid ? h.Conv2d(weight, stride: stride) : h.Conv2d(weight, stride: stride, padding: 1);
        Tensor Body(Tensor from) => from.Conv2d(around, stride: stride, padding: 1);
        Tensor y = net switch
        {
            Net.AfterIt => Body(h) is var body ? One() + body : h, // backward the grid comes first
            Net.BeforeIt => One() is var one ? Body(h) + one : h,
            Net.Twice => One() + One(),
            Net.Shared => Body(h + other) is var body ? One() + body : h, // what comes after the grid belongs to other's gradient too
            _ => One(),
        };
        Tensor dy = Whole(y.Shape, rng);
        y.Backward(dy, retainGraph: true);
        y.Backward(dy);
        return (x.Grad!.ToArray(), other.Grad?.ToArray() ?? [], [.. weight.Grad!.ToArray().Where((_, i) => atGrid || i % 9 == 4)]);
    }

    private static Tensor Whole(Shape shape, Rng rng) => Tensor.From([.. Enumerable.Range(0, shape.Count).Select(_ => MathF.Floor(rng.Uniform(-2, 3)))], shape);

    internal enum Net
    {
        Leaf,
        Alone,
        AfterIt,
        BeforeIt,
        Twice,
        Shared,
    }
}
