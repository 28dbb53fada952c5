namespace Engine.Tests.Tensors;

[TestFixture]
internal sealed class ShapeTests
{
    [TestCase(new[] { 2, 3 }, new[] { 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 3, 1 }, new[] { 1, 5 }, new[] { 3, 5 })]
    [TestCase(new[] { 7, 1, 5 }, new[] { 3, 1 }, new[] { 7, 3, 5 })]
    [TestCase(new int[0], new[] { 2, 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 0, 3 }, new[] { 1, 1 }, new[] { 0, 3 })]
    [TestCase(new[] { 1 }, new[] { 0 }, new[] { 0 })]
    public void Sizes_are_matched_from_the_last_on_and_one_of_1_is_repeated(int[] a, int[] b, int[] result)
    {
        Assert.That(Shape.Broadcast(new Shape(a), new Shape(b), "add"), Is.EqualTo(new Shape(result)));
        Assert.That(Shape.Broadcast(new Shape(b), new Shape(a), "add"), Is.EqualTo(new Shape(result)));
    }

    [Test]
    public void Sizes_that_do_not_match_are_named_with_both_shapes() => Assert.That(() => Shape.Broadcast([2, 3], [2, 4], "add"),
        Throws.ArgumentException.With.Message.EqualTo("add: the size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1. Received: a [2, 3], b [2, 4]. (Parameter 'b')"));

    [TestCase(new[] { 2, -1 }, 6, new[] { 2, 3 })]
    [TestCase(new[] { -1 }, 0, new[] { 0 })]
    [TestCase(new[] { 3, -1, 5 }, 0, new[] { 3, 0, 5 })]
    [TestCase(new int[0], 1, new int[0])]
    [TestCase(new[] { 0, 4 }, 0, new[] { 0, 4 })]
    public void One_size_can_be_inferred(int[] requested, int count, int[] result) => Assert.That(Shape.Infer(requested, count), Is.EqualTo(new Shape(result)));

    [TestCase(new[] { 2, 3 }, 5, "reshape: shape '[2, 3]' is invalid for input of size 5.")]
    [TestCase(new[] { -1, 3 }, 5, "reshape: shape '[-1, 3]' is invalid for input of size 5.")]
    [TestCase(new[] { -1, 3, -1 }, 9, "reshape: only one dimension can be inferred (-1). Received: [-1, 3, -1].")]
    [TestCase(new[] { -1, 0 }, 0, "reshape: cannot infer -1 in [-1, 0]: the other sizes hold 0 elements, so any size would do.")]
    [TestCase(new[] { 2, -3 }, 6, "reshape: invalid negative dimension -3: [2, -3].")]
    [TestCase(new[] { 65536, 65536 }, 0, "reshape: shape '[65536, 65536]' is invalid for input of size 0.")] // 2^32 is 0 as an int
    [TestCase(new[] { 65536, 65536, -1 }, 4, "reshape: shape '[65536, 65536, -1]' is invalid for input of size 4.")]
    public void A_shape_that_does_not_hold_the_elements_is_refused(int[] requested, int count, string message) =>
        Assert.That(Assert.Catch<ArgumentException>(() => Shape.Infer(requested, count))!.Message, Is.EqualTo($"{message} (Parameter 'requested')"));

    [Test]
    public void A_negative_size_is_named() => Assert.That(() => new Shape(1, 2, -1), Throws.TypeOf<ArgumentOutOfRangeException>()
        .With.Message.EqualTo("shape: trying to create a tensor with negative dimension -1: [1, 2, -1]. (Parameter 'sizes')"));

    [TestCase(65536, 65536)] // 2^32: 0 as an int
    [TestCase(46341, 46341)] // 2^31 + 4,633: negative as an int
    [TestCase(int.MaxValue, 3)]
    [TestCase(int.MaxValue, 1)] // no array is that long
    public void A_product_beyond_the_longest_array_is_refused(int a, int b) => Assert.That(() => new Shape(a, b), Throws.TypeOf<ArgumentException>()
        .With.Message.EqualTo($"shape: storage size calculation overflowed with sizes=[{a}, {b}]: at most 2147483591 elements fit one tensor. (Parameter 'sizes')"));

    [Test]
    public void A_zero_makes_the_product_zero_however_large_the_rest() => Assert.That(new Shape(int.MaxValue, int.MaxValue, 0).Count, Is.Zero);

    [Test]
    public void More_dimensions_than_six_are_refused() => Assert.That(() => new Shape(1, 1, 1, 1, 1, 1, 1),
        Throws.ArgumentException.With.Message.EqualTo("shape: at most 6 dimensions are supported. Received: [1, 1, 1, 1, 1, 1, 1]. (Parameter 'sizes')"));

    [Test]
    public void The_default_shape_is_the_scalar()
    {
        Shape scalar = default;
        Assert.That((scalar.Rank, scalar.Count, $"{scalar}"), Is.EqualTo((0, 1, "[]")));
        Assert.That(scalar, Is.EqualTo(new Shape()));
        Assert.That(() => scalar[0], Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("dimension out of range: expected none (a scalar has no dimensions), got 0 for shape []. (Parameter 'dim')"));
    }

    [Test]
    public void Dimensions_count_from_both_ends()
    {
        Shape shape = [4, 3, 2];
        Assert.That((shape[0], shape[-1], shape[^1], shape[^3], shape[-3]), Is.EqualTo((4, 2, 2, 4, 4)));
        Assert.That(() => shape[3], Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("dimension out of range: expected -3 to 2, got 3 for shape [4, 3, 2]. (Parameter 'dim')"));
        Assert.That(() => shape[-4], Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Equal_shapes_have_equal_hashes_and_rank_tells_them_apart()
    {
        Shape a = [2, 3], b = new(2, 3), c = [2, 3, 1];
        Assert.That(a == b && a != c && a.Equals((object)b) && !a.Equals((object?)null), Is.True);
        Assert.That(a.GetHashCode(), Is.EqualTo(b.GetHashCode()));
    }
}
