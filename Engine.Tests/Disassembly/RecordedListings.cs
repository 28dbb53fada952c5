namespace Engine.Tests.Disassembly;

/// <summary>Listings as the runtime printed them, shortened: the same loop without and with what must not be in it.</summary>
internal static class RecordedListings
{
    private const string Begin = """
        ; Assembly listing for method Engine.Kernels.Products.TapGemm:Tile2x1[System.Runtime.Intrinsics.Vector256`1[float],Engine.Kernels.Simd256](byref,int,int) (FullOpts)
        ; Emitting BLENDED_CODE for generic X64 + VEX on Unix
        ; FullOpts code
        ; rbp based frame

        G_M000_IG01:                ;; offset=0x0000
               push     rbp
               mov      qword ptr [rbp-0x30], rdi
        G_M000_IG20:                ;; offset=0x0127
               mov      r9, qword ptr [rbp-0x30]
               align    [8 bytes for IG21]
        G_M000_IG21:                ;; offset=0x0140
               vmovups  ymm2, ymmword ptr [r9]
               vbroadcastss ymm3, dword ptr [rcx]
               vfmadd231ps ymm0, ymm3, ymm2

        """;

    private const string End = """
               add      rcx, r10
               dec      eax
               jne      SHORT G_M000_IG21
        G_M000_IG22:                ;; offset=0x0160
               inc      r11d
               cmp      r11d, dword ptr [rdi+0x50]
               jl       G_M000_IG20
               vmovups  ymmword ptr [rbp-0x50], ymm0
               ret

        """;

    public const string Clean = Begin + "       vfmadd231ps ymm1, ymm3, ymm2\n" + End;

    public const string WithPointerReload = Begin + "       mov      rbx, qword ptr [rbp-0x38]\n       vfmadd231ps ymm1, ymm3, ymm2\n" + End;

    /// <summary>What must be found, and how many instructions of it there are.</summary>
    public static readonly Dictionary<string, (string Text, int Instructions)> Faulty = new()
    {
        ["accumulator"] = (Begin + "       vmovups  ymm4, ymmword ptr [rbp-0x70]\n       vfmadd231ps ymm4, ymm3, ymm2\n       vmovups  ymmword ptr [rbp-0x70], ymm4\n" + End, 2),
        ["accumulator of 512 bits"] = (Begin + "       vmovups  zmm29, zmmword ptr [rbp-0x70]\n       vfmadd231ps zmm29, zmm24, zmm28\n       vmovups  zmmword ptr [rbp-0x70], zmm29\n" + End, 2),
        ["operand"] = (Begin + "       vfmadd231ps ymm1, ymm3, ymmword ptr [rsp+0x20]\n" + End, 1),
        ["pointer"] = (WithPointerReload, 1),
    };
}
