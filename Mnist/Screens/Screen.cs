using Engine.Nn;
using Engine.Training;

namespace Mnist.Screens;

/// <summary>Shows a run to people.</summary>
internal abstract class Screen
{
    /// <summary>Shows a line of text as it is.</summary>
    public abstract void Line(string text = "");

    /// <summary>Shows the layers of a model.</summary>
    public abstract void Model(ModelSummary summary);

    /// <summary>Shows a training loop while it runs: a line an epoch.</summary>
    /// <param name="fit">Runs the loop with a callback that does the showing.</param>
    public abstract void Training(Action<Callback> fit);

    /// <summary>Puts the terminal right where the process ends in the middle of things.</summary>
    public virtual void Restore()
    {
    }
}
