namespace Mnist.Chapter;

/// <summary>What <c>chapter</c> was asked to do.</summary>
/// <param name="Data">The folder of the data; null to look for it.</param>
/// <param name="Out">The folder of the report.</param>
/// <param name="Seed">Decides everything that is drawn.</param>
/// <param name="Threads">Threads to use; changes no result.</param>
/// <param name="Limit">Only the first so many images of each set; null for all.</param>
/// <param name="Json">The file for the numbers; null for none.</param>
internal sealed record ChapterOptions(string? Data, string Out, ulong Seed, int Threads, int? Limit, string? Json);
