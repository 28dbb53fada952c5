namespace Engine.Data;

/// <summary>How the ten digits are written: pen strokes on a grid 14 wide and 20 high, y downwards.</summary>
internal static class DigitStrokes
{
    /// <summary>One stroke of the pen.</summary>
    /// <param name="Smooth">A curve through the points; otherwise straight lines between them.</param>
    /// <param name="Points">x and y by turns. A smooth stroke that ends where it began is a closed loop.</param>
    internal readonly record struct Stroke(bool Smooth, float[] Points);

    /// <summary>Ways to write each digit: [digit][style][stroke].</summary>
    public static Stroke[][][] Styles { get; } =
    [
        [
            [Curve(7, 0, 12, 4, 13, 10, 12, 16, 7, 20, 2, 16, 1, 10, 2, 4, 7, 0)],
            [Curve(9, 0, 12.5f, 5, 12, 13, 8, 19.5f, 4, 19, 1.5f, 14, 2.5f, 6, 6, 1, 10, 1)],
        ],
        [
            [Line(7, 0, 7, 20)],
            [Line(3.5f, 4.5f, 7.5f, 0, 7.5f, 20)],
            [Line(3.5f, 4.5f, 7.5f, 0, 7.5f, 20), Line(3, 20, 12, 20)],
        ],
        [
            [Curve(1.5f, 5, 3.5f, 1.2f, 8, 0, 12, 3, 11.2f, 8, 6.5f, 14, 1, 20), Line(1, 20, 13, 20)],
            [Curve(1.5f, 4, 6, 0, 11.5f, 2.5f, 10.5f, 9, 5.5f, 16.5f, 2, 19, 1.2f, 17, 3.5f, 15.8f, 8, 18.5f, 13.5f, 19)],
        ],
        [
            [Curve(1.5f, 3, 5.5f, 0, 10.5f, 1.5f, 11, 6, 5.5f, 9.3f), Curve(5.5f, 9.3f, 11.5f, 11, 12.5f, 15, 9.5f, 19, 5, 20, 1, 17.5f)],
            [Line(1.5f, 0.5f, 12, 0.5f, 6, 8), Curve(6, 8, 11.2f, 9.8f, 12.5f, 14.5f, 9.5f, 19, 5, 20, 1, 17.8f)],
        ],
        [
            [Line(10, 20, 10, 0, 1, 13.5f, 13.5f, 13.5f)],
            [Line(3.5f, 0, 1.5f, 11, 12.5f, 11), Line(10.8f, 1, 10, 20)],
            [Curve(2.5f, 1, 1.5f, 6, 2.5f, 10, 6.5f, 10.8f, 11, 9), Line(12, 0, 10.5f, 20)],
        ],
        [
            [Line(12, 0, 3.2f, 0, 2.2f, 8.8f), Curve(2.2f, 8.8f, 7, 7.2f, 11.8f, 9.8f, 12.3f, 15, 9, 19.3f, 4.5f, 20, 1, 17.5f)],
            [Curve(3, 1, 2.5f, 5, 3, 8.5f, 8, 9, 12, 12.5f, 10.5f, 18, 5.5f, 20, 1, 18.5f), Line(3, 1, 12.5f, 0)],
        ],
        [
            [Curve(10.5f, 0, 5.5f, 4, 2.2f, 10, 1.8f, 15.5f, 4.5f, 19.5f, 9, 19.5f, 12, 16, 10.5f, 12, 6.5f, 11, 2.2f, 14.5f)],
            [Curve(7, 0, 3, 7, 1.5f, 14, 4, 19, 8.5f, 19.8f, 11.5f, 16.5f, 9, 13, 5, 13.5f, 2, 17)],
        ],
        [
            [Line(1, 0.5f, 13, 0.5f), Curve(13, 0.5f, 9, 9, 6, 20)],
            [Line(1, 3, 1.5f, 0.5f, 13, 0.5f, 5, 20)],
            [Line(1, 0.5f, 12.5f, 0.5f), Curve(12.5f, 0.5f, 8.5f, 9.5f, 6.5f, 20), Line(4, 10, 12, 9.5f)],
        ],
        [
            [Curve(7, 9.3f, 2.8f, 6, 3.2f, 1.8f, 7, 0, 11, 1.8f, 11, 6, 7, 9.3f, 2.2f, 13.5f, 2.5f, 18, 7, 20, 11.5f, 18, 11.8f, 13.5f, 7, 9.3f)],
            [Curve(7, 0, 10.5f, 2, 10.5f, 7, 7, 9, 3.5f, 7, 3.5f, 2, 7, 0), Curve(7, 9, 11.8f, 11.8f, 11.8f, 17.5f, 7, 20, 2.2f, 17.5f, 2.2f, 11.8f, 7, 9)],
        ],
        [
            [Curve(11.8f, 3, 8, 0, 3.5f, 1.5f, 2, 6, 5, 9.8f, 9.5f, 8.5f, 11.8f, 3), Curve(11.8f, 3, 11.5f, 11, 10.5f, 20)],
            [Curve(11.8f, 4, 8.5f, 0.2f, 3.5f, 1.2f, 2, 6, 5, 9.5f, 9.5f, 8.5f, 11.8f, 4), Curve(11.8f, 4, 12, 11, 10.5f, 17, 7, 20, 2.5f, 18.8f)],
        ],
    ];

    private static Stroke Curve(params float[] points) => new(true, points);

    private static Stroke Line(params float[] points) => new(false, points);
}
