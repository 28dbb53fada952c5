using Engine.Nn;
using Engine.Training;

namespace Mnist.Screens;

/// <summary>Plain lines, for files, pipes and terminals that can no more.</summary>
/// <param name="output">Where they go.</param>
internal sealed class PlainScreen(TextWriter output) : Screen
{
    public override void Line(string text = "")
    {
        output.WriteLine(text);
        output.Flush(); // who follows a log wants each line when it is there
    }

    public override void Model(ModelSummary summary) => Line(summary.ToString());

    public override void Training(Action<Callback> fit) => fit(new EpochLines(this));

    private sealed class EpochLines(Screen screen) : Callback
    {
        public override void AfterEpoch(Learner learner) => screen.Line(Texts.Epoch(learner.Epochs[^1], learner.EpochCount));
    }
}
