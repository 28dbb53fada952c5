using System.Reflection;
using System.Reflection.Emit;

namespace Engine.Tests.Architecture;

/// <summary>What the compiled engine really refers to: no alias, nested namespace or <c>global::</c> hides a reference from the IL.</summary>
internal static class Compiled
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
    private static readonly OpCode[] OneByte = new OpCode[256], TwoBytes = new OpCode[256];

    static Compiled()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            OpCode code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xFF] = code;
        }
    }

    public static Assembly Engine { get; } = typeof(Shape).Assembly;

    /// <summary>Types of the engine's own namespaces; what the compiler adds for itself is left out.</summary>
    public static IEnumerable<Type> Types => Engine.GetTypes().Where(type => type.Namespace?.StartsWith("Engine", StringComparison.Ordinal) == true);

    /// <summary>Every type or member that a type's fields, signatures, bases and method bodies name.</summary>
    public static IEnumerable<MemberInfo> References(Type type)
    {
        if (type.BaseType is { } parent) yield return parent;
        foreach (Type contract in type.GetInterfaces()) yield return contract;
        foreach (FieldInfo field in type.GetFields(All)) yield return field.FieldType;
        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            if (method is MethodInfo { ReturnType: var result }) yield return result;
            foreach (ParameterInfo parameter in method.GetParameters()) yield return parameter.ParameterType;
            foreach (MemberInfo member in InBody(method)) yield return member;
        }
    }

    /// <summary>The type that declares a member, arrays, pointers and type arguments taken apart.</summary>
    public static IEnumerable<Type> Parts(MemberInfo member)
    {
        Type? type = member as Type ?? member.DeclaringType;
        while (type is { HasElementType: true }) type = type.GetElementType();
        if (type is null || type.IsGenericParameter) yield break;
        yield return type;
        Type[] arguments = [.. type.IsGenericType ? type.GetGenericArguments() : [], .. member is MethodInfo { IsGenericMethod: true } method ? method.GetGenericArguments() : []];
        foreach (Type argument in arguments)
            foreach (Type part in Parts(argument)) yield return part;
    }

    private static IEnumerable<MemberInfo> InBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body) yield break;
        foreach (LocalVariableInfo local in body.LocalVariables) yield return local.LocalType;
        byte[] il = body.GetILAsByteArray()!;
        Type[]? ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < il.Length;)
        {
            OpCode code = il[at] == 0xFE ? TwoBytes[il[at + 1]] : OneByte[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(il, at), ofType, ofMethod)!;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }
}
