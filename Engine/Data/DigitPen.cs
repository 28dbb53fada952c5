namespace Engine.Data;

/// <summary>Draws strokes into a 28 x 28 image as a round pen does, edges smoothed. Plain +, -, *, / and square roots only: the same bits everywhere.</summary>
internal sealed class DigitPen
{
    /// <summary>Rows and columns of the image.</summary>
    public const int Size = 28;

    private const int StepsPerPoint = 5; // straight pieces between two points of a curve: finer ones change no pixel by more than 2 of 255
    private const float Far = 1e6f;
    private readonly float[] _squared = new float[Size * Size]; // squared distance of each pixel's centre to the nearest stroke
    private float _radius;

    /// <summary>The map from grid to pixels: x' = A x + B y + C, y' = D x + E y + F.</summary>
    internal readonly record struct Affine(float A, float B, float C, float D, float E, float F);

    /// <summary>Starts an empty image.</summary>
    /// <param name="radius">Half the width of the pen, in pixels.</param>
    public void Start(float radius)
    {
        _radius = radius;
        Array.Fill(_squared, Far);
    }

    /// <summary>Draws a stroke.</summary>
    /// <param name="points">x and y by turns, on the grid.</param>
    /// <param name="smooth">A Catmull-Rom curve through the points; otherwise straight lines.</param>
    /// <param name="map">From grid to pixels.</param>
    public void Draw(ReadOnlySpan<float> points, bool smooth, Affine map)
    {
        int count = points.Length / 2;
        bool closed = smooth && points[0] == points[^2] && points[1] == points[^1];
        for (int i = 0; i + 1 < count; i++)
        {
            (float x1, float y1) = At(points, i, map);
            (float x2, float y2) = At(points, i + 1, map);
            if (!smooth)
            {
                Segment(x1, y1, x2, y2);
                continue;
            }
            (float x0, float y0) = At(points, i > 0 ? i - 1 : closed ? count - 2 : 0, map);
            (float x3, float y3) = At(points, i + 2 < count ? i + 2 : closed ? 1 : count - 1, map);
            (float fromX, float fromY) = (x1, y1);
            for (int step = 1; step <= StepsPerPoint; step++)
            {
                float t = (float)step / StepsPerPoint;
                (float toX, float toY) = (CatmullRom(x0, x1, x2, x3, t), CatmullRom(y0, y1, y2, y3, t));
                Segment(fromX, fromY, toX, toY);
                (fromX, fromY) = (toX, toY);
            }
        }
    }

    /// <summary>Writes the image: ink where a stroke is nearer than the pen's radius, falling to nothing over one pixel.</summary>
    /// <param name="ink">Value of full ink, 0 to 255.</param>
    /// <param name="image">[28, 28].</param>
    public void Finish(float ink, Span<byte> image)
    {
        for (int i = 0; i < _squared.Length; i++)
        {
            float coverage = _squared[i] >= Far ? 0 : Math.Clamp(_radius + 0.5f - MathF.Sqrt(_squared[i]), 0, 1);
            image[i] = (byte)(coverage * ink + 0.5f);
        }
    }

    private void Segment(float x1, float y1, float x2, float y2)
    {
        float reach = _radius + 1, dx = x2 - x1, dy = y2 - y1, length = dx * dx + dy * dy;
        float scale = length > 0 ? 1 / length : 0;
        (int left, int right) = ((int)MathF.Max(0, MathF.Min(x1, x2) - reach), (int)MathF.Min(Size - 1, MathF.Max(x1, x2) + reach));
        (int top, int bottom) = ((int)MathF.Max(0, MathF.Min(y1, y2) - reach), (int)MathF.Min(Size - 1, MathF.Max(y1, y2) + reach));
        for (int row = top; row <= bottom; row++)
            for (int column = left; column <= right; column++)
            {
                float px = column + 0.5f - x1, py = row + 0.5f - y1;
                float along = MathF.Max(0, MathF.Min(1, (px * dx + py * dy) * scale));
                float ex = px - along * dx, ey = py - along * dy;
                ref float nearest = ref _squared[row * Size + column];
                nearest = MathF.Min(nearest, ex * ex + ey * ey);
            }
    }

    private static (float X, float Y) At(ReadOnlySpan<float> points, int index, Affine map)
    {
        float x = points[2 * index], y = points[2 * index + 1];
        return (map.A * x + map.B * y + map.C, map.D * x + map.E * y + map.F);
    }

    private static float CatmullRom(float p0, float p1, float p2, float p3, float t) =>
        0.5f * (2 * p1 + t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0))));
}
