namespace Engine.Tensors;

/// <summary>An object that a <see cref="Workspace"/> lends for one batch.</summary>
internal interface IRecyclable
{
    /// <summary>The batch is over: forgets what the object refers to.</summary>
    /// <returns>False if somebody keeps the object, so that it must not be lent again.</returns>
    bool Recycle();
}
