namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>What a group of <see cref="WinogradPass"/> asks memory for while it multiplies: the places it is about to write, and what the next group reads.</summary>
internal readonly unsafe struct WinogradAhead
{
    /// <summary>Floats that may be in use at once, 800 KB: what is brought must stay in the second cache until it is needed.</summary>
    private const long Room = 200 * 1024;

    private readonly WinogradGroup _group, _next;

    /// <param name="group">The group whose results' places are asked for.</param>
    /// <param name="next">The one whose sources are.</param>
    public WinogradAhead(in WinogradGroup group, in WinogradGroup next) => (_group, _next) = (group, next);

    /// <summary>Whether there is room for the sources of a next group.</summary>
    public static bool LooksFar(int inputs, int outputs) => (long)Winograd.Points * ((2 * inputs + outputs) * WinogradPass.Columns + inputs * outputs) <= Room;

    /// <summary>The share of one point.</summary>
    public void Fetch(int point)
    {
        if (point < Winograd.Tile * Winograd.Tile)
        {
            Tile(point, _group.Pass.Result);
            if (_group.Pass.Rectified != null) Tile(point, _group.Pass.Rectified);
        }
        if (_next.Pass.LooksFar) Window(point);
    }

    /// <summary>A pixel of each tile, of 16.</summary>
    private void Tile(int pixel, float* image)
    {
        int height = _group.Pass.ResultHeight, width = _group.Pass.ResultWidth, across = Winograd.Tiles(width);
        int features = _group.Pass.ResultChannels * _group.Block.Width;
        image += _group.Block.Start(height * (long)width * _group.Pass.ResultChannels);
        for (int t = _group.FirstTile; t < _group.FirstTile + _group.Tiles; t++)
        {
            int row = t / across * Winograd.Tile + pixel / Winograd.Tile, column = t % across * Winograd.Tile + pixel % Winograd.Tile;
            if (row < height && column < width) Caches.Ahead(image + (row * (long)width + column) * features, 1, 0, features);
        }
    }

    /// <summary>A pixel of each window, of 36, but for those that the tile beside it has brought.</summary>
    private void Window(int pixel)
    {
        int height = _next.Pass.SourceHeight, width = _next.Pass.SourceWidth, across = Winograd.Tiles(_next.Pass.ResultWidth), q = pixel % Winograd.Window;
        int features = _next.Pass.SourceChannels * _next.Block.Width;
        float* image = _next.Pass.Source + _next.Block.Start(height * (long)width * _next.Pass.SourceChannels);
        for (int t = _next.FirstTile; t < _next.FirstTile + _next.Tiles; t++)
        {
            int row = t / across * Winograd.Tile - _next.Pass.Top + pixel / Winograd.Window, column = t % across * Winograd.Tile - _next.Pass.Left + q;
            if ((q >= Winograd.Window - Winograd.Tile || t % across == 0) && (uint)row < (uint)height && (uint)column < (uint)width)
                Caches.Ahead(image + (row * (long)width + column) * features, 1, 0, features);
        }
    }
}
