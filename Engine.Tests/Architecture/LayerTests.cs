using System.Reflection;
using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>Folder = namespace = layer, and a layer knows only those below it.</summary>
[TestFixture]
internal sealed partial class LayerTests
{
    /// <summary>A layer may use those of a smaller number, and itself. Layers of one number do not know each other.</summary>
    private static readonly Dictionary<string, int> Levels = new()
    {
        ["Engine"] = 0, ["Engine.Reporting"] = 1, ["Engine.Kernels"] = 1, ["Engine.Tensors"] = 2, ["Engine.Ops"] = 3, ["Engine.Nn"] = 4,
        ["Engine.Optim"] = 5, ["Engine.Data"] = 5, ["Engine.Interop"] = 5, ["Engine.Inference"] = 5, ["Engine.Training"] = 6,
    };

    /// <summary>Stated exceptions, file and layer: the public face of <c>Kernels.Work</c>, which itself is internal.</summary>
    private static readonly HashSet<(string Type, string Layer)> Allowed = [("Compute", "Engine.Kernels")];

    [Test]
    public void The_namespace_is_the_folder()
    {
        foreach (string file in Sources.Of("Engine"))
        {
            string folder = Path.GetDirectoryName(file)!.Replace('\\', '/').Replace('/', '.');
            string expected = folder.Length == 0 ? "namespace Engine;" : $"namespace Engine.{folder};";
            Assert.That(Sources.Lines("Engine", file).Where(line => line.StartsWith("namespace ", StringComparison.Ordinal)), Is.EqualTo(new[] { expected }), file);
        }
    }

    [Test]
    public void Every_folder_is_a_layer_with_a_place_in_the_order() =>
        Assert.That(Sources.Of("Engine").Select(file => Layer("Engine." + Path.GetDirectoryName(file)!.Replace('/', '.'))).Distinct(), Is.EquivalentTo(Levels.Keys));

    [Test]
    public void A_using_directive_names_only_lower_layers()
    {
        List<string> faults = [];
        foreach (string file in Sources.Of("Engine"))
        {
            string from = Layer("Engine." + Path.GetDirectoryName(file)!.Replace('/', '.'));
            foreach (string line in Sources.Lines("Engine", file))
                if (UsingEngine().Match(line) is { Success: true } match && !May(Path.GetFileNameWithoutExtension(file), from, Layer(match.Groups[1].Value)))
                    faults.Add($"{file}: {line}");
        }
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Compiled_code_refers_only_to_lower_layers()
    {
        SortedSet<string> faults = [];
        foreach (Type type in Compiled.Types)
            foreach (MemberInfo member in Compiled.References(type))
                foreach (Type part in Compiled.Parts(member))
                    if (part.Assembly == Compiled.Engine && part.Namespace is { } used && used.StartsWith("Engine", StringComparison.Ordinal)
                        && !May(type.Name, Layer(type.Namespace!), Layer(used)))
                        faults.Add($"{type.FullName} uses {part.FullName}");
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void The_only_package_is_System_Numerics_Tensors()
    {
        string project = File.ReadAllText(Path.Combine(Sources.Root, "Engine", "Engine.csproj"));
        Assert.That(Reference().Matches(project).Select(match => match.Groups[2].Value), Is.EqualTo(new[] { "System.Numerics.Tensors" }));
        foreach (AssemblyName used in Compiled.Engine.GetReferencedAssemblies())
            Assert.That(used.Name, Does.StartWith("System."), "an assembly outside the framework");
    }

    /// <summary>Reporting stands beside the layers: it sees numbers and texts of the root only, and only Training hands it some.</summary>
    private static bool May(string type, string from, string to) =>
        from == to || (Levels[to] < Levels[from] && (to != "Engine.Reporting" || from == "Engine.Training")) || Allowed.Contains((type, to));

    /// <summary>The first two parts: Engine.Kernels.Pooling is a room of Engine.Kernels.</summary>
    public static string Layer(string name) => string.Join('.', name.TrimEnd('.').Split('.').Take(2));

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(Engine(?:\.\w+)*)")]
    private static partial Regex UsingEngine();

    [GeneratedRegex("""<(Package|Project|Framework)?Reference Include="([^"]+)""")]
    private static partial Regex Reference();
}
