using System.CommandLine;
using System.Text.Json;

namespace Engine.Benchmarks.Doors;

/// <summary>What both commands take: how many threads, and where the numbers go.</summary>
internal static class DoorOptions
{
    public static Option<int> Threads() => new("--threads") { Description = "Threads to use.", HelpName = "T", DefaultValueFactory = _ => Compute.Threads };

    public static Option<string> Json() => new("--json") { Description = "The JSON file to write.", HelpName = "FILE", Required = true };

    /// <summary>Writes one JSON object, all of it or nothing.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> members) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });
}
