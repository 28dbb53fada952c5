using Engine.Kernels;

namespace Engine.Tests.Kernels;

internal sealed unsafe class PixelKernelTests
{
    [Test]
    public void A_batch_is_what_a_loop_over_pixels_makes_at_every_width([Values(1, 3, 16, 33, 81, 130)] int batch, [Values(1, 3)] int channels, [Values(1, 15, 49, 130, 300)] int plane)
    {
        Rng rng = new(61);
        byte[] pixels = [.. Enumerable.Range(0, 150 * channels * plane).Select(_ => (byte)rng.NextInt(256))];
        int[] indices = [.. Enumerable.Range(0, batch).Select(_ => rng.NextInt(150))];
        float[] means = new[] { 0.1307f, 0.5f, 0 }[..channels], divisors = new[] { 0.3081001f, 0.25f, 1 }[..channels];
        float[] rows = new float[batch * channels * plane], expected = new float[rows.Length], y = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = (pixels[indices[i / (channels * plane)] * channels * plane + i % (channels * plane)] / 255f - means[i / plane % channels]) / divisors[i / plane % channels];
        BatchLanes.FromRowMajor(rows, expected, batch, channels, plane);
        PixelKernel.Gather(pixels, indices, channels, plane, means, divisors, y);
        Assert.That(y, Is.EqualTo(expected));
        Array.Clear(y);
        for (int piece = PixelKernel.Pieces(batch, channels, plane) - 1; piece >= 0; piece--) PixelKernel.GatherPiece(pixels, indices, channels, plane, means, divisors, y, piece);
        Assert.That(y, Is.EqualTo(expected), "piece by piece");
        fixed (byte* pPixels = pixels)
        fixed (int* pIndices = indices)
        fixed (float* pMeans = means, pDivisors = divisors, py = y)
            foreach (int width in Widths.All)
            {
                Array.Clear(y);
                Widths.RunBody(width, typeof(PixelKernel), "Body", [], ("Pixels", (nint)pPixels), ("Indices", (nint)pIndices), ("Means", (nint)pMeans), ("Divisors", (nint)pDivisors),
                    ("Batch", (nint)py), ("Count", batch), ("Channels", channels), ("Plane", plane), ("_from", 0), ("_to", PixelKernel.Pieces(batch, channels, plane)));
                Assert.That(y, Is.EqualTo(expected), $"width {width}");
            }
    }

    [Test]
    public void A_turned_tile_has_its_columns_as_rows()
    {
        byte* tile = stackalloc byte[ByteTile.Bytes];
        for (int i = 0; i < ByteTile.Bytes; i++) tile[i] = (byte)i;
        ByteTile.Turn(tile);
        for (int i = 0; i < ByteTile.Bytes; i++) Assert.That(tile[i], Is.EqualTo(i % 16 * 16 + i / 16));
    }
}
