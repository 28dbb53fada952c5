using Engine.Kernels;
using Engine.Kernels.Pooling;

namespace Engine.Tests.Kernels.Pooling;

/// <summary>Pooling gives the same bits at every width, also with NaNs, infinities and zeros of both signs.</summary>
internal sealed unsafe class PoolFoldTests
{
    private static readonly Pool2dGeometry[] Windows =
    [
        Pool2dGeometry.Create("pool", [81, 3, 6, 5], 2, 2, 0, 1, ceilMode: false), Pool2dGeometry.Create("pool", [39, 7, 5, 6], (3, 2), (1, 2), (1, 1), (2, 1), ceilMode: true),
        Pool2dGeometry.Create("pool", [19, 5, 20, 17], 17, 1, 0, 1, ceilMode: false), Pool2dGeometry.CreateAdaptive("pool", [21, 37, 5, 4], (3, 3)), Pool2dGeometry.CreateAdaptive("pool", [68, 9, 4, 4], 1),
    ];

    [Test]
    public void Pooling_gives_the_same_bits_at_every_width([Values(0, 1, 2, 3, 4)] int window, [Values(true, false)] bool special)
    {
        Pool2dGeometry g = Windows[window];
        Rng rng = new(45);
        float[] x = Widths.Numbers(g.InputShape.Count, rng, special), dy = Widths.Numbers(g.OutputShape.Count, rng, special), divisors = Widths.Numbers(g.OutHeight * g.OutWidth, rng);
        float[] max = new float[dy.Length], maxDx = new float[x.Length], mean = new float[dy.Length], meanDx = new float[x.Length];
        byte[] places = new byte[dy.Length * MaxPoolKernel.PlaceBytes(g)];
        MaxPoolKernel.Forward(g, x, max, places);
        MaxPoolKernel.Backward(g, dy, places, maxDx);
        AvgPoolKernel.Forward(g, x, divisors, mean);
        AvgPoolKernel.Backward(g, dy, divisors, meanDx);
        float[] factors = Array.ConvertAll(divisors, d => 1 / d), y = new float[dy.Length], dx = new float[x.Length];
        byte[] found = new byte[places.Length];
        string kept = MaxPoolKernel.PlaceBytes(g) == 1 ? "BytePlaces" : "FloatPlaces";
        fixed (float* px = x, pdy = dy, py = y, pdx = dx, pDivisors = divisors, pFactors = factors)
        fixed (byte* pPlaces = places, pFound = found)
            foreach (int width in Widths.All)
            {
                Run(g, width, Fold(typeof(MaxPoolKernel), "Largest`1", kept, ("X", (nint)px), ("Y", (nint)py), ("Places", (nint)pFound)), backward: false);
                Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(max)), $"width {width}");
                Assert.That(found, Is.EqualTo(places), $"width {width}");
                Run(g, width, Fold(typeof(MaxPoolKernel), "Largest`1", "NoPlaces", ("X", (nint)px), ("Y", (nint)py)), backward: false);
                Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(max)), $"width {width}");
                Run(g, width, Fold(typeof(MaxPoolKernel), "Chosen`1", kept, ("Dy", (nint)pdy), ("Dx", (nint)pdx), ("Places", (nint)pPlaces)), backward: true);
                Assert.That(Widths.Bits(dx), Is.EqualTo(Widths.Bits(maxDx)), $"width {width}");
                Run(g, width, Fold(typeof(AvgPoolKernel), "Mean", null, ("X", (nint)px), ("Y", (nint)py), ("Divisors", (nint)pDivisors)), backward: false);
                Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(mean)), $"width {width}");
                Run(g, width, Fold(typeof(AvgPoolKernel), "Shares", null, ("Dy", (nint)pdy), ("Dx", (nint)pdx), ("Factors", (nint)pFactors)), backward: true);
                Assert.That(Widths.Bits(dx), Is.EqualTo(Widths.Bits(meanDx)), $"width {width}");
            }
    }

    [Test]
    public void Inference_keeps_no_places_and_finds_the_same_maxima()
    {
        Pool2dGeometry g = Windows[1];
        float[] x = Widths.Numbers(g.InputShape.Count, new Rng(46), special: true), with = new float[g.OutputShape.Count], without = new float[with.Length];
        MaxPoolKernel.Forward(g, x, with, new byte[with.Length]);
        MaxPoolKernel.Forward(g, x, without, []);
        Assert.That(Widths.Bits(without), Is.EqualTo(Widths.Bits(with)));
    }

    private static object Fold(Type kernel, string name, string? argument, params (string Field, nint Value)[] fields)
    {
        Type type = Widths.Nested(kernel, name, argument is null ? [] : [Widths.Nested(kernel, argument, [])]);
        return Widths.With(Activator.CreateInstance(type)!, [.. fields.Select(field => (field.Field, (object)field.Value))]);
    }

    private static void Run(in Pool2dGeometry g, int width, object fold, bool backward)
    {
        long forRows = PoolAxis.Memory(g, rows: true);
        using Scratch memory = Scratch.Rent(forRows + PoolAxis.Memory(g, rows: false));
        PoolAxis rows = backward ? PoolAxis.Backward(g, rows: true, memory.Pointer) : PoolAxis.Forward(g, rows: true, memory.Pointer);
        PoolAxis columns = backward ? PoolAxis.Backward(g, rows: false, memory.Pointer + forRows) : PoolAxis.Forward(g, rows: false, memory.Pointer + forRows);
        const int Chunk = 64;
        int pieces = (BatchLanes.WideBlocks(g.Batch) * ((g.Channels * BatchLanes.FullWidth + Chunk - 1) / Chunk) + BatchLanes.Singles(g.Batch) * ((g.Channels + Chunk - 1) / Chunk)) * rows.Length;
        Widths.RunBody(width, typeof(PoolFold), "Body`1", [fold.GetType()],
            ("Fold", fold), ("Batch", g.Batch), ("Channels", g.Channels), ("Chunk", Chunk), ("Rows", rows), ("Columns", columns), ("_from", 0), ("_to", pieces));
    }
}
