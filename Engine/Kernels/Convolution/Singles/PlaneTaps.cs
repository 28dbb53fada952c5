namespace Engine.Kernels.Convolution.Singles;

/// <summary>What lanes of pixels that lie a phase apart sum up: taps, planes and weights.</summary>
internal unsafe struct PlaneTaps
{
    /// <summary>Channels of a tile, and the distance of their sums.</summary>
    public const int Rows = 8, Pitch = 32;

    /// <summary>Taps over rows and columns, and how many.</summary>
    public PlaneTap* Down, Across;
    public int DownTaps, AcrossTaps, KernelWidth;

    /// <summary>The first and the last row of pixels in the lanes.</summary>
    public int From, To;

    /// <summary>The planes; from one of their channels to the next, and how many.</summary>
    public float* Planes;
    public long Channel;
    public int Channels;

    /// <summary>From the weights of a channel of the result to those of the next, and the same of the source.</summary>
    public long Row, Step;

    /// <summary>Whether a sum below zero becomes zero.</summary>
    public bool Relu;
}
