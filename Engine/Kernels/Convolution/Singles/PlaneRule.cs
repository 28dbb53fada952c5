namespace Engine.Kernels.Convolution.Singles;

/// <summary>Where <see cref="Conv2dPlanes"/> pays.</summary>
internal static class PlaneRule
{
    /// <summary>Multiply-adds of an image at most: some 3 us on one thread.</summary>
    private const long MostWork = 250_000;

    /// <summary>Cycles to turn eight pixels of eight channels.</summary>
    private const int TurnCycles = 25;

    /// <summary>Lanes of the widest vectors.</summary>
    private const int Lanes = 16;

    /// <summary>Whether single images of a convolution go this way: where it takes less time, in cycles, than to pack the weights and to have channels in the lanes.</summary>
    public static bool Suits(in Conv2dGeometry g, bool toInputs)
    {
        int images = BatchLanes.Singles(g.Batch), sources = toInputs ? g.OutChannels : g.InChannels, results = toInputs ? g.InChannels : g.OutChannels;
        if (images == 0 || g.Groups > 1 || results < PlaneTaps.Rows) return false;
        if (toInputs && Conv2dInputColumns.Suits(g)) return false;
        (int phasesDown, int phasesAcross) = toInputs ? (g.Stride.Height, g.Stride.Width) : (1, 1);
        int taps = Seen(g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, g.InHeight, g.OutHeight) * Seen(g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, g.InWidth, g.OutWidth);
        long work = (long)Inside(g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.InHeight, g.OutHeight) * Inside(g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.InWidth, g.OutWidth) * g.OutChannels * g.InChannels;
        if (work > MostWork) return false;
        int height = (g.InHeight + g.Stride.Height - 1) / g.Stride.Height, width = (g.InWidth + g.Stride.Width - 1) / g.Stride.Width;
        int lanes = Math.Max(height, g.OutHeight) * Math.Max(width, g.OutWidth), together = Math.Clamp(Conv2dPlanes.PieceLanes / lanes, 1, images);
        int sourceRows = toInputs ? (lanes + 7) / 8 : g.InHeight * g.Stride.Width * ((width + 7) / 8), resultRows = toInputs ? phasesDown * phasesAcross * g.OutHeight * ((width + 7) / 8) : (lanes + 7) / 8;
        long here = (long)((together * lanes + Lanes - 1) / Lanes) * taps * sources * ((results + 7) / 8 * 8) * 5 / (8 * together)
            + (sources < 8 ? g.InHeight * (long)g.InWidth * sources : (long)sourceRows * ((sources + 7) / 8) * (width == 1 ? TurnCycles / 2 : TurnCycles)) + (long)resultRows * ((results + 7) / 8) * TurnCycles;
        int waits = images < 3 || sources < 8 ? 9 : 6; // quarters of cycles: pixels that see the same taps, or short runs, leave sums waiting for each other
        long there = Math.Max(work * waits / (results > 8 ? 8 * Lanes : 4 * Lanes), 4L * taps * sources / images) + Conv2dRowWeights.Length(g, toInputs) * 2 / (5 * images);
        return 10 * here < 9 * there;
    }

    /// <summary>Taps of one direction inside the source, of all positions together.</summary>
    private static int Inside(int kernel, int stride, int padding, int input, int output)
    {
        int inside = kernel * output;
        for (int i = 0, beyond = padding; i < output && beyond > 0; i++, beyond -= stride) inside -= Math.Min(kernel, beyond);
        for (int i = 0, beyond = (output - 1) * stride + kernel - padding - input; i < output && beyond > 0; i++, beyond -= stride) inside -= Math.Min(kernel, beyond);
        return Math.Max(inside, 1);
    }

    /// <summary>Taps of one direction that any position sees.</summary>
    private static int Seen(int kernel, int stride, int padding, int dilation, int input, int output)
    {
        int first = Math.Max(0, padding - (output - 1) * stride), last = input - 1 + padding;
        return dilation == 1 ? Math.Max(0, Math.Min(kernel - 1, last) - first + 1) : kernel;
    }
}
