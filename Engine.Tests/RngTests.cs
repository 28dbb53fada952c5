namespace Engine.Tests;

[TestFixture]
internal sealed class RngTests
{
    [Test]
    public void The_first_outputs_are_these()
    {
        Rng rng = new(42);
        Assert.That(Enumerable.Range(0, 4).Select(_ => rng.NextUInt64()), Is.EqualTo(new[] { 0x15780B2E0C2EC716UL, 0x6104D9866D113A7EUL, 0xAE17533239E499A1UL, 0xECB8AD4703B360A1UL }));
        Assert.That(new Rng(0).NextUInt64(), Is.EqualTo(0x99EC5F36CB75F2B4UL));
    }

    [Test]
    public void It_is_xoshiro256_starstar_seeded_by_SplitMix64() // written anew from the authors' C, over an array
    {
        foreach (ulong seed in new ulong[] { 0, 1, 12345, ulong.MaxValue })
        {
            ulong x = seed;
            ulong[] s = new ulong[4];
            for (int i = 0; i < 4; i++)
            {
                x += 0x9e3779b97f4a7c15;
                ulong z = x;
                z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
                z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
                s[i] = z ^ (z >> 31);
            }
            Rng rng = new(seed);
            for (int i = 0; i < 1000; i++)
            {
                ulong t5 = s[1] * 5, result = ((t5 << 7) | (t5 >> 57)) * 9, t = s[1] << 17;
                s[2] ^= s[0];
                s[3] ^= s[1];
                s[1] ^= s[2];
                s[0] ^= s[3];
                s[2] ^= t;
                s[3] = (s[3] << 45) | (s[3] >> 19);
                Assert.That(rng.NextUInt64(), Is.EqualTo(result));
            }
        }
    }

    [Test]
    public void Floats_are_the_top_bits_and_lie_in_their_range()
    {
        Rng a = new(3), b = new(3);
        for (int i = 0; i < 1000; i++) Assert.That(a.NextSingle(), Is.EqualTo((b.NextUInt64() >> 40) / 16777216f).And.InRange(0, 0.99999994f));
        for (int i = 0; i < 1000; i++) Assert.That(a.NextDouble(), Is.EqualTo((b.NextUInt64() >> 11) / 9007199254740992.0));
        for (int i = 0; i < 1000; i++) Assert.That(a.Uniform(-2, 5), Is.InRange(-2f, 5f));
    }

    [Test]
    public void A_part_split_off_is_not_moved_by_what_the_whole_draws_afterwards()
    {
        Rng whole = new(5), same = new(5);
        Rng part = whole.Split(), samePart = same.Split();
        for (int i = 0; i < 10; i++) whole.NextUInt64();
        ulong[] drawn = [.. Enumerable.Range(0, 100).Select(_ => part.NextUInt64())];
        Assert.That(Enumerable.Range(0, 100).Select(_ => samePart.NextUInt64()), Is.EqualTo(drawn));
        HashSet<ulong> others = [.. Enumerable.Range(0, 1000).Select(_ => whole.NextUInt64())];
        Assert.That(drawn.Any(others.Contains), Is.False);
    }

    [Test]
    public void Integers_are_in_range_and_equally_likely([Values(1, 2, 3, 7, 10, 1000)] int max)
    {
        Rng rng = new(6);
        int[] counts = new int[max];
        for (int i = 0; i < 1000 * max; i++) counts[rng.NextInt(max)]++;
        // each count has mean 1000 and deviation below 31.7: 6 deviations
        Assert.That(counts, Is.All.InRange(1000 - 190, 1000 + 190));
    }

    [Test]
    public void A_bound_that_does_not_divide_2_to_the_32_has_no_favourites() // 3/4 of 2^32: without rejection a third of the values would come twice as often
    {
        Rng rng = new(7);
        int[] thirds = new int[3];
        const int Max = int.MaxValue / 4 * 3 + 3;
        for (int i = 0; i < 300_000; i++) thirds[(int)((long)rng.NextInt(Max) * 3 / Max)]++;
        Assert.That(thirds, Is.All.InRange(100_000 - 1600, 100_000 + 1600)); // deviation 258
        Assert.That(() => rng.NextInt(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_shuffle_is_a_permutation_and_every_order_is_equally_likely()
    {
        Rng rng = new(8);
        int[] items = [.. Enumerable.Range(0, 257)];
        rng.Shuffle(items.AsSpan());
        Assert.That(items, Is.Not.EqualTo(Enumerable.Range(0, 257)).And.EquivalentTo(Enumerable.Range(0, 257)));
        Dictionary<string, int> orders = [];
        for (int i = 0; i < 24_000; i++)
        {
            char[] four = [.. "abcd"];
            rng.Shuffle(four.AsSpan());
            orders[new string(four)] = orders.GetValueOrDefault(new string(four)) + 1;
        }
        Assert.That(orders, Has.Count.EqualTo(24));
        Assert.That(orders.Values, Is.All.InRange(1000 - 190, 1000 + 190));
    }

    [Test]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        Rng rng = new(9);
        double[] x = [.. Enumerable.Range(0, 100_000).Select(_ => rng.NextNormal())];
        Assert.That(x.Average(), Is.EqualTo(0).Within(0.013)); // 4 / sqrt(100,000)
        Assert.That(x.Average(v => v * v), Is.EqualTo(1).Within(0.018));
        Assert.That(x.Average(v => v * v * v * v), Is.EqualTo(3).Within(0.13));
        Assert.That(x.Count(v => Math.Abs(v) < 1) / 100_000.0, Is.EqualTo(0.6827).Within(0.006));
    }

    [Test]
    public void The_state_can_be_kept_and_put_back()
    {
        Rng rng = new(10);
        (ulong, ulong, ulong, ulong) state = rng.State;
        ulong first = rng.NextUInt64();
        rng.State = state;
        Assert.That(rng.NextUInt64(), Is.EqualTo(first));
        Assert.That(() => rng.State = default, Throws.ArgumentException);
    }
}
