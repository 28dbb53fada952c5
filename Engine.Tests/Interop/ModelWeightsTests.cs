using System.Buffers.Binary;
using System.Security.Cryptography;
using Engine.Interop;
using Engine.Nn;
using Engine.Tensors;
using Engine.Tests.Data;

namespace Engine.Tests.Interop;

[TestFixture]
internal sealed class ModelWeightsTests
{
    private static Sequential Model(ulong seed)
    {
        Rng rng = new(seed);
        Sequential model = [new Conv2d(1, 2, rng, 3), new BatchNorm2d(2), new Relu(), new Flatten(), new Linear(18, 3, rng)];
        model.Forward(Tensor.Normal([2, 1, 5, 5], rng)); // moves the running statistics
        return model;
    }

    [Test]
    public void What_is_saved_is_loaded_to_the_bit_and_metadata_travels()
    {
        using TempFolder folder = new();
        Sequential saved = Model(1), loaded = Model(2);
        Assert.That(ModelWeights.Sha256(loaded), Is.Not.EqualTo(ModelWeights.Sha256(saved)));
        ModelWeights.Save(saved, folder.File("m"), new Dictionary<string, string> { ["epochs"] = "5" });
        ModelWeights.Load(loaded, folder.File("m"));
        Assert.That(ModelWeights.Sha256(loaded), Is.EqualTo(ModelWeights.Sha256(saved)));
        Assert.That(((BatchNorm2d)loaded[1]).BatchesTracked, Is.EqualTo(1));
        SafetensorsFile file = SafetensorsFile.Read(folder.File("m"));
        Assert.That(file.Metadata["epochs"], Is.EqualTo("5"));
        Assert.That((file["1.num_batches_tracked"].DType, file["0.weight"].DType, file["0.weight"].Shape), Is.EqualTo((SafetensorsDType.I64, SafetensorsDType.F32, new Shape(2, 1, 3, 3))));
    }

    [Test]
    public void The_hash_is_that_of_all_floats_in_order_little_endian()
    {
        Sequential model = Model(1);
        using MemoryStream bytes = new();
        byte[] four = new byte[4];
        foreach (string name in new[] { "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked", "4.weight", "4.bias" })
            foreach (float value in model.State().Single(entry => entry.Name == name).Value.ToArray())
            {
                BinaryPrimitives.WriteInt32LittleEndian(four, BitConverter.SingleToInt32Bits(value));
                bytes.Write(four);
            }
        Assert.That(ModelWeights.Sha256(model), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))));
        Tensor weight = ((Linear)model[4]).Weight;
        string before = ModelWeights.Sha256(model);
        float[] values = weight.ToArray();
        values[^1] = MathF.BitIncrement(values[^1]);
        weight.CopyFrom(values);
        Assert.That(ModelWeights.Sha256(model), Is.Not.EqualTo(before), "one bit is enough");
    }

    [Test]
    public void All_problems_come_in_one_message_and_the_model_is_untouched()
    {
        Sequential model = Model(1);
        string before = ModelWeights.Sha256(model);
        List<SafetensorsEntry> entries = [.. model.State().Where(entry => !entry.IsInteger).Select(entry => SafetensorsEntry.From(entry.Name, entry.Value.Shape, new float[entry.Value.Count]))];
        entries.RemoveAll(entry => entry.Name is "0.bias" or "4.weight");
        entries.Add(SafetensorsEntry.From("4.weight", [3, 17], new float[51]));
        entries.Add(SafetensorsEntry.From("1.num_batches_tracked", [], (ReadOnlySpan<int>)[7]));
        entries.Add(SafetensorsEntry.From("5.weight", [1], [0f]));
        entries.Add(SafetensorsEntry.From("5.bias", [1], [0f]));
        Assert.That(() => ModelWeights.Load(model, entries, "a.safetensors"), Throws.ArgumentException.With.Message.EqualTo(
            "Error(s) in loading state_dict for Sequential from a.safetensors: Missing key(s) in state_dict: \"0.bias\". Unexpected key(s) in state_dict: \"5.weight\", \"5.bias\". "
            + "type mismatch for 1.num_batches_tracked: the file has I32, the model expects I64. "
            + "size mismatch for 4.weight: copying a param with shape [3, 17] from checkpoint, the shape in current model is [3, 18]. (Parameter 'entries')"));
        Assert.That(ModelWeights.Sha256(model), Is.EqualTo(before));
    }

    [Test]
    public void Integers_in_the_place_of_floats_are_refused()
    {
        Sequential model = [new Linear(2, 1, new Rng(1), bias: false)];
        string before = ModelWeights.Sha256(model);
        Assert.That(() => ModelWeights.Load(model, [SafetensorsEntry.From("0.weight", [1, 2], (ReadOnlySpan<int>)[1065353216, 0])], "f"), Throws.ArgumentException.With.Message.EqualTo(
            "Error(s) in loading state_dict for Sequential from f: type mismatch for 0.weight: the file has I32, the model expects F32. (Parameter 'entries')"));
        Assert.That(ModelWeights.Sha256(model), Is.EqualTo(before));
    }

    [Test]
    public void A_counter_may_have_one_dimension()
    {
        Sequential model = [new BatchNorm1d(1)];
        List<SafetensorsEntry> entries = [.. model.State().Where(entry => !entry.IsInteger).Select(entry => SafetensorsEntry.From(entry.Name, entry.Value.Shape, [2f]))];
        ModelWeights.Load(model, [.. entries, SafetensorsEntry.From("0.num_batches_tracked", [1], (ReadOnlySpan<long>)[12])], "f");
        Assert.That(((BatchNorm1d)model[0]).BatchesTracked, Is.EqualTo(12));
    }

    [Test]
    public void A_broken_file_leaves_the_model_untouched()
    {
        using TempFolder folder = new();
        Sequential model = Model(1);
        ModelWeights.Save(Model(2), folder.File("m"));
        byte[] bytes = File.ReadAllBytes(folder.File("m"));
        string before = ModelWeights.Sha256(model);
        foreach (int length in new[] { 0, 7, 8, 100, bytes.Length - 1 })
        {
            File.WriteAllBytes(folder.File("cut"), bytes[..length]);
            Assert.That(() => ModelWeights.Load(model, folder.File("cut")), Throws.TypeOf<ModelFormatException>(), $"{length} bytes");
        }
        Assert.That(ModelWeights.Sha256(model), Is.EqualTo(before));
    }

    [Test]
    public void Loading_is_noticed_by_a_backward_pass_that_needs_the_old_weights()
    {
        Sequential model = [new Linear(2, 1, new Rng(1), bias: false), new Linear(1, 1, new Rng(2), bias: false)];
        Tensor y = model.Forward(Tensor.Ones([1, 2]));
        ModelWeights.Load(model, [SafetensorsEntry.From("0.weight", [1, 2], [1f, 2f]), SafetensorsEntry.From("1.weight", [1, 1], [1f])], "f");
        Assert.That(() => y.Backward(), Throws.InvalidOperationException.With.Message.Contains("has been modified by an in-place operation: tensor [1, 1], saved by linear"));
    }
}
