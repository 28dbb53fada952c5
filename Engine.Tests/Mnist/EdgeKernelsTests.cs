using Engine.Data;
using Engine.Ops;
using Engine.Tensors;
using Mnist;

namespace Engine.Tests.Mnist;

/// <summary>The chapter's first numbers.</summary>
internal sealed class EdgeKernelsTests
{
    [Test]
    public void The_book_s_crop_gives_762_and_minus_29()
    {
        float[,] crop = EdgeKernels.Crop;
        Assert.That((crop.GetLength(0), crop.GetLength(1)), Is.EqualTo((10, 20)));
        Assert.That(EdgeKernels.Apply(crop, 1, 1, EdgeKernels.TopEdge), Is.Zero);    // im3_t[0:3, 0:3]
        Assert.That(EdgeKernels.Apply(crop, 5, 7, EdgeKernels.TopEdge), Is.EqualTo(762)); // im3_t[4:7, 6:9]: 254 * 3 below, 0 above
        Assert.That(EdgeKernels.Apply(crop, 8, 18, EdgeKernels.TopEdge), Is.EqualTo(-29)); // im3_t[7:10, 17:20]: 247 + 53 + 0 - 254 - 75 - 0
    }

    [Test]
    public void A_kernel_stays_inside() => Assert.That(() => EdgeKernels.Apply(EdgeKernels.Crop, 9, 3, EdgeKernels.TopEdge),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("apply_kernel: a 3 x 3 kernel at (9, 3) hangs out of the 10 x 20 image; use rows 1 to 8 and columns 1 to 18."));

    [Test]
    public void Mapped_over_the_image_it_is_conv2d()
    {
        float[,] crop = EdgeKernels.Crop;
        float[][,] kernels = [EdgeKernels.LeftEdge, EdgeKernels.TopEdge, EdgeKernels.Diagonal1, EdgeKernels.Diagonal2];
        Tensor maps = Tensor.From([.. crop.Cast<float>()], [1, 1, 10, 20]).Conv2d(EdgeKernels.All());
        Assert.That(maps.Shape, Is.EqualTo(new Shape(1, 4, 8, 18)));
        for (int k = 0; k < 4; k++)
            for (int row = 1; row <= 8; row++)
                for (int column = 1; column <= 18; column++)
                    Assert.That(maps.AsSpan()[(k * 8 + row - 1) * 18 + column - 1], Is.EqualTo(EdgeKernels.Apply(crop, row, column, kernels[k])));
    }

    [Test]
    public void A_batch_of_64_images_gives_four_maps_of_26_x_26_each()
    {
        ImageSet images = SyntheticDigits.Generate(64, new Rng(1));
        Tensor batch = new DataLoader(images, 64, Normalization.None(1)).Gather([.. Enumerable.Range(0, 64)]).Inputs;
        Assert.That((batch.Shape, EdgeKernels.All().Shape), Is.EqualTo((new Shape(64, 1, 28, 28), new Shape(4, 1, 3, 3))));
        Assert.That(batch.Conv2d(EdgeKernels.All()).Shape, Is.EqualTo(new Shape(64, 4, 26, 26)));
    }

    [Test]
    public void A_flipped_kernel_finds_the_opposite_edge()
    {
        float[,] crop = EdgeKernels.Crop, bottom = new float[3, 3];
        for (int i = 0; i < 9; i++) bottom[i / 3, i % 3] = EdgeKernels.TopEdge[2 - i / 3, i % 3];
        for (int row = 1; row <= 8; row++)
            for (int column = 1; column <= 18; column++)
                Assert.That(EdgeKernels.Apply(crop, row, column, bottom), Is.EqualTo(-EdgeKernels.Apply(crop, row, column, EdgeKernels.TopEdge)));
    }
}
