using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Engine.Tensors;

namespace Engine.Tests.Ops;

/// <summary>Where an element lies must not change its bits.</summary>
[TestFixture]
internal sealed class SameBitsTests
{
    [TestCase(1), TestCase(3), TestCase(65)]
    public void An_input_in_batch_lanes_gives_the_bits_of_a_row_major_one(int batch)
    {
        Shape shape = [batch, 3, 5, 7];
        foreach (OpCase op in (IEnumerable<OpCase>)[.. OpCase.Unary(shape), .. OpCase.Binary(shape, shape), .. OpCase.Binary(shape, [3, 1, 1]), .. OpCase.Binary(shape, []), .. OpCase.Image(shape)])
        {
            (float[] y, float[][] gradients) = Run(op, x => x);
            (float[] laneY, float[][] laneGradients) = Run(op, x => x.To(Layout.BatchLanes));
            Assert.That(Bits(laneY), Is.EqualTo(Bits(y)), op.Name);
            for (int i = 0; i < gradients.Length; i++) Assert.That(Bits(laneGradients[i]), Is.EqualTo(Bits(gradients[i])), $"{op.Name}, gradient {i}");
        }
    }

    [Test]
    public void An_element_alone_gives_the_bits_it_has_among_others() // one element runs without vectors
    {
        foreach (OpCase op in (IEnumerable<OpCase>)[.. OpCase.Unary([37]), .. OpCase.Binary([37], [37])])
        {
            (float[] y, float[][] gradients) = Run(op, x => x);
            for (int i = 0; i < 37; i++)
            {
                OpCase one = new(op.Name, op.Function, Array.ConvertAll(op.Inputs, x => Tensor.From(x.AsSpan().Slice(i, 1), [1])));
                (float[] oneY, float[][] oneGradients) = Run(one, x => x);
                Assert.That(Bits(oneY)[0], Is.EqualTo(Bits(y)[i]), $"{op.Name}, element {i}");
                for (int k = 0; k < gradients.Length; k++)
                    Assert.That(Bits(oneGradients[k])[0], Is.EqualTo(Bits(gradients[k])[i]), $"{op.Name}, gradient {k}, element {i}");
            }
        }
    }

    [Test]
    public void Every_machine_computes_these_bits() // change the hash only together with an op's arithmetic, or when a case is added
    {
        Assert.That(Hash(), Is.EqualTo("FF018BE5A7A232695E72F69743E561DF804A3819AB98B02C2F82366FD4090A6A"));
    }

    /// <summary>SHA-256 over the results and gradients of every case.</summary>
    public static string Hash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (OpCase op in (IEnumerable<OpCase>)[.. OpCase.All(), .. OpCase.Layers()])
        {
            (float[] y, float[][] gradients) = Run(op, x => x);
            foreach (float[] values in (float[][])[y, .. gradients]) // which NaN it is differs between processors
                hash.AppendData(MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, v => float.IsNaN(v) ? float.NaN : v)));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Runs forward and backward; the upstream gradient is 1 everywhere, so that every part of an input sees the same.</summary>
    private static (float[] Y, float[][] Gradients) Run(OpCase op, Func<Tensor, Tensor> arrange)
    {
        Tensor[] inputs = Array.ConvertAll(op.Inputs, x => arrange(x).Detach());
        foreach (Tensor input in inputs) input.RequiresGrad = true;
        Tensor y = op.Function(inputs);
        y.Backward(Tensor.Ones(y.Shape));
        return (y.ToArray(), Array.ConvertAll(inputs, x => x.Grad!.ToArray()));
    }

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
