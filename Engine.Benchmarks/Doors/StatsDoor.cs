using System.Globalization;
using System.Text.Json;
using Engine.Kernels.Statistics;
using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Benchmarks.Doors;

/// <summary><c>stats</c>: what recording activation statistics adds to a training step.</summary>
internal static class StatsDoor
{
    public static Door Create() => new("stats", "[--model NET] [--batch N] [--seconds S]",
        "Times a training step with and without statistics of all layers with parameters, with histograms, in turn.\nsimple_cnn_bn at batch 512.",
        ["--model", "--batch", "--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        int batch = DoorArguments.Whole("--batch", arguments.Text("--batch") ?? "512");
        (Func<Rng, Module> create, Shape image) = PeerNets.All[arguments.Text("--model") ?? "simple_cnn_bn"];
        Module plain = create(new Rng(1)), read = create(new Rng(1)), counted = create(new Rng(1));
        Attach(read, histograms: false);
        Attach(counted, histograms: true);
        TrainingStep one = new(plain, [batch, .. image.Sizes]), two = new(read, [batch, .. image.Sizes]), three = new(counted, [batch, .. image.Sizes]);
        for (int round = 1; round <= 3; round++)
        {
            Tell($"without histograms {round}", Stopwatches.MedianMillisecondsInTurn(one.Train, two.Train, arguments.Seconds));
            Tell($"with histograms {round}", Stopwatches.MedianMillisecondsInTurn(one.Train, three.Train, arguments.Seconds));
        }

        void Tell(string name, (double Bare, double Read) ms)
        {
            json.WriteNumber(name, ms.Read / ms.Bare);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} {ms.Bare:F3} ms bare, {ms.Read:F3} ms, {(ms.Read / ms.Bare - 1) * 100:F1} % more"));
        }
    }

    private static void Attach(Module module, bool histograms)
    {
        if (module.OwnParameters.Count > 0) module.Reader = new Reader(histograms);
        foreach ((_, Module child) in module.Children) Attach(child, histograms);
    }

    private sealed class Reader(bool histograms) : IOutputReader
    {
        private readonly int[] _bins = new int[histograms ? ActivationKernel.Bins : 0];

        public void Read(Tensor output) => _ = ActivationKernel.Run(output.Span, rectify: false, _bins);

        public void ReadAndRectify(Tensor output) => _ = ActivationKernel.Run(output.Span, rectify: true, _bins);
    }
}
