using System.Reflection;
using System.Runtime.Intrinsics;
using Engine.Kernels;
using Engine.Kernels.Products;

namespace Engine.Tests.Kernels;

/// <summary>Runs kernels at a chosen vector width; wider vectors than the machine's run in software.</summary>
internal static class Widths
{
    public static readonly int[] All = [1, 4, 8, 16];

    public static void Run<TWork>(int width, ref TWork work) where TWork : struct, ISimdWork
    {
        switch (width)
        {
            case 1: work.Run<float, Simd1>(); break;
            case 4: work.Run<Vector128<float>, Simd128>(); break;
            case 8: work.Run<Vector256<float>, Simd256>(); break;
            case 16: work.Run<Vector512<float>, Simd512>(); break;
            default: throw new ArgumentOutOfRangeException(nameof(width));
        }
    }

    public static void Run(int width, in TapGemm g, int rows, int lanes)
    {
        switch (width)
        {
            case 1: TapGemm.RunAt<float, Simd1>(g, rows, lanes); break;
            case 4: TapGemm.RunAt<Vector128<float>, Simd128>(g, rows, lanes); break;
            case 8: TapGemm.RunAt<Vector256<float>, Simd256>(g, rows, lanes); break;
            case 16: TapGemm.RunAt<Vector512<float>, Simd512>(g, rows, lanes); break;
            default: throw new ArgumentOutOfRangeException(nameof(width));
        }
    }

    public static void Run(int width, in TapDot g, int rows, int columns)
    {
        switch (width)
        {
            case 1: TapDot.RunAt<float, Simd1>(g, rows, columns); break;
            case 4: TapDot.RunAt<Vector128<float>, Simd128>(g, rows, columns); break;
            case 8: TapDot.RunAt<Vector256<float>, Simd256>(g, rows, columns); break;
            case 16: TapDot.RunAt<Vector512<float>, Simd512>(g, rows, columns); break;
            default: throw new ArgumentOutOfRangeException(nameof(width));
        }
    }

    /// <summary>Runs a kernel's private body: the fields named in <paramref name="fields"/> are set, pointers among them.</summary>
    public static unsafe void RunBody(int width, Type kernel, string body, Type[] arguments, params (string Field, object Value)[] fields)
    {
        Type type = Nested(kernel, body, arguments);
        object work = With(Activator.CreateInstance(type)!, fields);
        (Type Vector, Type Simd) at = width switch
        {
            1 => (typeof(float), typeof(Simd1)), 4 => (typeof(Vector128<float>), typeof(Simd128)),
            8 => (typeof(Vector256<float>), typeof(Simd256)), _ => (typeof(Vector512<float>), typeof(Simd512)),
        };
        type.GetMethods().Single(method => method.Name == "Run" && method.IsGenericMethodDefinition).MakeGenericMethod(at.Vector, at.Simd).Invoke(work, null);
    }

    /// <summary>A kernel's private type.</summary>
    public static Type Nested(Type kernel, string name, Type[] arguments)
    {
        Type type = kernel.GetNestedType(name, BindingFlags.NonPublic)!;
        return arguments.Length > 0 ? type.MakeGenericType(arguments) : type;
    }

    /// <summary>A boxed value with fields set, pointers among them.</summary>
    public static unsafe object With(object boxed, params (string Field, object Value)[] fields)
    {
        Type type = boxed.GetType();
        foreach ((string field, object value) in fields)
        {
            FieldInfo info = type.GetField(field, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) ?? throw new MissingFieldException(type.FullName, field);
            info.SetValue(boxed, value is nint address && info.FieldType.IsPointer ? Pointer.Box((void*)address, info.FieldType) : value);
        }
        return boxed;
    }

    /// <summary>Values of all magnitudes, with zeros of both signs, infinities and a NaN among them where asked for.</summary>
    public static float[] Numbers(int count, Rng rng, bool special = false)
    {
        float[] rare = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.MaxValue, 1];
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = special && rng.NextInt(3) == 0 ? rare[rng.NextInt(rare.Length)] : (float)(rng.NextNormal() * MathF.ScaleB(1, rng.NextInt(20) - 10));
        return values;
    }

    /// <summary>The bits; all NaNs count as one.</summary>
    public static int[] Bits(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), x => float.IsNaN(x) ? -1 : BitConverter.SingleToInt32Bits(x));
}
