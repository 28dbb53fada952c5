namespace Engine.Reporting;

/// <summary>One line of a pane.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="X">As many as <paramref name="Y"/>.</param>
/// <param name="Y">Heights; what is not finite is a gap.</param>
internal sealed record Series(string Name, double[] X, double[] Y);

/// <summary>A value of x that is pointed at.</summary>
/// <param name="Name">For the legend, where the value is added.</param>
/// <param name="X">Where.</param>
internal sealed record Mark(string Name, double X);
