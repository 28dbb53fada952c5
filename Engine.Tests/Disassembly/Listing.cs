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

    /// <summary>The method with its type arguments: <c>Engine.Kernels.Products.TapGemm:Tile6x2[...](...)</c>.</summary>
    public string Method { get; }

    /// <summary>Whether rbp points into the stack; otherwise it is a register like any other.</summary>
    public bool HasFramePointer { get; }

    /// <summary>All methods of an output, in order.</summary>
    public static Listing[] Parse(string text) =>
        [.. text.ReplaceLineEndings("\n").Split(Heading).Skip(1).Select(part => part.Split('\n')).Select(lines => new Listing(lines[0].Replace(" (FullOpts)", ""), lines[1..]))];

    /// <summary>The instructions of every loop that multiplies and adds and has no other such loop in it: from a label to the jump back to it.</summary>
    public string[][] InnermostLoops()
    {
        List<(int Start, int End)> loops = [];
        for (int end = 0; end < _lines.Length; end++)
        {
            if (Jump().Match(_lines[end]) is not { Success: true } jump) continue;
            int start = Array.IndexOf(_lines, jump.Groups["label"].Value + ":", 0, end);
            if (start >= 0 && _lines[start..end].Any(IsMultiplyAdd)) loops.Add((start, end)); // not forwards
        }
        return [.. loops.Where(loop => !loops.Any(other => other != loop && other.Start >= loop.Start && other.End <= loop.End))
            .Select(loop => _lines[loop.Start..(loop.End + 1)].Where(line => !line.EndsWith(':')).ToArray())];
    }

    /// <summary>The shortest of <see cref="InnermostLoops"/>.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public string[] InnermostLoop() => InnermostLoops().MinBy(loop => loop.Length) ?? throw new FormatException($"{Method}: no loop with multiply-adds.");

    /// <summary>Whether it is a fused multiply-add of vectors or of single floats.</summary>
    public static bool IsMultiplyAdd(string instruction) => instruction.StartsWith("vfmadd", StringComparison.Ordinal);

    /// <summary>The instructions of the innermost loop that touch the stack: what does not fit the registers.</summary>
    public string[] Spills() => Spills(InnermostLoop());

    /// <summary>Those of one loop.</summary>
    public string[] Spills(string[] loop) => [.. loop.Where(line => line.Contains("[rsp", StringComparison.Ordinal) || (HasFramePointer && line.Contains("[rbp", StringComparison.Ordinal)))];

    [GeneratedRegex(@"^j\w+ +(SHORT )?(?<label>G_M\w+)$")]
    private static partial Regex Jump();
}
