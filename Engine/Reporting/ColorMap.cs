namespace Engine.Reporting;

/// <summary>How a number between 0 and 1 becomes a colour.</summary>
public enum ColorMap
{
    /// <summary>Black to white.</summary>
    Gray,

    /// <summary>matplotlib's usual one: dark violet over green to yellow, evenly lighter, told apart by the colour-blind.</summary>
    Viridis,

    /// <summary>Almost white to dark blue: for counts.</summary>
    Blues,

    /// <summary>Blue over white to red: for values around zero.</summary>
    BlueRed,

    /// <summary>Black over red and yellow to white: for heat laid over an image.</summary>
    Hot,
}

/// <summary>The colours of the maps.</summary>
internal static class ColorMaps
{
    private static ReadOnlySpan<uint> Gray => [0x000000, 0xffffff];

    /// <summary>Every 32nd of matplotlib's 256 and the last.</summary>
    private static ReadOnlySpan<uint> Viridis => [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];

    private static ReadOnlySpan<uint> Blues => [0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, 0x08519c, 0x08306b]; // ColorBrewer

    private static ReadOnlySpan<uint> BlueRed => [0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b]; // ColorBrewer

    private static ReadOnlySpan<uint> Hot => [0x0a0000, 0x900000, 0xff2000, 0xff9a00, 0xffe600, 0xffffff];

    /// <summary>The colour of a number, which is held between 0 and 1.</summary>
    public static Color At(ColorMap map, double share)
    {
        ReadOnlySpan<uint> stops = map switch
        {
            ColorMap.Gray => Gray,
            ColorMap.Viridis => Viridis,
            ColorMap.Blues => Blues,
            ColorMap.BlueRed => BlueRed,
            ColorMap.Hot => Hot,
            _ => throw new ArgumentOutOfRangeException(nameof(map), map, $"no such colour map: {map}."),
        };
        double place = Math.Clamp(share, 0, 1) * (stops.Length - 1);
        int below = Math.Min((int)place, stops.Length - 2);
        return Color.Mix(Of(stops[below]), Of(stops[below + 1]), place - below);
    }

    private static Color Of(uint rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
}
