using Engine.Kernels;

namespace Engine;

/// <summary>What computes: how many threads, which instructions. Neither changes a single bit of any result.</summary>
public static class Compute
{
    /// <summary>Threads a kernel may use, the calling one among them; at first the processors this process may use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 1024.</exception>
    public static int Threads
    {
        get => Work.Threads;
        set => Work.Threads = value;
    }

    /// <summary>The vector instructions in use: "avx512", "avx2", "128-bit" or "scalar".</summary>
    public static string InstructionSet => Simd.InstructionSet;
}
