using Engine.Kernels;

namespace Engine.Tests.Memory;

/// <summary>Kernels on operands next to pages that cannot be accessed: ends this process if one goes too far.</summary>
internal static class GuardPagesChild
{
    /// <summary>Runs every case, telling each before it runs, so that the last line names the one that went too far.</summary>
    public static int Run(GuardedEdge edge)
    {
        int wrong = 0, cases = 0;
        foreach (KernelCase one in KernelCase.All)
        {
            Console.WriteLine($"case {one}");
            using GuardedOperands guarded = new(edge);
            using PlainOperands plain = new();
            one.Run(guarded);
            one.Run(plain);
            cases++;
            if (MemoryTests.Difference(guarded, plain) is not { } difference) continue;
            wrong++;
            Console.WriteLine($"wrong_case {one}: {difference}");
        }
        Console.WriteLine($"wrong {wrong}");
        Console.WriteLine($"cases {cases}");
        return 0;
    }

    /// <summary>Goes one element too far on purpose, by a kernel that is told a wrong length.</summary>
    public static unsafe int Overrun(GuardedEdge edge, FileAccess access)
    {
        const int Count = 37;
        using GuardedOperands guarded = new(edge);
        using PlainOperands plain = new();
        fixed (float* outside = guarded.Output(Count), inside = plain.Output(Count + 1))
        {
            float* tooFar = edge == GuardedEdge.End ? outside : outside - 1;
            Span<float> wrong = new(tooFar, Count + 1), right = new(inside, Count + 1);
            Console.WriteLine("overrun begins");
            if (access == FileAccess.Read) Elementwise.Map(default(Negate), wrong, right);
            else Elementwise.Map(default(Negate), right, wrong);
        }
        Console.WriteLine("overrun survived");
        return 0;
    }

    private readonly struct Negate : IElementwise
    {
        public TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Negate(a);
    }
}
