namespace Engine.Tests.Memory;

/// <summary>One call of a kernel with sizes of its own.</summary>
/// <param name="Family">The kernel.</param>
/// <param name="Sizes">The sizes, for messages.</param>
/// <param name="Run">Takes operands and calls the kernel.</param>
internal sealed record KernelCase(string Family, string Sizes, Action<Operands> Run)
{
    public static IEnumerable<KernelCase> All => [.. ConvCases.All, .. WinogradCases.All, .. PlannedCases.All, .. GemmCases.All, .. ImageCases.All, .. VectorCases.All];

    public override string ToString() => $"{Family} {Sizes}";
}
