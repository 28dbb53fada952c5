namespace Mnist;

/// <summary>Something the user gave cannot be used; the message is one line for them to read.</summary>
internal sealed class BadInputException(string message) : Exception(message);
