using System.Text.Json;

namespace Engine.Benchmarks.Doors;

/// <summary>A command beside BenchmarkDotNet's own: measures, prints a line each, writes one JSON object.</summary>
/// <param name="Name">First argument of the command line.</param>
/// <param name="Usage">What follows it.</param>
/// <param name="About">What it measures, and what its arguments are.</param>
/// <param name="Options">Its options besides <c>--threads</c> and <c>--json</c>.</param>
/// <param name="Values">Name of the arguments that are no options; null where there are none.</param>
/// <param name="Measure">Measures and writes the members of the JSON object.</param>
internal sealed record Door(string Name, string Usage, string About, string[] Options, string? Values, Action<DoorArguments, Utf8JsonWriter> Measure)
{
    private static readonly Door[] All = [ShapesDoor.Create(), WaysDoor.Create(), StepsDoor.Create(), StatsDoor.Create(), GemmDoor.Create(), PeakDoor.Create(), PoolsDoor.Create(), EpochDoor.Create(), LayersDoor.Create(), WhereDoor.Create(), ForkDoor.Create()];

    /// <summary>The door that a command line begins with, or null.</summary>
    public static Door? Find(string[] args) => args is [var name, ..] ? Array.Find(All, door => door.Name == name) : null;

    /// <summary>Reads the arguments, measures, and writes the file: all of it or nothing.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public int Run(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            Console.WriteLine($"{Name} [--threads T] --json FILE {Usage}\n\n{About}");
            return 0;
        }
        DoorArguments arguments = new(args, [.. Options, "--threads", "--json"], Values);
        string path = arguments.Text("--json") ?? throw new ArgumentException("--json FILE is required.");
        Compute.Threads = arguments.Threads;
        AtomicFile.Write(path, stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            Measure(arguments, json);
            json.WriteEndObject();
        });
        return 0;
    }
}
