using System.Text;
using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Optim;
using Engine.Tests.Data;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The file: what is in it, and that none but the right one is taken.</summary>
[TestFixture, NonParallelizable]
internal sealed class CheckpointTests
{
    private static readonly Resumable Training = Resumable.All.First();

    [Test]
    public void It_is_a_safetensors_file_with_the_model_s_names_behind_a_prefix()
    {
        using TempFolder folder = new();
        (string path, Learner learner) = Write(folder, step: 5);
        SafetensorsFile file = SafetensorsFile.Read(path);
        foreach (StateEntry entry in learner.Model.State()) Assert.That(file[$"model.{entry.Name}"].Shape, Is.EqualTo(entry.Value.Shape));
        Assert.That(file["optimizer.0.grad_avg"].ToSingles(), Has.Length.EqualTo(learner.Model.Parameters().First().Value.Count));
        Assert.That(file["callback.Recorder.losses"].ToDoubles(), Is.EqualTo(learner.Recorder.Losses.Take(6)));
        Assert.That(file.Metadata["fit.epoch"], Is.EqualTo("1"));
        Checkpoint checkpoint = Checkpoint.Read(path);
        Assert.That((checkpoint.Path, checkpoint.Fit, checkpoint.Epoch, checkpoint.Batch, checkpoint.Notes["why"]), Is.EqualTo((path, 0, 1, 2, "a test")));
        Learner other = Training.Make(seed: 9);
        checkpoint.LoadWeights(other.Model);
        Assert.That(ModelWeights.Sha256(other.Model), Is.EqualTo(ModelWeights.Sha256(learner.Model)));
        Assert.That(() => checkpoint.LoadWeights(new Sequential { new Flatten() }), Throws.ArgumentException.With.Message.Contains("Unexpected key(s) in state_dict: \"0.weight\""));
    }

    [Test]
    public void Every_truncation_and_a_flipped_bit_in_every_byte_are_refused_with_the_place()
    {
        using TempFolder folder = new();
        (string path, _) = Write(folder, step: 2);
        byte[] bytes = File.ReadAllBytes(path);
        string damaged = folder.File("damaged");
        Assert.That(() => Checkpoint.Read(path), Throws.Nothing);
        for (int length = 0; length < bytes.Length; length += length < 100 || length > bytes.Length - 100 ? 1 : 97) Refused(bytes[..length], $"{length} bytes");
        Refused([.. bytes, 0], "a byte more");
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            Refused(bytes, $"byte {at}");
            bytes[at] ^= (byte)(1 << (at % 8));
        }

        void Refused(byte[] contents, string what)
        {
            File.WriteAllBytes(damaged, contents);
            ModelFormatException? fault = Assert.Throws<ModelFormatException>(() => Checkpoint.Read(damaged), what);
            Assert.That(fault!.File, Is.EqualTo(damaged));
            Assert.That(fault.Offset, Is.InRange(0, contents.Length));
        }
    }

    [Test]
    public void A_file_that_is_none_is_told()
    {
        using TempFolder folder = new();
        string weights = folder.File("weights"), missing = folder.File("missing");
        ModelWeights.Save(Training.Make().Model, weights);
        Assert.That(() => Training.Make().Resume(weights), Throws.TypeOf<ModelFormatException>().With.Message.EqualTo(
            $"{weights}: metadata 'format' at offset 8: expected 'engine-checkpoint', found none: this is a safetensors file, but no checkpoint"));
        Assert.That(() => Training.Make().Resume(missing), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo($"cannot read '{missing}': there is no such file."));
        Assert.That(() => Training.Make().Resume(folder.Path), Throws.TypeOf<IOException>().With.Message.EqualTo($"cannot read '{folder.Path}': it is a folder, not a file."));
    }

    [Test]
    public void A_damaged_number_is_told_with_the_hash_that_was_expected()
    {
        using TempFolder folder = new();
        (string path, _) = Write(folder, step: 2);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^33] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.That(() => Checkpoint.Read(path), Throws.TypeOf<ModelFormatException>().With.Message.Matches(
            $"^.*: tensor 'sha256' at offset {bytes.Length - 32}: expected [0-9a-f]{{64}}, the hash of all bytes before it, found [0-9a-f]{{64}}: the file is damaged$"));
    }

    [Test]
    public void Another_training_is_refused_with_all_that_differs_and_nothing_is_changed()
    {
        using TempFolder folder = new();
        (string path, _) = Write(folder, step: 5);
        Rng rng = new(8);
        Sequential model = [new Conv2d(1, 5, rng, 3, stride: 2, padding: 1), new Relu(), new BatchNorm2d(5), new Conv2d(5, 6, rng, 3, stride: 2, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(6, 3, rng)];
        DataLoader train = new(Tiny.Images(330, 1), 60, Normalization.None(1), rng.Split()), valid = new(Tiny.Images(101, 7), 64, Normalization.None(1));
        Learner learner = new(train, valid, model, new Sgd(model.Parameters(), 0.5), (predictions, labels) => Loss.CrossEntropy(predictions, labels));
        learner.Resume(path);
        string before = ModelWeights.Sha256(model);
        CheckpointMismatchException? fault = Assert.Throws<CheckpointMismatchException>(() => learner.Fit(2, Resumable.OneCycle(0.5)));
        string[] starts =
        [
            "loss: the checkpoint has cross-entropy, label smoothing 0, this training a function of the program's",
            "optimizer: the checkpoint has fastai adam: 8 parameters with learning rate 0.02, momentum 0.9, weight decay 0.01; beta2 0.99, epsilon 1E-05, amsgrad False, decoupled weight decay True, for biases and normalisation False, this training sgd: 8 parameters with learning rate 0.5, ",
            "train: the checkpoint has 330 images [330, 1, 8, 6], fingerprint ", "valid: the checkpoint has 101 images [101, 1, 8, 6], fingerprint ",
            "layer.3: the checkpoint has Conv2d to [1, 7, 2, 2], this training Conv2d to [1, 6, 2, 2]", "layer.4: ", "layer.5: ", "layer.6: ",
            "fit.epochs: the checkpoint has 3, this training 2", "callback.ScheduleCallback.schedule: the checkpoint has OneCycle with rates 0.0012 ",
            "size mismatch for 3.weight: copying a param with shape [7, 5, 3, 3] from checkpoint, the shape in current model is [6, 5, 3, 3].", "size mismatch for 3.bias: ", "size mismatch for 7.weight: ",
            "sgd: the saved state does not fit: ",
        ];
        Assert.That(fault!.Differences, Has.Count.EqualTo(starts.Length), string.Join('\n', fault.Differences));
        for (int i = 0; i < starts.Length; i++) Assert.That(fault.Differences[i], Does.StartWith(starts[i]));
        Assert.That(fault.Message, Does.StartWith($"resume: the checkpoint {path} is not of this training: loss: ").And.EndsWith(". Nothing was changed."));
        Assert.That((ModelWeights.Sha256(model), learner.Optimizer.LearningRate, learner.Recorder.Losses.Count, learner.Epochs.Count), Is.EqualTo((before, 0.5, 0, 0)));
    }

    [Test]
    public void Callbacks_with_a_state_must_be_the_same()
    {
        using TempFolder folder = new();
        (string path, _) = Write(folder, step: 5);
        Learner learner = Training.Make();
        learner.Resume(path);
        Assert.That(() => learner.Fit(Resumable.Epochs, new Counter()), Throws.TypeOf<CheckpointMismatchException>().With.Property("Differences").EqualTo(
            new[] { "callback.Counter: not in the checkpoint", "callback.ScheduleCallback: only in the checkpoint" }));
        learner.Resume(path);
        Assert.That(() => Training.Fit(learner, []), Throws.Nothing, "a refused fit counts for nothing");
    }

    [Test]
    public void Two_callbacks_of_a_type_keep_a_state_each()
    {
        using TempFolder folder = new();
        string path = folder.File("checkpoint");
        Counter first = new() { Count = 10 }, second = new() { Count = 20 };
        Training.Make().Fit(2, first, second, new CheckpointEvery(path));
        Counter a = new(), b = new();
        Learner learner = Training.Make();
        learner.Resume(path);
        learner.Fit(2, a, b);
        Assert.That((first.Count, a.Count, b.Count), Is.EqualTo((18, 18, 28)));
    }

    [Test]
    public void A_checkpoint_that_cannot_be_written_leaves_the_old_one()
    {
        if (!OrdinaryUser.IsPossible) Assert.Ignore("needs an ordinary user on Unix: root may write everywhere");
        if (OperatingSystem.IsWindows()) return; // IsPossible says so too; this tells the compiler
        using TempFolder folder = new();
        (string path, _) = Write(folder, step: 5);
        byte[] before = File.ReadAllBytes(path);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            using OrdinaryUser user = new();
            Assert.That(() => Training.Fit(Training.Make(), [new CheckpointEvery(path, batches: 1)]), Throws.TypeOf<UnauthorizedAccessException>().With.Message.EqualTo(
                $"cannot write '{path}': no permission to write in the folder '{folder.Path}'."));
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "checkpoint" }));
    }

    [Test]
    public void Numbers_out_of_their_range_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new CheckpointEvery("x", batches: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("checkpoint every: batches must be at least 0, got -1. (Parameter 'batches')"));
        Assert.That(() => new CheckpointEvery("x", epochs: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("checkpoint every: epochs must be at least 0, got -1. (Parameter 'epochs')"));
        Assert.That(() => new CheckpointEvery(""), Throws.ArgumentException);
    });

    /// <summary>A checkpoint of the moment after a step, and the learner that wrote it.</summary>
    private static (string Path, Learner Learner) Write(TempFolder folder, int step)
    {
        string path = folder.File("checkpoint");
        Learner learner = Training.Make();
        Training.Fit(learner, [new At { Done = at => StopAt(at, step) }, new CheckpointEvery(path, 0, 0, new Dictionary<string, string> { ["why"] = "a test" })]);
        return (path, learner);
    }

    private static void StopAt(Learner learner, int step)
    {
        if (learner.Step == step) learner.Interrupt("enough");
    }

    private sealed class Counter : Callback, ICheckpointed
    {
        private int _count;

        public int Count { get => _count; init => _count = value; }

        public override void AfterBatch(Learner learner) => _count++;

        public void Checkpoint(CheckpointState state) => state.Value("count", ref _count);
    }
}
