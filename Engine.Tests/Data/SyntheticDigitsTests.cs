using System.Security.Cryptography;
using Engine.Data;

namespace Engine.Tests.Data;

public sealed class SyntheticDigitsTests
{
    [Test]
    public void The_same_seed_gives_the_same_bytes_on_every_machine()
    {
        ImageSet digits = SyntheticDigits.Generate(1000, new Rng(42));
        Assert.That(digits.Labels[..10], Is.EquivalentTo(Enumerable.Range(0, 10)));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(digits.Pixels)), Is.EqualTo("5298a678dfd522e32b137a445fdc7495afb885bf304bd93f941c13531c31e0b2"));
    }

    [Test]
    public void The_first_images_do_not_depend_on_how_many_follow()
    {
        ImageSet few = SyntheticDigits.Generate(15, new Rng(7)), many = SyntheticDigits.Generate(40, new Rng(7));
        Assert.That(many.Take(15).Pixels, Is.EqualTo(few.Pixels));
        Assert.That(many.Take(15).Labels, Is.EqualTo(few.Labels));
    }

    [Test]
    public void Every_image_has_ink_in_the_middle_and_almost_none_at_the_border()
    {
        ImageSet digits = SyntheticDigits.Generate(3000, new Rng(1));
        int touching = 0;
        for (int i = 0; i < digits.Count; i++)
        {
            ReadOnlySpan<byte> image = digits.Image(i);
            int ink = 0, border = 0;
            for (int p = 0; p < image.Length; p++)
                if (image[p] > 100)
                    (ink, border) = (ink + 1, border + (p / 28 is 0 or 27 || p % 28 is 0 or 27 ? 1 : 0));
            Assert.That(ink, Is.InRange(15, 250), $"image {i}, a {digits.Labels[i]}");
            if (border > 0) touching++;
        }
        Assert.That(touching, Is.LessThan(digits.Count / 20));
    }

    /// <summary>An image's label is nearly always that of its nearest neighbour: the digits can be told apart, and no two classes are drawn alike.</summary>
    [Test]
    public void A_nearest_neighbour_tells_the_digits_apart()
    {
        ImageSet known = SyntheticDigits.Generate(2000, new Rng(1)), asked = SyntheticDigits.Generate(200, new Rng(2));
        int right = 0;
        for (int i = 0; i < asked.Count; i++)
        {
            (long best, int label) = (long.MaxValue, -1);
            for (int j = 0; j < known.Count; j++)
            {
                ReadOnlySpan<byte> a = asked.Image(i), b = known.Image(j);
                long distance = 0;
                for (int p = 0; p < a.Length; p++) distance += (a[p] - b[p]) * (a[p] - b[p]);
                if (distance < best) (best, label) = (distance, known.Labels[j]);
            }
            if (label == asked.Labels[i]) right++;
        }
        Assert.That(right, Is.GreaterThanOrEqualTo(180));
    }

    [Test]
    public void None_may_be_asked_for() => Assert.That(SyntheticDigits.Generate(0, new Rng(1)).Count, Is.Zero);
}
