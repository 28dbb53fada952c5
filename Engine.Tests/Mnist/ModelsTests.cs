using Engine.Nn;
using Mnist;

namespace Engine.Tests.Mnist;

internal sealed class ModelsTests
{
    [Test]
    public void State_names_are_those_of_nested_sequentials_in_PyTorch()
    {
        string[] names = [.. Models.SimpleCnn(new Rng(1)).State().Select(entry => entry.Name)];
        Assert.That(names, Is.EqualTo((string[])["0.0.weight", "0.0.bias", "1.0.weight", "1.0.bias", "2.0.weight", "2.0.bias", "3.0.weight", "3.0.bias", "4.0.weight", "4.0.bias"]));
        string[] norm = [.. Models.SimpleCnnBn(new Rng(1)).State().Select(entry => entry.Name)];
        Assert.That(norm, Is.SupersetOf((string[])["0.2.weight", "0.2.running_mean", "3.2.num_batches_tracked", "4.0.weight", "4.1.weight", "4.1.running_var"]));
        Assert.That(norm, Has.Length.EqualTo(10 + 5 * 5));
    }

    [Test]
    public void Sizes_and_costs_are_the_books()
    {
        ModelSummary plain = ModelSummary.Of(Models.SimpleCnn(new Rng(1)), [64, 1, 28, 28]), norm = ModelSummary.Of(Models.SimpleCnnBn(new Rng(1)), [64, 1, 28, 28]);
        Assert.Multiple(() =>
        {
            Assert.That(plain.Parameters, Is.EqualTo(30_282)); // 208 + 1,168 + 4,640 + 18,496 + 5,770
            Assert.That(norm.Parameters, Is.EqualTo(30_542)); // and 2 * (8 + 16 + 32 + 64 + 10)
            Assert.That(plain.MultiplyAdds, Is.EqualTo(248_864));
            Assert.That(plain.Rows.Where(row => row.Kind == "Conv2d").Select(row => row.OutputShape[2]), Is.EqualTo((int[])[14, 7, 4, 2, 1]));
            Assert.That(plain.Rows.Where(row => row.Kind == "Conv2d").Select(row => row.ReceptiveField!.Value.Height), Is.EqualTo((int[])[5, 9, 17, 33, 65]));
        });
    }
}
