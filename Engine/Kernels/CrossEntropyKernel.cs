using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Cross-entropy of rows of logits: in one pass the loss of each row, and its derivative, p * sum(q) - q.</summary>
internal static unsafe class CrossEntropyKernel
{
    /// <summary>Logits in a piece of parallel work: some 5 us.</summary>
    private const int Grain = 1_024;

    /// <summary>Losses and derivatives for labels: q = weight * ((1 - smoothing) * onehot + smoothing / classes).</summary>
    /// <param name="x">Logits, [rows, classes].</param>
    /// <param name="labels">A class a row.</param>
    /// <param name="ignored">Rows of this label count as 0.</param>
    /// <param name="smoothing">Share of all classes alike.</param>
    /// <param name="weight">[classes], or empty for 1.</param>
    /// <param name="losses">[rows].</param>
    /// <param name="derivative">[rows, classes].</param>
    public static void Labels(ReadOnlySpan<float> x, ReadOnlySpan<int> labels, int ignored, float smoothing, ReadOnlySpan<float> weight, Span<float> losses, Span<float> derivative)
    {
        fixed (float* px = x, pWeight = weight, pLosses = losses, pDerivative = derivative)
        fixed (int* pLabels = labels)
            Run(new Body { X = px, Classes = labels.IsEmpty ? 0 : x.Length / labels.Length, Labels = pLabels, Ignored = ignored, Smoothing = smoothing, Weight = pWeight, Losses = pLosses, Derivative = pDerivative }, labels.Length);
    }

    /// <summary>The same for a probability a class: q = weight * ((1 - smoothing) * probability + smoothing / classes).</summary>
    public static void Probabilities(ReadOnlySpan<float> x, ReadOnlySpan<float> probabilities, float smoothing, ReadOnlySpan<float> weight, Span<float> losses, Span<float> derivative)
    {
        fixed (float* px = x, pProbabilities = probabilities, pWeight = weight, pLosses = losses, pDerivative = derivative)
            Run(new Body { X = px, Classes = losses.IsEmpty ? 0 : x.Length / losses.Length, Probabilities = pProbabilities, Smoothing = smoothing, Weight = pWeight, Losses = pLosses, Derivative = pDerivative }, losses.Length);
    }

    private static void Run(Body body, int rows) => Work.For(rows, Math.Max(1, Grain / Math.Max(1, body.Classes)), ref body);

    private struct Body : IWorkBody
    {
        /// <summary>Exponentials that are computed together.</summary>
        private const int Together = 512;

        public float* X, Probabilities, Weight, Losses, Derivative;
        public int* Labels;
        public int Classes, Ignored;
        public float Smoothing;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            int most = Math.Max(1, Together / Classes);
            using Scratch memory = Scratch.Rent(2L * most * (Classes + 1));
            double* e = (double*)memory.Pointer, maxima = e + most * Classes;
            for (int row = from; row < to; row += most)
            {
                int rows = Math.Min(most, to - row);
                for (int i = 0; i < rows; i++)
                {
                    float* x = X + (long)(row + i) * Classes;
                    float largest = float.NegativeInfinity;
                    for (int c = 0; c < Classes; c++) largest = MathF.Max(largest, x[c]); // NaN stays
                    double max = largest;
                    if (double.IsInfinity(max)) max = 0; // an infinite logit gives NaN or infinity below, as it should
                    for (int c = 0; c < Classes; c++) e[i * Classes + c] = x[c] - max;
                    maxima[i] = max;
                }
                ExpRow.Run(e, rows * Classes);
                for (int i = 0; i < rows; i++) Row(row + i, e + i * Classes, maxima[i]);
            }
        }

        private readonly void Row(int row, double* e, double max)
        {
            float* x = X + (long)row * Classes, derivative = Derivative + (long)row * Classes;
            int label = Labels == null ? 0 : Labels[row];
            if (Labels != null && label == Ignored)
            {
                Losses[row] = 0;
                new Span<float>(derivative, Classes).Clear();
                return;
            }
            if (Labels != null && Smoothing == 0 && Weight == null)
            {
                OneHot(x, e, max, label, derivative, Losses + row);
                return;
            }
            double sum = 0, sumQ = 0, loss = 0, everywhere = (double)Smoothing / Classes;
            for (int c = 0; c < Classes; c++)
            {
                sum += e[c];
                sumQ += Share(row, c, label, everywhere);
            }
            double logSum = Elementary.Log(sum);
            for (int c = 0; c < Classes; c++)
            {
                double q = Share(row, c, label, everywhere);
                if (q != 0) loss -= q * (x[c] - max - logSum);
                derivative[c] = (float)(e[c] / sum * sumQ - q);
            }
            Losses[row] = (float)loss;
        }

        /// <summary>The same where q is 1 for the label and 0 elsewhere.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void OneHot(float* x, double* e, double max, int label, float* derivative, float* loss)
        {
            double sum = 0;
            for (int i = 0; i < Classes; i++) sum += e[i];
            int c = 0;
            if (Vector256.IsHardwareAccelerated)
                for (Vector256<double> divisor = Vector256.Create(sum); c + 4 <= Classes; c += 4)
                    Vector256.Narrow(Vector256.Load(e + c) / divisor, default).GetLower().Store(derivative + c);
            for (; c < Classes; c++) derivative[c] = (float)(e[c] / sum);
            derivative[label] = (float)(e[label] / sum - 1);
            *loss = (float)(0 - (x[label] - max - Elementary.Log(sum)));
        }

        /// <summary>q: the target's probability of a class.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly double Share(int row, int c, int label, double everywhere)
        {
            double own = Labels == null ? (1.0 - Smoothing) * Probabilities[(long)row * Classes + c] : c == label ? 1.0 - Smoothing : 0;
            return (own + everywhere) * (Weight == null ? 1 : Weight[c]);
        }
    }
}
