using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Kernels.Convolution;

/// <summary>A kernel as large as a large image has more taps than a thread's stack could list.</summary>
internal sealed class LargeKernelTests
{
    [Test]
    public void A_kernel_of_600_by_600_is_no_more_than_slow([Values(1, 16)] int batch, [Values(1, 2)] int outChannels)
    {
        Tensor x = Tensor.Ones([batch, 1, 600, 600]), weight = Tensor.Ones([outChannels, 1, 600, 600]);
        Assert.That(x.Conv2d(weight).ToArray(), Is.All.EqualTo(360_000f)); // whole numbers below 2^24: the sum is exact
    }
}
