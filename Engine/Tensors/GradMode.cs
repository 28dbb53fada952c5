namespace Engine.Tensors;

/// <summary>Whether operations on this thread are recorded for the backward pass.</summary>
public static class GradMode
{
    [ThreadStatic] private static int _off;

    /// <summary>True unless inside a <see cref="NoGrad"/> scope.</summary>
    public static bool IsEnabled => _off == 0;

    /// <summary>Stops recording until the scope is disposed: <c>using var _ = GradMode.NoGrad();</c>.</summary>
    public static Scope NoGrad()
    {
        _off++;
        return new Scope(active: true);
    }

    /// <summary>A stretch of code without recording.</summary>
    public struct Scope : IDisposable
    {
        private bool _active;

        internal Scope(bool active) => _active = active;

        /// <summary>Records again.</summary>
        public void Dispose()
        {
            if (_active) _off--;
            _active = false;
        }
    }
}
