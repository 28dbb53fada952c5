namespace Engine.Nn;

/// <summary>A pooling layer, for those that run it by themselves.</summary>
internal interface IPooling
{
    /// <summary>Whether it takes maxima; else means.</summary>
    bool IsMaximum { get; }

    /// <summary>The windows over an input of a shape.</summary>
    Pool2dGeometry Geometry(Shape input);

    /// <summary>What a mean's sum is divided by at window <paramref name="at"/>, row-major.</summary>
    float Divisor(in Pool2dGeometry geometry, int at);
}
