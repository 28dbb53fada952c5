using Engine.Kernels.Convolution;

namespace Engine.Tests.Kernels.Convolution;

/// <summary>Which taps a position sees, found by arithmetic, against trying them all.</summary>
internal sealed unsafe class TapAxisTests
{
    [Test]
    public void Taps_and_their_sources_are_those_found_by_trying([Values(1, 2, 3, 4, 6)] int stride, [Values(1, 2, 3, 4)] int dilation, [Values(1, 2, 3, 5, 8)] int kernel)
    {
        float* memory = stackalloc float[3 * 64], again = stackalloc float[3 * 64];
        for (int input = 1; input < 14; input++)
            for (int padding = 0; padding < 6; padding++)
                for (int after = 0; after < 4; after++)
                {
                    int room = input + padding + after - dilation * (kernel - 1) - 1;
                    if (room < 0) continue;
                    int output = room / stride + 1;
                    string what = $"input {input}, padding {padding} and {after}, output {output}";
                    Check(TapAxis.Forward(input, output, kernel, stride, padding, dilation, memory).Again(again), output, kernel, (p, u) => Inside(p * stride - padding + u * dilation, input), "forward, " + what);
                    Check(TapAxis.Backward(input, output, kernel, stride, padding, dilation, memory).Again(again), input, kernel,
                        (p, u) => (p + padding - u * dilation) % stride == 0 ? Inside((p + padding - u * dilation) / stride, output) : -1, "backward, " + what);
                }
    }

    private static int Inside(int source, int length) => source >= 0 && source < length ? source : -1;

    private static void Check(TapAxis axis, int length, int kernel, Func<int, int, int> source, string what)
    {
        int seen = 0;
        for (int phase = 0; phase < Math.Min(axis.Phase, length); phase++)
            for (int from = phase, to; from < length; from = to)
            {
                to = axis.End(from);
                for (int p = from; p < to; p += axis.Phase, seen++)
                {
                    List<(int, int)> expected = [.. Enumerable.Range(0, kernel).Select(u => (u, source(p, u))).Where(tap => tap.Item2 >= 0)];
                    List<(int, int)> found = [.. Enumerable.Range(0, axis.Count(p)).Select(t => (axis.First(p) + t * axis.TapStep, axis.Source(p) + t * axis.SourceStep))];
                    if (!found.SequenceEqual(expected)) Assert.Fail($"{what}, position {p}: {string.Join(' ', found)} instead of {string.Join(' ', expected)}");
                    IEnumerable<int> before = Enumerable.Range(0, p + 1).Select(q => p - q).Select(q => Enumerable.Range(0, kernel).Max(u => source(q, u)));
                    int reach = before.FirstOrDefault(furthest => furthest >= 0, -1) + 1;
                    if (axis.Reach(p) != reach) Assert.Fail($"{what}, position {p} sees up to {axis.Reach(p)} instead of {reach}");
                    if (axis.Count(p) > 0) Assert.That(axis.Source(p), Is.EqualTo(axis.Source(from) + (p - from) / axis.Phase * axis.Move), $"{what}, {p} after {from}");
                }
            }
        Assert.That(seen, Is.EqualTo(length), "every position belongs to one run");
    }
}
