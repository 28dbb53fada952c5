namespace Engine.Data;

/// <summary>Where a data set was found.</summary>
public enum DataSource
{
    /// <summary>In the folder the caller named.</summary>
    Directory,

    /// <summary>In the folder an environment variable names.</summary>
    EnvironmentVariable,

    /// <summary>In the user's cache folder.</summary>
    Cache,

    /// <summary>Downloaded just now into the user's cache folder.</summary>
    Download,

    /// <summary>Nowhere: the built-in synthetic digits take its place.</summary>
    Synthetic,
}
