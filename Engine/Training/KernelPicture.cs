namespace Engine.Training;

/// <summary>One slice of a convolution's weight.</summary>
/// <param name="Output">Output channel: which kernel.</param>
/// <param name="Input">Input channel it is applied to.</param>
/// <param name="Values">[kH, kW].</param>
public sealed record KernelPicture(int Output, int Input, float[,] Values);
