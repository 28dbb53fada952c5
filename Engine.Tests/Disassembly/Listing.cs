using System.Text.RegularExpressions;

namespace Engine.Tests.Disassembly;

/// <summary>The machine code of one method, as the runtime prints it for <c>DOTNET_JitDisasm</c> on x64.</summary>
internal sealed partial class Listing
{
    private const string Heading = "; Assembly listing for method ";
    private readonly string[] _lines; // labels and instructions

    private Listing(string method, string[] text)
    {
        Method = method;
        HasFramePointer = text.Any(line => line.StartsWith("; rbp based frame", StringComparison.Ordinal));
        _lines = [.. text.Select(line => line.Split(';')[0].Trim()).Where(line => line.Length != 0)];
    }

    /// <summary>The method with its type arguments: <c>Engine.Kernels.TapGemm:Tile6x2[...](...)</c>.</summary>
    public string Method { get; }

    /// <summary>Whether rbp points into the stack; otherwise it is a register like any other.</summary>
    public bool HasFramePointer { get; }

    /// <summary>All methods of an output, in order.</summary>
    public static Listing[] Parse(string text) =>
        [.. text.ReplaceLineEndings("\n").Split(Heading).Skip(1).Select(part => part.Split('\n')).Select(lines => new Listing(lines[0].Replace(" (FullOpts)", ""), lines[1..]))];

    /// <summary>The instructions of the shortest loop that multiplies and adds: from a label to the jump back to it.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public string[] InnermostLoop()
    {
        string[]? shortest = null;
        for (int end = 0; end < _lines.Length; end++)
        {
            if (Jump().Match(_lines[end]) is not { Success: true } jump) continue;
            int start = Array.IndexOf(_lines, jump.Groups["label"].Value + ":", 0, end);
            if (start < 0) continue; // forwards
            string[] loop = [.. _lines[start..(end + 1)].Where(line => !line.EndsWith(':'))];
            if (loop.Any(IsMultiplyAdd) && (shortest is null || loop.Length < shortest.Length)) shortest = loop;
        }
        return shortest ?? throw new FormatException($"{Method}: no loop with multiply-adds.");
    }

    /// <summary>Whether it is a fused multiply-add of vectors or of single floats.</summary>
    public static bool IsMultiplyAdd(string instruction) => instruction.StartsWith("vfmadd", StringComparison.Ordinal);

    /// <summary>The instructions of the innermost loop that touch the stack: what does not fit the registers.</summary>
    public string[] Spills() => [.. InnermostLoop().Where(line => line.Contains("[rsp", StringComparison.Ordinal) || (HasFramePointer && line.Contains("[rbp", StringComparison.Ordinal)))];

    [GeneratedRegex(@"^j\w+ +(SHORT )?(?<label>G_M\w+)$")]
    private static partial Regex Jump();
}
