using Engine.Kernels;
using Engine.Kernels.Normalization;

namespace Engine.Tests.Kernels.Normalization;

/// <summary>Functions of element and channel: every element once, with the numbers of its channel, at every width.</summary>
[TestFixture]
internal sealed unsafe class ChannelMapTests
{
    [Test]
    public void Every_element_is_written_once_with_its_channels_numbers([Values(1, 3, 15, 16, 32, 48, 81, 129)] int batch, [Values(1, 3, 8, 16, 21, 64)] int channels, [Values(1, 7, 40)] int plane)
    {
        Rng rng = new(47);
        float[] x = Widths.Numbers(batch * channels * plane, rng), expected = new float[x.Length], all = new float[x.Length];
        float[][] k = [.. Enumerable.Range(0, 5).Select(_ => Widths.Numbers(channels, rng))];
        int at = 0;
        for (int block = 0; block < BatchLanes.Blocks(batch); block++)
            for (int pixel = 0; pixel < plane; pixel++)
                for (int c = 0; c < channels; c++)
                    for (int n = 0; n < BatchLanes.BlockOf(batch, block).Width; n++, at++)
                        expected[at] = MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(x[at] - k[0][c], k[1][c], k[2][c]), k[3][c], k[4][c]);
        int times = ChannelMap.Times(channels), items = BatchLanes.WideBlocks(batch) * plane + (BatchLanes.Singles(batch) * plane + 63) / 64;
        fixed (float* px = x, py = all, memory = new float[5 * times * channels], k0 = k[0], k1 = k[1], k2 = k[2], k3 = k[3], k4 = k[4])
        {
            ChannelNumbers numbers = new() { K0 = k0, K1 = k1, K2 = k2, K3 = k3, K4 = k4 };
            ChannelMap.Run(new Five { X = px }, batch, channels, plane, numbers, py);
            Assert.That(Widths.Bits(all), Is.EqualTo(Widths.Bits(expected)));
            foreach (int width in Widths.All)
                foreach (int middle in (int[])[0, 1, items / 2])
                {
                    float[] y = new float[x.Length];
                    fixed (float* pieces = y)
                        foreach ((int from, int to) in ((int, int)[])[(0, middle), (middle, items)])
                            Widths.RunBody(width, typeof(ChannelMap), "Body`1", [typeof(Five)],
                                ("F", new Five { X = px }), ("Numbers", numbers), ("Repeated", numbers.Repeated(channels, times, 5, memory)), ("Period", channels * times), ("Y", (nint)pieces), ("Batch", batch), ("Channels", channels), ("Range", new ChannelRange(0, channels)), ("Plane", plane), ("_from", from), ("_to", to));
                    Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(expected)), $"width {width}, in pieces of {middle} and {items - middle}");
                }
        }
    }

    internal struct Five : IChannelFunction
    {
        public float* X;

        public static int Numbers => 5;

        public readonly TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Fma(TS.Fma(TS.Subtract(TS.Load(X + at), k.K0), k.K1, k.K2), k.K3, k.K4);
    }
}
