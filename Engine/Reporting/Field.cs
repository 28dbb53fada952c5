namespace Engine.Reporting;

/// <summary>The rectangle that the numbers are drawn in.</summary>
internal readonly record struct Field(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;
}
