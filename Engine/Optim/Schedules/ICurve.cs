namespace Engine.Optim.Schedules;

/// <summary>A number that depends on a position from 0 to 1.</summary>
public interface ICurve
{
    /// <summary>The value at a position.</summary>
    /// <param name="position">0 at the start, 1 at the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 1.</exception>
    double At(double position);
}
