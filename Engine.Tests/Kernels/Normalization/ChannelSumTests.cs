using Engine.Kernels;
using Engine.Kernels.Normalization;

namespace Engine.Tests.Kernels.Normalization;

/// <summary>Sums over channels: how an activation is cut, and in which order the parts' numbers are added.</summary>
[TestFixture]
internal sealed unsafe class ChannelSumTests
{
    [Test]
    public void Parts_cover_every_element_once([Values(0, 1, 15, 16, 64, 65, 100, 129)] int batch, [Values(1, 3, 40, 300, 20_000)] int channels, [Values(1, 7, 300)] int plane)
    {
        ChannelParts parts = new(batch, channels, plane);
        long at = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            ChannelPart part = parts[i];
            Assert.That(part.Start, Is.EqualTo(at), $"part {i}");
            Assert.That(part.Pixels, Is.Positive);
            int image = (int)(at / channels / plane), first = image < batch - batch % 16 ? image / 64 * 64 : image;
            Assert.That(part.Width, Is.EqualTo(first < batch - batch % 16 ? Math.Min(64, batch - batch % 16 - first) : 1));
            at += (long)part.Count * channels;
        }
        Assert.That(at, Is.EqualTo((long)batch * channels * plane));
    }

    [TestCase(64, 5), TestCase(64, 4), TestCase(64, 1), TestCase(48, 9), TestCase(32, 8), TestCase(16, 3)]
    public void A_wide_part_is_a_chain_an_image_and_a_tree(int width, int pixels)
    {
        foreach (int channels in (int[])[1, 16, 21, 33])
        {
            const int Skipped = 3; // the part does not begin at the beginning
            float[] x = Widths.Numbers((Skipped + pixels) * channels * width, new Rng(44));
            float[] expected = new float[channels];
            for (int c = 0; c < channels; c++)
            {
                float[] lanes = new float[64];
                for (int p = 0; p < pixels; p++)
                    for (int n = 0; n < width; n++) lanes[n] += x[((Skipped + p) * channels + c) * width + n];
                for (int half = 32; half > 0; half /= 2)
                    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
                expected[c] = lanes[0];
            }
            Check(x, new ChannelPart((long)Skipped * channels * width, pixels, width), channels, expected);
        }
    }

    [TestCase(1), TestCase(4), TestCase(11), TestCase(39)]
    public void A_part_of_single_images_is_four_chains(int pixels)
    {
        foreach (int channels in (int[])[1, 8, 10, 16, 21, 33, 64])
        {
            float[] x = Widths.Numbers(pixels * channels, new Rng(45)), expected = new float[channels];
            for (int c = 0; c < channels; c++)
            {
                float[] chains = new float[4];
                for (int p = 0; p < pixels; p++) chains[p < pixels - pixels % 4 ? p % 4 : 0] += x[p * channels + c];
                expected[c] = (chains[0] + chains[2]) + (chains[1] + chains[3]);
            }
            Check(x, new ChannelPart(0, pixels, 1), channels, expected);
        }
    }

    [Test]
    public void Two_sums_at_once_are_each_its_own_chains_with_the_numbers_of_their_channel([Values(64, 48, 32, 16, 1)] int width, [Values(1, 3, 5, 16, 21)] int channels)
    {
        const int Pixels = 23;
        Rng rng = new(46);
        float[] x = Widths.Numbers(Pixels * channels * width, rng), k = Widths.Numbers(channels, rng), sums = new float[channels], seconds = new float[channels];
        foreach (int vector in Widths.All)
        {
            float[] expected = new float[channels], products = new float[channels];
            for (int c = 0; c < channels; c++)
            {
                float[] first = new float[64], second = new float[64];
                for (int p = 0; p < Pixels; p++)
                    for (int n = 0; n < width; n++)
                    {
                        // chains of a wide block: images; of single images: every fourth pixel, laid out so that the tree of halves is the sum crosswise
                        int lane = width > 1 ? n : p < Pixels - Pixels % 4 ? p % 4 : 0;
                        float value = x[(p * channels + c) * width + n];
                        first[lane] += value;
                        second[lane] = MathF.FusedMultiplyAdd(value, k[c], second[lane]);
                    }
                for (int half = 32; half > 0; half /= 2)
                    for (int i = 0; i < half; i++) (first[i], second[i]) = (first[i] + first[i + half], second[i] + second[i + half]);
                (expected[c], products[c]) = (first[0], second[0]);
            }
            fixed (float* px = x, pk = k, pSums = sums, pSeconds = seconds)
            {
                ChannelSum<ValueAndProduct> work = new()
                {
                    Term = new() { X = px }, Part = new(0, Pixels, width), Channels = channels, To = channels, Numbers = new() { K0 = pk }, Sums = pSums, Seconds = pSeconds,
                };
                Widths.Run(vector, ref work);
            }
            Assert.That(Widths.Bits(sums), Is.EqualTo(Widths.Bits(expected)), $"values at width {vector}");
            Assert.That(Widths.Bits(seconds), Is.EqualTo(Widths.Bits(products)), $"products at width {vector}");
        }
    }

    private static void Check(float[] x, ChannelPart part, int channels, float[] expected)
    {
        foreach (int width in Widths.All)
            foreach (int from in part.Width == 1 ? (int[])[0] : [0, channels / 2])
            {
                float[] sums = new float[channels];
                fixed (float* px = x, pSums = sums)
                {
                    ChannelSum<PlainTerm> work = new() { Term = new() { X = px }, Part = part, Channels = channels, From = from, To = channels, Sums = pSums };
                    Widths.Run(width, ref work);
                }
                Assert.That(Widths.Bits(sums.AsSpan(from)), Is.EqualTo(Widths.Bits(expected.AsSpan(from))), $"{channels} channels at width {width}");
            }
    }

    private struct ValueAndProduct : IChannelTerm
    {
        public float* X;

        public static bool IsPair => true;

        public static int Numbers => 1;

        public readonly void Add<TV, TS>(ref TV sum, ref TV second, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV value = TS.Load(X + at);
            (sum, second) = (TS.Add(sum, value), TS.Fma(value, k.K0, second));
        }

        public readonly void Fetch<TV, TS>(long at) where TV : unmanaged where TS : struct, ISimd<TV> => Caches.Soon<TV, TS>(X + at);
    }
}
