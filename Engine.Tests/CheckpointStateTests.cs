namespace Engine.Tests;

internal sealed class CheckpointStateTests
{
    [Test]
    public void Every_kind_of_value_comes_back_bit_for_bit()
    {
        Example saved = new() { Best = double.PositiveInfinity, Small = -0.0, Odd = 0.1 + 0.2, Count = long.MinValue, Waited = -3, Done = true, Text = "=", Rng = new Rng(5), Numbers = [1, double.NaN, 3], Shares = [0.1f], Indices = [7, -7] };
        saved.Part.Best = 3;
        CheckpointState state = CheckpointState.ToSave();
        saved.Checkpoint(state);
        Example loaded = new() { Numbers = [9, 9, 9, 9], Text = "before" };
        Assert.That(Compare(loaded, state), Is.Empty);
        loaded.Checkpoint(CheckpointState.ToLoad(state.Texts, state.Series));
        Assert.That((loaded.Best, loaded.Odd, loaded.Count, loaded.Waited, loaded.Done, loaded.Text), Is.EqualTo((saved.Best, saved.Odd, saved.Count, saved.Waited, saved.Done, saved.Text)));
        Assert.That(double.IsNegative(loaded.Small), Is.True);
        Assert.That((loaded.Numbers, loaded.Shares, loaded.Indices, loaded.Part.Best), Is.EqualTo((saved.Numbers, saved.Shares, saved.Indices, 3)));
        Assert.That(loaded.Rng.State, Is.EqualTo(saved.Rng.State));
    }

    [TestCase(null), TestCase(""), TestCase("=x")]
    public void A_text_may_be_null_or_empty(string? text)
    {
        CheckpointState state = CheckpointState.ToSave();
        new Example { Text = text }.Checkpoint(state);
        Example loaded = new() { Text = "other" };
        loaded.Checkpoint(CheckpointState.ToLoad(state.Texts, state.Series));
        Assert.That(loaded.Text, Is.EqualTo(text));
    }

    [Test]
    public void Comparing_lists_every_difference_and_sets_nothing()
    {
        CheckpointState state = CheckpointState.ToSave();
        new Example { Setting = 4, Best = 2 }.Checkpoint(state);
        state.Texts["count"] = "many";
        state.Texts["done"] = "yes";
        state.Texts["rng"] = "0 0 0 0";
        state.Texts["extra"] = "1";
        state.Texts["other."] = "";
        state.Texts["other.value"] = "1"; // told with its part
        state.Texts.Remove("part.");
        state.Texts.Remove("part.best");
        state.Texts.Remove("waited");
        state.Series["numbers"] = new float[2];
        state.Series.Remove("indices");
        Example here = new() { Setting = 5, Best = 1 };
        Assert.That(Compare(here, state), Is.EqualTo(new[]
        {
            "setting: the checkpoint has 4, this training 5",
            "count: must be a whole number, the checkpoint has 'many'",
            "waited: not in the checkpoint",
            "done: must be true or false, the checkpoint has 'yes'",
            "rng: must be four words in hexadecimal, not all zero, the checkpoint has '0 0 0 0'",
            "numbers: must be numbers of type Double, the checkpoint has Single",
            "indices: not in the checkpoint",
            "part: not in the checkpoint",
            "extra", "other",
        }));
        Assert.That(here.Best, Is.EqualTo(1));
    }

    private static string[] Compare(Example example, CheckpointState saved)
    {
        CheckpointState state = CheckpointState.ToCompare(saved.Texts, saved.Series);
        example.Checkpoint(state);
        return [.. state.Differences, .. state.Unknown()];
    }

    private sealed class Example : ICheckpointed
    {
        public double Setting = 4, Best, Small, Odd;
        public long Count;
        public int Waited;
        public bool Done;
        public string? Text;
        public Rng Rng = new(1);
        public List<double> Numbers = [];
        public List<float> Shares = [];
        public List<int> Indices = [];
        public Inner Part = new();

        public void Checkpoint(CheckpointState state)
        {
            state.MustMatch("setting", Setting);
            state.Value("best", ref Best);
            state.Value("small", ref Small);
            state.Value("odd", ref Odd);
            state.Value("count", ref Count);
            state.Value("waited", ref Waited);
            state.Value("done", ref Done);
            state.Value("text", ref Text);
            state.Generator("rng", Rng);
            state.Values("numbers", Numbers);
            state.Values("shares", Shares);
            state.Values("indices", Indices);
            state.Part("part", Part);
        }
    }

    private sealed class Inner : ICheckpointed
    {
        public double Best;

        public void Checkpoint(CheckpointState state) => state.Value("best", ref Best);
    }
}
