namespace Engine.Optim;

/// <summary>Powers with the same bits on every machine.</summary>
internal static class Power
{
    /// <summary>x to a whole power, by repeated squaring.</summary>
    public static double Integer(double x, long n)
    {
        double result = 1;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0) result *= x;
        return result;
    }

    /// <summary>x to any power; x and y at least 0.</summary>
    public static double Real(double x, double y) =>
        y == Math.Floor(y) && y < 1 << 30 ? Integer(x, (long)y) : x == 0 ? 0 : Elementary.Exp(y * Elementary.Log(x));
}
