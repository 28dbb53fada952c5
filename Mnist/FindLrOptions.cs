using Engine.Data;

namespace Mnist;

/// <summary>What <c>find-lr</c> was asked to do.</summary>
/// <param name="Data">The folder of the data; null to look for it.</param>
/// <param name="Dataset">What to learn.</param>
/// <param name="Model">One of <see cref="Models.Names"/>.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Seed">Decides everything that is drawn.</param>
/// <param name="Threads">Threads to use; changes no result.</param>
/// <param name="Out">The folder of the picture.</param>
internal sealed record FindLrOptions(string? Data, ImageDataset Dataset, string Model, int Batch, ulong Seed, int Threads, string Out);
