using Engine.Interop;
using Engine.Tests.Inference;
using Engine.Tests.Kernels.Statistics;
using Engine.Tests.Ops;
using Engine.Tests.Training;
using Engine.Training;

namespace Engine.Tests.Kernels;

/// <summary>What <see cref="MachineTests"/> run as a process of its own, under settings that only a new process can have: tells the bits of everything.</summary>
internal static class SameBitsChild
{
    public static int Run()
    {
        Learner learner = Tiny.Learner(seed: 3);
        learner.FitOneCycle(epochs: 1, peakRate: 0.03);
        Console.WriteLine($"weights {ModelWeights.Sha256(learner.Model)}");
        Console.WriteLine($"ops {SameBitsTests.Hash()}");
        Console.WriteLine($"inference {InferenceSessionTests.Hash()}");
        Console.WriteLine($"statistics {ActivationKernelTests.Bits()}");
        Console.WriteLine($"set {Compute.InstructionSet}");
        return 0;
    }
}
