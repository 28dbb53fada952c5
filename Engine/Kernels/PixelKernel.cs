using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Gathers images of bytes into a float batch in <see cref="BatchLanes"/> order, normalised: (pixel / 255 - mean) / divisor, by channel.</summary>
internal static unsafe class PixelKernel
{
    /// <summary>Pixels in a piece of work, of 64 images: some 5 us, so that a worker that does one between two loops of a step is soon back.</summary>
    private const int PiecePixels = 112;

    /// <summary>Pieces of a batch.</summary>
    public static int Pieces(int count, int channels, int plane) => checked(BatchLanes.Blocks(count) * channels * Chunks(plane));

    /// <summary>batch[n] = pixels[indices[n]], normalised.</summary>
    /// <param name="pixels">[images, channels, plane].</param>
    /// <param name="indices">One an image of the batch.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="plane">Pixels of a channel.</param>
    /// <param name="means">Subtracted, one a channel.</param>
    /// <param name="divisors">One a channel.</param>
    /// <param name="batch">In batch lanes.</param>
    public static void Gather(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, int channels, int plane, ReadOnlySpan<float> means, ReadOnlySpan<float> divisors, Span<float> batch)
    {
        fixed (byte* pPixels = pixels)
        fixed (int* pIndices = indices)
        fixed (float* pMeans = means, pDivisors = divisors, pBatch = batch)
        {
            Body body = new() { Pixels = pPixels, Indices = pIndices, Means = pMeans, Divisors = pDivisors, Batch = pBatch, Count = indices.Length, Channels = channels, Plane = plane };
            Debug.Assert(batch.Length == indices.Length * channels * plane && means.Length == channels && divisors.Length == channels);
            Work.For(Pieces(indices.Length, channels, plane), 1, ref body);
        }
    }

    /// <summary>One of the <see cref="Pieces"/> of <see cref="Gather"/>.</summary>
    public static void GatherPiece(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, int channels, int plane, ReadOnlySpan<float> means, ReadOnlySpan<float> divisors, Span<float> batch, int piece)
    {
        fixed (byte* pPixels = pixels)
        fixed (int* pIndices = indices)
        fixed (float* pMeans = means, pDivisors = divisors, pBatch = batch)
        {
            Body body = new() { Pixels = pPixels, Indices = pIndices, Means = pMeans, Divisors = pDivisors, Batch = pBatch, Count = indices.Length, Channels = channels, Plane = plane };
            body.Run(piece, piece + 1);
        }
    }

    private static int Chunks(int plane) => (plane + PiecePixels - 1) / PiecePixels;

    private struct Body : IWorkBody, ISimdWork
    {
        public byte* Pixels;
        public int* Indices;
        public float* Means, Divisors, Batch;
        public int Count, Channels, Plane;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int item = _from, chunks = Chunks(Plane); item < _to; item++)
            {
                ImageBlock block = BatchLanes.BlockOf(Count, item / (Channels * chunks));
                int c = item / chunks % Channels, first = item % chunks * PiecePixels, end = Math.Min(first + PiecePixels, Plane);
                if (block.Width > 1) Wide<TV, TS>(block, c, first, end);
                else Single<TV, TS>(block, c, first, end);
            }
        }

        /// <summary>Tiles of 16 images by 16 pixels: a row of pixels from each image, turned, then a row of images for each pixel.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Wide<TV, TS>(ImageBlock block, int c, int first, int end) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            byte* tile = stackalloc byte[ByteTile.Bytes];
            TV mean = TS.Create(Means[c]), divisor = TS.Create(Divisors[c]), scale = TS.Create(255);
            long pixel = (long)Channels * block.Width;
            float* lanes = Batch + block.Start((long)Channels * Plane) + (long)c * block.Width;
            for (int n = 0; n < block.Width; n += ByteTile.Size)
                for (int p = first; p < end; p += ByteTile.Size)
                {
                    int pixels = Math.Min(ByteTile.Size, end - p);
                    for (int i = 0; i < ByteTile.Size; i++)
                    {
                        byte* source = Pixels + (Indices[block.First + n + i] * (long)Channels + c) * Plane + p;
                        if (pixels == ByteTile.Size) ByteTile.CopyRow(source, tile + i * ByteTile.Size);
                        else
                            for (int q = 0; q < pixels; q++) tile[i * ByteTile.Size + q] = source[q]; // the rest is turned too, and not used
                    }
                    ByteTile.Turn(tile);
                    for (int q = 0; q < pixels; q++)
                        for (int i = 0; i < ByteTile.Size; i += TS.Count)
                            TS.Store(Normalize<TV, TS>(TS.LoadBytes(tile + q * ByteTile.Size + i), scale, mean, divisor), lanes + (p + q) * pixel + n + i);
                }
        }

        private readonly void Single<TV, TS>(ImageBlock block, int c, int first, int end) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            byte* source = Pixels + (Indices[block.First] * (long)Channels + c) * Plane;
            float* to = Batch + block.Start((long)Channels * Plane) + c;
            int p = first;
            if (Channels == 1)
                for (; p + TS.Count <= end; p += TS.Count)
                    TS.Store(Normalize<TV, TS>(TS.LoadBytes(source + p), TS.Create(255), TS.Create(Means[c]), TS.Create(Divisors[c])), to + p);
            for (; p < end; p++) to[(long)p * Channels] = Normalize<float, Simd1>(source[p], 255, Means[c], Divisors[c]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TV Normalize<TV, TS>(TV bytes, TV scale, TV mean, TV divisor) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Divide(TS.Subtract(TS.Divide(bytes, scale), mean), divisor);
    }
}
