using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>Short-lived working memory of a kernel: 64-byte aligned, per thread, taken and given back like a stack, so that steady state allocates nothing.</summary>
/// <remarks>The memory is not the garbage collector's: which thread takes which part of a loop is chance, so a thread may need more than before in any step.</remarks>
/// <example><code>using Scratch columns = Scratch.Rent(count);  // columns.Pointer: uninitialised floats</code></example>
internal unsafe ref struct Scratch
{
    [ThreadStatic] private static Stack? _stack;

    private Scratch(float* pointer, int length)
    {
        Pointer = pointer;
        Length = length;
    }

    /// <summary>The memory, uninitialised, valid until <see cref="Dispose"/>.</summary>
    public float* Pointer { get; }

    /// <summary>How many floats were asked for.</summary>
    public int Length { get; }

    /// <summary>The memory as a span.</summary>
    public readonly Span<float> Span => new(Pointer, Length);

    /// <summary>Makes what the calling thread needs to know its memory by.</summary>
    public static void Prepare() => _stack ??= new Stack();

    /// <summary>Takes memory (none for a length of 0); give it back in the opposite order (a <c>using</c> declaration does).</summary>
    public static Scratch Rent(long length)
    {
        if (length == 0) return default;
        if (length > Array.MaxLength - 64)
            throw new InvalidOperationException($"a kernel needs {length} floats ({length * 4} bytes) of working memory at once, more than an array can hold.");
        return new Scratch((_stack ??= new Stack()).Push(length), (int)length);
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose()
    {
        if (Pointer != null) _stack!.Pop();
    }

    /// <summary>A thread's memory; ends with the thread.</summary>
    private sealed class Stack
    {
        private const int Line = 64;
        private Block* _blocks;
        private int _count, _depth;

        ~Stack()
        {
            for (int i = 0; i < _count; i++) NativeMemory.AlignedFree(_blocks[i].Start);
            NativeMemory.Free(_blocks);
        }

        private struct Block
        {
            public float* Start;
            public long Length;
        }

        public float* Push(long length)
        {
            if (_depth == _count)
            {
                _blocks = (Block*)NativeMemory.Realloc(_blocks, (nuint)((_count + 1) * sizeof(Block)));
                _blocks[_count++] = default;
            }
            ref Block block = ref _blocks[_depth];
            if (block.Length < length || block.Start == null)
            {
                NativeMemory.AlignedFree(block.Start);
                block = default;
                long grown = length + length / 2 + Line; // by half more, so that slowly growing needs do not allocate each time
                block.Start = (float*)NativeMemory.AlignedAlloc((nuint)grown * sizeof(float), Line);
                block.Length = grown;
                AlignedMemory.OfferHugePages(block.Start, grown * sizeof(float));
            }
            _depth++;
            return block.Start;
        }

        public void Pop() => _depth--;
    }
}
