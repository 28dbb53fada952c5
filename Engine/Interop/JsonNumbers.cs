using System.Text.Json;

namespace Engine.Interop;

/// <summary>Whole numbers out of JSON.</summary>
internal static class JsonNumbers
{
    /// <summary>Reads a whole number of 0 or more; 1.5, 1e3, -1, "1" and what exceeds 63 bits are none.</summary>
    /// <param name="element">The JSON value.</param>
    /// <param name="value">The number.</param>
    public static bool TryGetWhole(this JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value) && value >= 0;
    }
}
