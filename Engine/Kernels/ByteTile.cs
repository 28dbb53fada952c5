using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>A square of 16 x 16 bytes.</summary>
internal static unsafe class ByteTile
{
    /// <summary>Rows and columns.</summary>
    public const int Size = 16;

    /// <summary>Memory of a tile.</summary>
    public const int Bytes = Size * Size;

    /// <summary>Copies 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyRow(byte* source, byte* destination) => Vector128.Load(source).Store(destination);

    /// <summary>Turns rows into columns, in place.</summary>
    /// <remarks>Four times the upper half is shuffled into the lower as cards are: each time a bit of the byte's place moves from column to row.</remarks>
    public static void Turn(byte* tile)
    {
        if (!Sse2.IsSupported && !AdvSimd.Arm64.IsSupported)
        {
            for (int i = 0; i < Size; i++)
                for (int j = 0; j < i; j++) (tile[i * Size + j], tile[j * Size + i]) = (tile[j * Size + i], tile[i * Size + j]);
            return;
        }
        Vector128<byte>* rows = (Vector128<byte>*)tile, other = stackalloc Vector128<byte>[Size];
        for (int round = 0; round < 2; round++)
        {
            Shuffle(rows, other);
            Shuffle(other, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shuffle(Vector128<byte>* from, Vector128<byte>* to)
    {
        for (int i = 0; i < Size / 2; i++)
        {
            Vector128<byte> upper = from[i], lower = from[i + Size / 2];
            to[2 * i] = Sse2.IsSupported ? Sse2.UnpackLow(upper, lower) : AdvSimd.Arm64.ZipLow(upper, lower);
            to[2 * i + 1] = Sse2.IsSupported ? Sse2.UnpackHigh(upper, lower) : AdvSimd.Arm64.ZipHigh(upper, lower);
        }
    }
}
