namespace Engine;

/// <summary>A file that is not what it should be: which file, where in it, what was expected and what was found.</summary>
/// <remarks>The one exception for every broken file Engine reads (idx, gzip, safetensors). Nothing the caller had is changed when it is thrown.</remarks>
public sealed class ModelFormatException : FormatException
{
    /// <summary>Makes the exception; the message is "file: field at offset N: expected X, found Y".</summary>
    /// <param name="file">Path or name of the file.</param>
    /// <param name="offset">Byte offset of the fault, from the start of the file.</param>
    /// <param name="field">What stands at that offset: "magic", "image count", "header".</param>
    /// <param name="expected">What should be there.</param>
    /// <param name="found">What is there; may end with a hint.</param>
    /// <param name="innerException">The cause, if another exception told of it.</param>
    public ModelFormatException(string file, long offset, string field, string expected, string found, Exception? innerException = null)
        : base($"{file}: {field} at offset {offset}: expected {expected}, found {found}", innerException)
    {
        File = file;
        Offset = offset;
        Field = field;
        Expected = expected;
        Found = found;
    }

    /// <summary>Path or name of the file.</summary>
    public string File { get; }

    /// <summary>Byte offset of the fault.</summary>
    public long Offset { get; }

    /// <summary>What stands at that offset.</summary>
    public string Field { get; }

    /// <summary>What should be there.</summary>
    public string Expected { get; }

    /// <summary>What is there.</summary>
    public string Found { get; }
}
