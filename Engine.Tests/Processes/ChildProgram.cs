using Engine.Tests.ConvShapes;
using Engine.Tests.Disassembly;
using Engine.Tests.Garbage;
using Engine.Tests.Kernels;
using Engine.Tests.Memory;

namespace Engine.Tests.Processes;

/// <summary>What this assembly does when it is started as a program: the checks that need a process of their own, because they want other runtime switches
/// or may end in a fault of the hardware.</summary>
internal static class ChildProgram
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["same-bits"]: return SameBitsChild.Run();
            case ["conv-shapes", var every]: return ConvShapesChild.Run(int.Parse(every));
            case ["guard-pages", var edge]: return GuardPagesChild.Run(Enum.Parse<GuardedEdge>(edge));
            case ["overrun", var edge, var access]: return GuardPagesChild.Overrun(Enum.Parse<GuardedEdge>(edge), Enum.Parse<FileAccess>(access));
            case ["garbage", var what]: return GarbageChild.Run(what);
            case ["tiles"]: return TilesChild.Run();
            case ["readme"]: return Readme();
            case ["idle"]: return WorkHazardTests.Idle();
            default:
                Console.Error.WriteLine("These are tests: run them with 'dotnet test'.");
                return 2;
        }
    }

    private static int Readme()
    {
        Elsewhere.ReadmePage.Run();
        return 0;
    }
}
