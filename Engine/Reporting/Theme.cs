namespace Engine.Reporting;

/// <summary>Colours, for light and dark surroundings, told apart also by those who see fewer of them.</summary>
internal static class Theme
{
    /// <summary>Number of colours of lines; the next ones are dashed.</summary>
    public const int Colors = 6;

    /// <summary>Text on the paper: dark on light 15 to 1, soft 6 to 1, and about as much the other way round. Lines have at least 3 to 1.</summary>
    public const string PlotStyle = """
        .plot{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
        .plot text{fill:#1c2026}
        .plot text.soft{fill:#57606a}
        .plot text.on-dark{fill:#fff}
        .plot text.on-light{fill:#000}
        .plot .bold{font-weight:600}
        .plot .paper{fill:#fff}
        .plot line,.plot path,.plot .frame{fill:none}
        .plot .grid{stroke:#dfe3e8}
        .plot .fine{stroke:#eef0f3}
        .plot .axis,.plot .frame{stroke:#8a939d}
        .plot .curve{stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
        .plot .dots{stroke-width:5;stroke-linecap:round}
        .plot .mark{stroke-width:1.5}
        .plot .m0{stroke-dasharray:5 3}.plot .m1{stroke-dasharray:2 2}.plot .m2{stroke-dasharray:9 3 2 3}.plot .m3{stroke-dasharray:12 5}
        .plot .cell{shape-rendering:crispEdges}
        .plot .dash{stroke-dasharray:6 4}
        .plot .c0{stroke:#0b6bb3}.plot .c1{stroke:#c4500a}.plot .c2{stroke:#0a7f62}.plot .c3{stroke:#a0448f}.plot .c4{stroke:#84660a}.plot .c5{stroke:#4a5058}
        .plot rect.c0{fill:#0b6bb3;stroke:none}
        @media (prefers-color-scheme:dark){
        .plot text{fill:#e8eaed}
        .plot text.soft{fill:#aab2bb}
        .plot .paper{fill:#14171c}
        .plot .grid{stroke:#31373f}
        .plot .fine{stroke:#22272e}
        .plot .axis,.plot .frame{stroke:#7a838e}
        .plot .c0{stroke:#58b1ef}.plot .c1{stroke:#ff9253}.plot .c2{stroke:#3cc79f}.plot .c3{stroke:#df8fcf}.plot .c4{stroke:#dcb640}.plot .c5{stroke:#b9c0c9}
        .plot rect.c0{fill:#58b1ef;stroke:none}
        }

        """;

    /// <summary>The classes of the i-th mark of a pane, which has so many lines: the next colours, dashes of its own.</summary>
    public static string Mark(int i, int lines) => $"mark m{i % 4} c{(lines + i) % Colors}";

    /// <summary>The classes of the i-th line.</summary>
    public static string Stroke(int i) => i / Colors % 2 == 0 ? $"c{i % Colors}" : $"c{i % Colors} dash";
}
