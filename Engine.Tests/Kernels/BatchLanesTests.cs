using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>The physical order of activations: full blocks of 64 images, one narrower block of whole vectors, single images.</summary>
internal sealed class BatchLanesTests
{
    [TestCase(0, new int[0]), TestCase(1, new[] { 1 }), TestCase(15, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }), TestCase(16, new[] { 16 }), TestCase(17, new[] { 16, 1 }),
        TestCase(33, new[] { 32, 1 }), TestCase(50, new[] { 48, 1, 1 }), TestCase(64, new[] { 64 }), TestCase(65, new[] { 64, 1 }), TestCase(96, new[] { 64, 32 }),
        TestCase(100, new[] { 64, 32, 1, 1, 1, 1 }), TestCase(512, new[] { 64, 64, 64, 64, 64, 64, 64, 64 })]
    public void A_batch_is_cut_into_blocks_of_so_many_images(int batch, int[] widths)
    {
        Assert.That(Enumerable.Range(0, BatchLanes.Blocks(batch)).Select(block => BatchLanes.BlockOf(batch, block).Width), Is.EqualTo(widths));
        Assert.That((BatchLanes.WideBlocks(batch), BatchLanes.Singles(batch)), Is.EqualTo((widths.Count(width => width > 1), widths.Count(width => width == 1))));
    }

    [Test]
    public void Blocks_follow_one_another_and_hold_every_image_once([Range(0, 200)] int batch)
    {
        int next = 0;
        for (int block = 0; block < BatchLanes.Blocks(batch); block++)
        {
            ImageBlock images = BatchLanes.BlockOf(batch, block);
            Assert.That(images.First, Is.EqualTo(next));
            Assert.That(images.Start(10), Is.EqualTo(next * 10));
            if (block == BatchLanes.WideBlocks(batch)) Assert.That(next, Is.EqualTo(BatchLanes.FirstSingle(batch)));
            next += images.Width;
        }
        Assert.That(next, Is.EqualTo(batch));
    }

    [Test]
    public void Batch_lanes_are_what_they_say_and_come_back([Values(1, 2, 16, 17, 63, 64, 65, 129, 135)] int batch, [Values(1, 3, 9)] int channels, [Values(1, 16, 35, 545)] int plane)
    {
        float[] rows = [.. Enumerable.Range(0, batch * channels * plane).Select(i => (float)i)], lanes = new float[rows.Length], back = new float[rows.Length];
        BatchLanes.FromRowMajor(rows, lanes, batch, channels, plane);
        for (int n = 0; n < batch; n++)
            for (int c = 0; c < channels; c++)
                for (int p = 0; p < plane; p++)
                {
                    int rest = batch % 64, first = n / 64 * 64, width = n < batch - rest ? 64 : n < batch - rest % 16 ? rest - rest % 16 : 1;
                    if (width == 1) first = n;
                    if (lanes[first * channels * plane + (p * channels + c) * width + n - first] != rows[(n * channels + c) * plane + p]) Assert.Fail($"image {n}, channel {c}, pixel {p}");
                }
        BatchLanes.ToRowMajor(lanes, back, batch, channels, plane);
        Assert.That(back, Is.EqualTo(rows));
    }

    [Test]
    public void A_large_image_comes_back([Values(1, 3, 8)] int channels) // more pixels than go together
    {
        float[] rows = [.. Enumerable.Range(0, 2 * channels * 10_001).Select(i => (float)i)], lanes = new float[rows.Length], back = new float[rows.Length];
        BatchLanes.FromRowMajor(rows, lanes, 2, channels, 10_001);
        Assert.That(lanes[(10_001 + 9_000) * channels + channels - 1], Is.EqualTo(rows[(2 * channels - 1) * 10_001 + 9_000]));
        BatchLanes.ToRowMajor(lanes, back, 2, channels, 10_001);
        Assert.That(back, Is.EqualTo(rows));
    }
}
