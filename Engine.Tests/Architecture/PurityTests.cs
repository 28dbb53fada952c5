using System.Reflection;
using System.Runtime.CompilerServices;

namespace Engine.Tests.Architecture;

/// <summary>What would make results depend on the machine, on threads or on what ran before.</summary>
[TestFixture]
internal sealed class PurityTests
{
    /// <summary>Layers whose results must be the same bits everywhere, with the rooms in them.</summary>
    private static readonly string[] Computing = ["Engine", "Engine.Kernels", "Engine.Tensors", "Engine.Ops", "Engine.Nn", "Engine.Optim", "Engine.Reporting"];

    /// <summary>Functions of the system's own mathematics library, whose last bit differs from machine to machine.</summary>
    private static readonly HashSet<string> Inexact =
    [
        "Exp", "Exp2", "Exp10", "ExpM1", "Log", "Log2", "Log10", "LogP1", "Pow", "Sin", "Cos", "Tan", "SinCos", "Asin", "Acos", "Atan", "Atan2",
        "Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh", "Cbrt", "ReciprocalEstimate", "ReciprocalSqrtEstimate", "MultiplyAddEstimate", "Hypot", "RootN",
    ];

    /// <summary>All static state there is, besides constants: counters and pools that no result depends on.</summary>
    private static readonly string[] StaticState =
    [
        "GradMode._off", "Node._count", "Workspace._current", "Claims.Gate", "Claims.Taken",
        "Scratch._stack", "StepClock._current",
        "Work.Gate", "Work._workers", "Work._threads", "Work._shares", "Work._taking", "Work._failure", "Work._ahead",
    ];

    /// <summary>Tables that are filled when they are made and only read afterwards.</summary>
    private static readonly string[] Tables = ["OptimizerStateReader.OptionNames", "WinogradSums.Scales", "Crc32.Tables", "DigitStrokes.<Styles>k__BackingField"];

    [Test]
    public void Only_Elementary_computes_exponentials_logarithms_and_angles()
    {
        List<string> faults = [];
        foreach (Type type in Compiled.Types)
            foreach (MemberInfo member in Compiled.References(type))
                if (member is MethodBase { DeclaringType: { } owner } && Inexact.Contains(member.Name)
                    && (owner == typeof(Math) || owner == typeof(MathF) || owner == typeof(double) || owner == typeof(float) || owner.Namespace is "System.Runtime.Intrinsics" or "System.Numerics" or "System.Numerics.Tensors"))
                    faults.Add($"{type.Name}: {owner.Name}.{member.Name}");
        Assert.That(faults, Is.EqualTo(new[] { "Recorder: Math.Pow" }), "the recorder's smoothed loss is for people to read"); // the one exception
    }

    [Test]
    public void Only_Work_starts_threads()
    {
        SortedSet<string> faults = [];
        foreach (Type type in Compiled.Types)
            foreach (MemberInfo member in Compiled.References(type))
                if (Computing.Contains(LayerTests.Layer(type.Namespace!)) && Starts(member)) faults.Add($"{Outermost(type).Name}: {member.DeclaringType!.Name}.{member.Name}");
        Assert.That(faults, Is.EqualTo(new[] { "Work: Thread..ctor", "Work: Thread.UnsafeStart" }));

        static bool Starts(MemberInfo member) => member.DeclaringType is { } owner && (
            (owner == typeof(Thread) && member.Name is ".ctor" or "Start" or "UnsafeStart")
            || owner == typeof(Parallel) || owner == typeof(ThreadPool) || owner == typeof(Task) || owner.BaseType == typeof(Task)
            || owner == typeof(TaskFactory) || owner == typeof(ParallelEnumerable) || owner == typeof(Timer));
    }

    [Test]
    public void There_is_no_static_state_besides_what_is_listed()
    {
        List<string> found = [];
        foreach (Type type in Compiled.Types.Where(type => !type.IsEnum && !Attribute.IsDefined(type, typeof(CompilerGeneratedAttribute))))
            foreach (FieldInfo field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                if (!field.IsLiteral && !(field.IsInitOnly && IsImmutable(field.FieldType))) found.Add($"{type.Name}.{field.Name}");
        Assert.That(found, Is.EquivalentTo(StaticState.Concat(Tables)));
    }

    /// <summary>Values, texts, and records of the engine's own that nothing can change after they are made.</summary>
    private static bool IsImmutable(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(System.Text.Encoding)
        || type == typeof(System.Text.UTF8Encoding) || type == typeof(Engine.Data.ImageDataset) || type == typeof(IReadOnlyList<string>);

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type;
    }
}
