using System.Globalization;

namespace Engine.Reporting;

/// <summary>Red, green and blue, of 255.</summary>
internal readonly record struct Color(byte R, byte G, byte B)
{
    /// <summary>WCAG's contrast of white text on it is less than of black text.</summary>
    public bool IsLight => Luminance > 0.179;

    /// <summary>0 of black to 1 of white, in linear light (sRGB, IEC 61966-2-1).</summary>
    private double Luminance => 0.2126 * Linear(R) + 0.7152 * Linear(G) + 0.0722 * Linear(B);

    public static Color Mix(Color a, Color b, double share) => new(Mix(a.R, b.R, share), Mix(a.G, b.G, share), Mix(a.B, b.B, share));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + (b - a) * share);

    private static double Linear(byte channel)
    {
        double x = channel / 255.0;
        return x <= 0.04045 ? x / 12.92 : Elementary.Exp(2.4 * Elementary.Log((x + 0.055) / 1.055));
    }
}
