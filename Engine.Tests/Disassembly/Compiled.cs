using System.Diagnostics;
using System.Runtime.InteropServices;
using Engine.Tests.Data;
using Engine.Tests.Processes;

namespace Engine.Tests.Disassembly;

/// <summary>What the runtime makes of the kernels in a process that has a certain instruction set.</summary>
internal static class Compiled
{
    /// <summary>The listings of the methods of <see cref="TilesChild"/> with such names. The test is passed over where there can be none.</summary>
    /// <param name="instructionSet">avx512 or avx2.</param>
    /// <param name="methods">Names, as <c>DOTNET_JitDisasm</c> takes them.</param>
    public static Listing[] Listings(string instructionSet, string methods)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64) Assert.Ignore("listings are read on Linux x64 only");
        if (typeof(Compute).Assembly.GetCustomAttributes(typeof(DebuggableAttribute), false) is [DebuggableAttribute { IsJITOptimizerDisabled: true }])
            Assert.Ignore("a debug build is not optimized: run with -c Release");
        using TempFolder folder = new();
        string off = instructionSet == "avx512" ? "none" : "DOTNET_EnableAVX512"; // what must be left out to get there
        ChildProcess child = ChildProcess.Run(["tiles"], ("DOTNET_JitDisasm", methods), ("DOTNET_JitStdOutFile", folder.File("listing.txt")), (off, "0"));
        Assert.That(child.ExitCode, Is.Zero, child.Error);
        if (child["instruction_set"] != instructionSet) Assert.Ignore($"this machine has {child["instruction_set"]} at most");
        return Listing.Parse(File.ReadAllText(folder.File("listing.txt")));
    }
}
