using Engine.Training;
using Mnist;

namespace Engine.Tests.Mnist;

internal sealed class TextsTests
{
    [Test]
    public void Confusion_is_aligned_and_long_names_stand_at_the_end_of_their_rows()
    {
        ConfusionMatrix matrix = new(["coat", "sandal"]);
        for (int i = 0; i < 12; i++) matrix.Add(0, 0);
        matrix.Add(1, 0);
        Assert.That(Texts.Confusion(matrix).ReplaceLineEndings("\n"), Is.EqualTo(
            "confusion matrix: rows are the true classes, columns the predicted ones\n" +
            "      0  1\n" +
            "   0 12  0  coat\n" +
            "   1  1  0  sandal\n"));
        Assert.That(Texts.MostConfused(matrix), Is.EqualTo("most confused: sandal taken for coat (1 time)"));
    }

    [Test]
    public void Nothing_confused_is_said()
    {
        ConfusionMatrix matrix = new(["0", "1"]);
        matrix.Add(0, 0);
        Assert.That(Texts.MostConfused(matrix), Is.EqualTo("most confused: none"));
    }
}
