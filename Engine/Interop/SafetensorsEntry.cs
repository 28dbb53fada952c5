using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Engine.Interop;

/// <summary>One tensor of a safetensors file: its name, type, shape and bytes (little-endian, row-major).</summary>
public sealed class SafetensorsEntry
{
    /// <summary>Makes an entry over bytes that are kept, not copied.</summary>
    /// <param name="name">The tensor's name, as in PyTorch's <c>state_dict</c>.</param>
    /// <param name="dtype">Type of the elements.</param>
    /// <param name="shape">Sizes; <c>[]</c> is a scalar.</param>
    /// <param name="data">Little-endian elements in row-major order.</param>
    /// <exception cref="ArgumentException">The number of bytes is not the shape's times the type's size.</exception>
    public SafetensorsEntry(string name, SafetensorsDType dtype, Shape shape, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(name);
        long needed = (long)shape.Count * ElementSize(dtype);
        if (data.Length != needed)
            throw new ArgumentException($"safetensors: tensor '{name}' of type {dtype} and shape {shape} needs {needed} bytes, got {data.Length}.", nameof(data));
        (Name, DType, Shape, Data) = (name, dtype, shape, data);
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>Sizes, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>Little-endian elements in row-major order.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Bytes of one element.</summary>
    /// <param name="dtype">The type.</param>
    public static int ElementSize(SafetensorsDType dtype) => dtype switch
    {
        SafetensorsDType.BOOL or SafetensorsDType.U8 or SafetensorsDType.I8 => 1,
        SafetensorsDType.I16 or SafetensorsDType.U16 or SafetensorsDType.F16 or SafetensorsDType.BF16 => 2,
        SafetensorsDType.I32 or SafetensorsDType.U32 or SafetensorsDType.F32 => 4,
        SafetensorsDType.F64 or SafetensorsDType.I64 or SafetensorsDType.U64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), $"safetensors: no element type {(int)dtype}."),
    };

    /// <summary>An entry of type F32; the values are copied.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="values">Row-major, <c>shape.Count</c> of them.</param>
    public static SafetensorsEntry From(string name, Shape shape, ReadOnlySpan<float> values) => new(name, SafetensorsDType.F32, shape, LittleEndian(values));

    /// <inheritdoc cref="From(string, Shape, ReadOnlySpan{float})"/>
    /// <summary>An entry of type F64; the values are copied.</summary>
    public static SafetensorsEntry From(string name, Shape shape, ReadOnlySpan<double> values) => new(name, SafetensorsDType.F64, shape, LittleEndian(values));

    /// <inheritdoc cref="From(string, Shape, ReadOnlySpan{float})"/>
    /// <summary>An entry of type I32; the values are copied.</summary>
    public static SafetensorsEntry From(string name, Shape shape, ReadOnlySpan<int> values) => new(name, SafetensorsDType.I32, shape, LittleEndian(values));

    /// <inheritdoc cref="From(string, Shape, ReadOnlySpan{float})"/>
    /// <summary>An entry of type I64; the values are copied.</summary>
    public static SafetensorsEntry From(string name, Shape shape, ReadOnlySpan<long> values) => new(name, SafetensorsDType.I64, shape, LittleEndian(values));

    /// <inheritdoc cref="From(string, Shape, ReadOnlySpan{float})"/>
    /// <summary>An entry of type U8; the values are copied.</summary>
    public static SafetensorsEntry From(string name, Shape shape, ReadOnlySpan<byte> values) => new(name, SafetensorsDType.U8, shape, values.ToArray());

    /// <summary>The elements of an F32 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public float[] ToSingles() => Elements<float>(SafetensorsDType.F32);

    /// <summary>The elements of an F64 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public double[] ToDoubles() => Elements<double>(SafetensorsDType.F64);

    /// <summary>The elements of an F16 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public Half[] ToHalves() => Elements<Half>(SafetensorsDType.F16);

    /// <summary>The elements of an I64 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public long[] ToInt64s() => Elements<long>(SafetensorsDType.I64);

    /// <summary>The elements of an I32 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public int[] ToInt32s() => Elements<int>(SafetensorsDType.I32);

    /// <summary>The elements of a U8 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public byte[] ToBytes() => Elements<byte>(SafetensorsDType.U8);

    /// <summary>The elements of a BOOL tensor; any byte but 0 is true.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public bool[] ToBooleans() => Array.ConvertAll(Elements<byte>(SafetensorsDType.BOOL), b => b != 0);

    private T[] Elements<T>(SafetensorsDType dtype) where T : unmanaged
    {
        if (DType != dtype)
            throw new InvalidOperationException($"safetensors: tensor '{Name}' {Shape} is of type {DType}, not {dtype}.");
        T[] values = new T[Shape.Count];
        Data.Span.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        SwapOnBigEndian(values);
        return values;
    }

    private static byte[] LittleEndian<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        T[] copy = values.ToArray();
        SwapOnBigEndian(copy);
        return MemoryMarshal.AsBytes(copy.AsSpan()).ToArray();
    }

    private static void SwapOnBigEndian<T>(T[] values) where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian) SwapBytes(values.AsSpan());
    }

    /// <summary>Turns the bytes of each element round.</summary>
    internal static void SwapBytes<T>(Span<T> values) where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        int size = bytes.Length / Math.Max(1, values.Length);
        if (size == 2) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(bytes), MemoryMarshal.Cast<byte, ushort>(bytes));
        if (size == 4) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(bytes), MemoryMarshal.Cast<byte, uint>(bytes));
        if (size == 8) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(bytes), MemoryMarshal.Cast<byte, ulong>(bytes));
    }
}
