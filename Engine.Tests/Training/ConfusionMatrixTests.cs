using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture]
internal sealed class ConfusionMatrixTests
{
    [Test]
    public void It_counts_pairs_and_lists_the_worst_first()
    {
        ConfusionMatrix matrix = new(["a", "b", "c"]);
        foreach ((int actual, int predicted) in new[] { (0, 0), (0, 1), (2, 1), (2, 1), (1, 1), (1, 2) }) matrix.Add(actual, predicted);
        Assert.That((matrix[0, 1], matrix[1, 0], matrix[2, 1], matrix.Total, matrix.Correct, matrix.Accuracy), Is.EqualTo((1, 0, 2, 6, 2, 2 / 6.0)));
        Assert.That(matrix.MostConfused(), Is.EqualTo(new[] { (2, 1, 2), (0, 1, 1), (1, 2, 1) }));
        Assert.That(matrix.MostConfused(atLeast: 2), Is.EqualTo(new[] { (2, 1, 2) }));
    }

    [Test]
    public void An_empty_one_has_accuracy_0_and_a_wrong_class_is_named()
    {
        ConfusionMatrix matrix = new(["a", "b"]);
        Assert.That((matrix.Accuracy, matrix.MostConfused().Count), Is.EqualTo((0.0, 0)));
        Assert.That(() => matrix.Add(2, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("confusion matrix: class 2; 2 classes (0..1). (Parameter 'actual')"));
        Assert.That(() => matrix.Add(0, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("confusion matrix: class -1; 2 classes (0..1). (Parameter 'predicted')"));
        Assert.That(matrix.Total, Is.Zero);
    }
}
