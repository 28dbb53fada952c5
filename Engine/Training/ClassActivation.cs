namespace Engine.Training;

/// <summary>Where in an image a model sees a class: what <see cref="GradCam"/> gives.</summary>
/// <param name="Class">The class.</param>
/// <param name="Score">Its logit.</param>
/// <param name="Map">[H', W'] of the layer's feature maps; 0 where nothing speaks for the class.</param>
/// <param name="Upsampled">The map brought to the image's [H, W] by <see cref="GradCam.Upsample"/>.</param>
public sealed record ClassActivation(int Class, float Score, float[,] Map, float[,] Upsampled);
