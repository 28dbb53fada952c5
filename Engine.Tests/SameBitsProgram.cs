using Engine.Interop;
using Engine.Tests.Ops;
using Engine.Tests.Training;
using Engine.Training;

namespace Engine.Tests;

/// <summary>What Kernels/MachineTests run as a process of its own, under settings that only a new process can have: prints the bits of everything.</summary>
internal static class SameBitsProgram
{
    private static void Main()
    {
        Learner learner = Tiny.Learner(seed: 3);
        learner.FitOneCycle(epochs: 1, peakRate: 0.03);
        Console.WriteLine($"{ModelWeights.Sha256(learner.Model)} {SameBitsTests.Hash()} {Compute.InstructionSet}");
    }
}
