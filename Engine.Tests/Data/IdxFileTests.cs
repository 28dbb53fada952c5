using System.Globalization;
using Engine.Data;

namespace Engine.Tests.Data;

public sealed class IdxFileTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]; // [2, 1, 3]
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];

    private static string Message(byte[] file, Func<string, IdxData> read)
    {
        using TempFolder folder = new();
        string path = folder.Write("file", file);
        return Assert.Throws<ModelFormatException>(() => read(path))!.Message.Replace(path, "file", StringComparison.Ordinal);
    }

    [Test]
    public void Plain_and_compressed_files_give_the_same_whatever_their_names()
    {
        using TempFolder folder = new();
        foreach (string path in new[] { folder.Write("a.gz.idx", Images), folder.Write("b", GzipFile.Encode(Images)), folder.Write("c.gz", GzipFile.Encode(Images)) })
        {
            IdxData data = IdxFile.ReadImages(path);
            Assert.That(data.Shape, Is.EqualTo(new Shape(2, 1, 3)));
            Assert.That(data.Values, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6 }));
            Assert.That(data.Path, Is.EqualTo(path));
        }
    }

    [TestCase("a"), TestCase("ü 漢.gz")]
    public void What_is_written_is_read_back_at_every_rank(string name)
    {
        using TempFolder folder = new();
        foreach (Shape shape in new Shape[] { [5], [2, 3], [2, 1, 3], [1, 2, 3, 2] })
        {
            byte[] values = [.. Enumerable.Range(250, shape.Count).Select(i => (byte)i)];
            IdxFile.Write(folder.File(name), shape, values);
            IdxData data = IdxFile.Read(folder.File(name));
            Assert.That(data.Shape, Is.EqualTo(shape));
            Assert.That(data.Values, Is.EqualTo(values));
        }
        Assert.That(folder.Names(), Is.EqualTo(new[] { name }));
        Assert.That(GzipFile.HasMagic(File.ReadAllBytes(folder.File(name))), Is.EqualTo(name.EndsWith(".gz", StringComparison.Ordinal)));
    }

    [Test]
    public void A_label_file_for_images_and_the_other_way_round_are_named()
    {
        Assert.That(Message(Labels, IdxFile.ReadImages), Is.EqualTo("file: bad magic at offset 0: expected 0x00000803 (3-D uint8), found 0x00000801; this looks like a label file"));
        Assert.That(Message(Images, IdxFile.ReadLabels), Is.EqualTo("file: bad magic at offset 0: expected 0x00000801 (1-D uint8), found 0x00000803; this looks like an image file"));
    }

    [TestCase(0x0D, 3, "0x00000D03 (3-D float32)")]
    [TestCase(0x09, 1, "0x00000901 (1-D int8)")]
    [TestCase(0x08, 5, "0x00000805 (5-D uint8)")]
    [TestCase(0x08, 0, "0x00000800 (0-D uint8)")]
    [TestCase(0x42, 3, "0x00004203; this is no idx file")]
    public void Another_type_or_rank_is_named(int type, int rank, string found)
    {
        byte[] file = [.. Images];
        (file[2], file[3]) = ((byte)type, (byte)rank);
        Assert.That(Message(file, IdxFile.Read), Is.EqualTo($"file: bad magic at offset 0: expected 0x00000801 to 0x00000804 (1-D to 4-D uint8), found {found}"));
    }

    [Test]
    public void Counts_that_lie_are_rejected()
    {
        byte[] more = [.. Images], fewer = [.. Images], none = [.. Images], huge = [.. Images], negative = [.. Images];
        (more[7], fewer[7], none[7], negative[4]) = (3, 1, 0, 0x80);
        Array.Fill(huge, (byte)0x7F, 4, 12);
        Assert.That(Message(more, IdxFile.Read), Is.EqualTo("file: items at offset 22: expected 9 bytes for shape [3, 1, 3], found 6: the file was cut off or its sizes lie"));
        Assert.That(Message(fewer, IdxFile.Read), Is.EqualTo("file: items at offset 19: expected the end after 3 bytes for shape [1, 1, 3], found 3 bytes more"));
        Assert.That(Message(none, IdxFile.Read), Is.EqualTo("file: item count at offset 4: expected at least 1, found 0: dataset is empty: 0 samples in file"));
        Assert.That(Message(huge, IdxFile.Read), Does.Contain("expected 9787464616299814446115438207 bytes for shape [2139062143, 2139062143, 2139062143], found 6"));
        Assert.That(Message(negative, IdxFile.Read), Is.EqualTo("file: item count at offset 4: expected at most 2147483647, found 2147483650"));
    }

    [Test]
    public void Every_truncation_is_rejected()
    {
        for (int length = 0; length < Images.Length; length++) _ = Message(Images[..length], IdxFile.ReadImages);
    }

    [Test]
    public void A_web_page_under_a_gz_name_is_told_as_such()
    {
        using TempFolder folder = new();
        string path = folder.Write("t10k-images-idx3-ubyte.gz", "<!DOCTYPE html>"u8);
        Assert.That(() => IdxFile.ReadImages(path), Throws.TypeOf<ModelFormatException>().With.Message.EqualTo(
            $"{path}: gzip magic at offset 0: expected 1F 8B, found not a gzip file (starts with '<!DO'): did a proxy or captive portal answer?"));
    }

    [Test]
    public void Messages_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone(); // the names of cultures are compiled out; what de-DE does is set by hand
        (german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NegativeSign) = (".", ",", "~");
        try
        {
            CultureInfo.CurrentCulture = german;
            Counts_that_lie_are_rejected();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Writing_checks_rank_and_length()
    {
        Assert.That(() => IdxFile.Write("x", [2], [1]), Throws.ArgumentException.With.Message.Contains("idx: shape [2] needs 2 values, got 1."));
        Assert.That(() => IdxFile.Write("x", [], [1]), Throws.ArgumentException.With.Message.Contains("idx: rank must be 1 to 4. Received: shape []."));
    }

    [Test]
    public void Pairs_must_agree_in_count_and_labels_must_name_classes()
    {
        using TempFolder folder = new();
        string images = folder.Write("images", Images), labels = folder.Write("labels", Labels), three = folder.File("three");
        IdxFile.Write(three, [3], [1, 2, 3]);
        ImageSet set = LabelledIdx.Read(images, labels, SyntheticDigits.Classes);
        Assert.That(set.Shape, Is.EqualTo(new Shape(2, 1, 1, 3)));
        Assert.That(set.Labels, Is.EqualTo(new[] { 7, 9 }));
        Assert.That(() => LabelledIdx.Read(images, three, SyntheticDigits.Classes), Throws.TypeOf<ModelFormatException>().With.Message.EqualTo(
            $"{three}: item count at offset 4: expected 2 labels as there are images in {images}, found 3"));
        Assert.That(() => LabelledIdx.Read(images, labels, ["a", "b", "c", "d", "e", "f", "g", "h"]), Throws.TypeOf<ModelFormatException>().With.Message.EqualTo(
            $"{labels}: label at offset 9: expected 0..7, found label 9 at index 1; 8 classes (0..7)"));
    }
}
