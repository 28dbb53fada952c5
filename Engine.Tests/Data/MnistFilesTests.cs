using System.Security.Cryptography;
using Engine.Data;
using Engine.Tests.Mnist;

namespace Engine.Tests.Data;

public sealed class MnistFilesTests
{
    private static readonly string[] Mirrors = ["http://one/", "http://two/data/"];
    private static readonly string[] Names = [.. ImageDataset.Mnist.Files.Select(file => file.Name)];

    /// <summary>Five training and three test images of 2 x 2, compressed, by published name.</summary>
    private static Dictionary<string, byte[]> SmallFiles()
    {
        using TempFolder folder = new();
        IdxFile.Write(folder.File(Names[0]), [5, 2, 2], Enumerable.Range(0, 20).Select(i => (byte)i).ToArray());
        IdxFile.Write(folder.File(Names[1]), [5], [5, 0, 4, 1, 9]);
        IdxFile.Write(folder.File(Names[2]), [3, 2, 2], new byte[12]);
        IdxFile.Write(folder.File(Names[3]), [3], [7, 2, 1]);
        return Names.ToDictionary(name => name, name => File.ReadAllBytes(folder.File(name)));
    }

    private static ImageDataset Pinned(Dictionary<string, byte[]> files) => ImageDataset.Mnist.With(Mirrors,
        [.. Names.Select(name => new DatasetFile(name, files[name].Length, Convert.ToHexStringLower(SHA256.HashData(files[name]))))]);

    private static MnistFiles Finder(ImageDataset dataset, TempFolder home, HttpMessageHandler? web = null, string? named = null) => new(dataset)
    {
        Variable = name => name switch { "MNIST_DIR" => named, "XDG_CACHE_HOME" => home.Path, "HOME" => home.Path, _ => null },
        Handler = web ?? FakeWeb.Offline, SyntheticCount = (20, 10), StallTimeout = TimeSpan.FromSeconds(2),
    };

    private static string CacheOf(TempFolder home) => Path.Combine(home.Path, "engine", "mnist");

    private static void Fill(string folder, Dictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in files) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    [Test]
    public void A_named_folder_is_read_without_a_look_at_checksums()
    {
        using TempFolder home = new(), data = new();
        Fill(data.Path, SmallFiles());
        FakeWeb web = FakeWeb.Offline;
        ImageSplits splits = Finder(ImageDataset.Mnist, home, web).Load(data.Path);
        Assert.That(splits.Source, Is.EqualTo(DataSource.Directory));
        Assert.That(splits.Train.Shape, Is.EqualTo(new Shape(5, 1, 2, 2)));
        Assert.That(splits.Train.Labels, Is.EqualTo(new[] { 5, 0, 4, 1, 9 }));
        Assert.That(splits.Description, Is.EqualTo($"MNIST: 5 training and 3 test images from {data.Path}"));
        Assert.That(web.Asked, Is.Empty);
    }

    [Test]
    public void The_folder_of_the_variable_comes_before_the_cache()
    {
        using TempFolder home = new(), data = new();
        Dictionary<string, byte[]> files = SmallFiles();
        Fill(data.Path, files);
        Fill(CacheOf(home), files);
        Assert.That(Finder(Pinned(files), home, named: data.Path).Find().Source, Is.EqualTo(DataSource.EnvironmentVariable));
        Assert.That(Finder(Pinned(files), home).Load().Description, Is.EqualTo($"MNIST: 5 training and 3 test images from the cache {CacheOf(home)}"));
    }

    [TestCase(0), TestCase(1), TestCase(2)]
    public void All_spellings_of_the_names_are_accepted(int spelling)
    {
        using TempFolder home = new(), data = new();
        foreach ((string name, byte[] bytes) in SmallFiles())
            data.Write(new DatasetFile(name, 0, "").AcceptedNames[spelling], spelling == 0 ? bytes : GzipFile.Decode(bytes, name));
        Assert.That(Path.GetFileName(Finder(ImageDataset.Mnist, home).Find(data.Path).Paths[0]),
            Is.EqualTo(new[] { "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte", "train-images.idx3-ubyte" }[spelling]));
        Assert.That(Finder(ImageDataset.Mnist, home).Load(data.Path).Test.Count, Is.EqualTo(3));
    }

    [Test]
    public void A_named_folder_that_lacks_a_file_is_an_error_even_if_the_cache_has_it()
    {
        using TempFolder home = new(), data = new();
        Dictionary<string, byte[]> files = SmallFiles();
        Fill(CacheOf(home), files);
        files.Remove(Names[1]);
        Fill(data.Path, files);
        const string List = "train-labels-idx1-ubyte.gz, train-labels-idx1-ubyte, train-labels.idx1-ubyte";
        Assert.That(() => Finder(ImageDataset.Mnist, home).Find(data.Path), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
            $"data: the folder '{data.Path}' (given as the data folder) has none of {List}."));
        Assert.That(() => Finder(ImageDataset.Mnist, home, named: data.Path).Find(), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
            $"data: the folder '{data.Path}' (from MNIST_DIR) has none of {List}."));
        Assert.That(() => Finder(ImageDataset.Mnist, home, named: "/no/such").Find(), Throws.TypeOf<DirectoryNotFoundException>().With.Message.EqualTo(
            "data: the folder '/no/such' (from MNIST_DIR) does not exist."));
    }

    [Test]
    public void What_is_missing_is_downloaded_into_the_cache_and_found_there_next_time()
    {
        using TempFolder home = new();
        Dictionary<string, byte[]> files = SmallFiles();
        FakeWeb web = new(address => files[address.Segments[^1]]);
        ImageSplits splits = Finder(Pinned(files), home, web).Load();
        Assert.That(splits.Source, Is.EqualTo(DataSource.Download));
        Assert.That(splits.Train.Labels, Is.EqualTo(new[] { 5, 0, 4, 1, 9 }));
        Assert.That(web.Asked, Is.EqualTo(Names.Reverse().Select(name => Mirrors[0] + name)));
        Assert.That(Directory.GetFiles(CacheOf(home)), Has.Length.EqualTo(4));
        Assert.That(Finder(Pinned(files), home).Find().Source, Is.EqualTo(DataSource.Cache));
    }

    [Test]
    public void The_second_mirror_serves_where_the_first_gives_nothing_short_or_wrong_bytes([Values("404", "short", "wrong", "long", "page", "refused")] string first)
    {
        using TempFolder home = new();
        Dictionary<string, byte[]> files = SmallFiles();
        FakeWeb web = new(address =>
        {
            byte[] right = files[address.Segments[^1]];
            return address.Host == "two" ? right : first switch
            {
                "404" => null, "short" => right[..^1], "wrong" => [.. right[..^1], (byte)(right[^1] ^ 1)], "long" => [.. right, 0], "page" => "<html>"u8.ToArray(),
                _ => throw new HttpRequestException("Connection refused"),
            };
        });
        FoundFiles found = Finder(Pinned(files), home, web).Find();
        Assert.That(found.Source, Is.EqualTo(DataSource.Download));
        Assert.That(web.Asked, Has.Count.EqualTo(8));
        string name = Names[3];
        string wrong = Convert.ToHexStringLower(SHA256.HashData([.. files[name][..^1], (byte)(files[name][^1] ^ 1)]));
        Assert.That(found.Reasons, Does.Contain($"http://one/{name}: " + first switch
        {
            "404" => "HTTP 404",
            "short" => $"expected {files[name].Length} bytes, got {files[name].Length - 1}",
            "long" => $"expected {files[name].Length} bytes, got more",
            "page" => $"expected {files[name].Length} bytes, got 6 (starts with '<': did a proxy or captive portal answer?)",
            "wrong" => $"expected SHA-256 {Convert.ToHexStringLower(SHA256.HashData(files[name]))}, got {wrong}",
            _ => "Connection refused",
        }));
    }

    [Test]
    public void A_bad_download_deletes_nothing_the_user_had()
    {
        using TempFolder home = new();
        Dictionary<string, byte[]> files = SmallFiles();
        Fill(CacheOf(home), new() { [Names[3]] = [1, 2, 3], ["notes.txt"] = [4] });
        FoundFiles found = Finder(Pinned(files), home, new FakeWeb(_ => [9, 9])).Find();
        Assert.That(found.IsFound, Is.False);
        Assert.That(File.ReadAllBytes(Path.Combine(CacheOf(home), Names[3])), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Directory.GetFiles(CacheOf(home)), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_damaged_file_in_the_cache_is_replaced_by_a_download_and_the_others_are_kept()
    {
        using TempFolder home = new();
        Dictionary<string, byte[]> files = SmallFiles();
        Fill(CacheOf(home), files);
        File.WriteAllBytes(Path.Combine(CacheOf(home), Names[0]), files[Names[0]][..^1]);
        FakeWeb web = new(address => files[address.Segments[^1]]);
        Assert.That(Finder(Pinned(files), home, web).Find().Source, Is.EqualTo(DataSource.Download));
        Assert.That(web.Asked, Is.EqualTo(new[] { Mirrors[0] + Names[0] }));
    }

    [Test]
    public void Offline_with_nothing_the_synthetic_digits_are_drawn_and_the_description_says_why()
    {
        using TempFolder home = new();
        FakeWeb web = FakeWeb.Offline;
        ImageSplits splits = Finder(Pinned(SmallFiles()), home, web).Load();
        Assert.That(splits.Source, Is.EqualTo(DataSource.Synthetic));
        Assert.That((splits.Train.Count, splits.Test.Count), Is.EqualTo((20, 10)));
        Assert.That(web.Asked, Has.Count.EqualTo(2)); // both mirrors for one file, then no more
        Assert.That(splits.Description, Does.StartWith("built-in synthetic digits, as MNIST was not found (MNIST_DIR is not set; ")
            .And.Contain($"{Path.Combine(CacheOf(home), Names[0])}: not there").And.Contain($"{web.Asked[1]}: Name or service not known"));
    }

    [Test]
    public void A_server_that_never_answers_is_given_up()
    {
        using TempFolder home = new();
        using HttpMessageHandler silent = new SilentWeb();
        MnistFiles finder = new(Pinned(SmallFiles())) { Variable = name => name == "XDG_CACHE_HOME" ? home.Path : null, Handler = silent, StallTimeout = TimeSpan.FromMilliseconds(50) };
        Assert.That(finder.Find().Reasons, Has.Some.EndsWith("t10k-labels-idx1-ubyte.gz: no answer in time"));
    }

    private sealed class SilentWeb : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new HttpResponseMessage();
        }
    }

    [Test]
    public void Without_a_usable_home_the_temporary_folder_serves()
    {
        IReadOnlyList<string> none = CacheFolders.Candidates("mnist", _ => null), relative = CacheFolders.Candidates("mnist", _ => "relative");
        Assert.That(none[^1], Does.StartWith(Path.GetTempPath()));
        if (!OperatingSystem.IsWindows()) Assert.That(relative, Is.EqualTo(none)); // relative paths are ignored
        using TempFolder home = new();
        string occupied = home.Write("occupied", [1]); // a file where the cache folder would be: cannot be made, even by root
        Dictionary<string, byte[]> files = SmallFiles();
        MnistFiles finder = new(Pinned(files)) { Variable = name => name == "XDG_CACHE_HOME" ? occupied : name == "HOME" ? home.Path : null, Handler = new FakeWeb(address => files[address.Segments[^1]]) };
        FoundFiles found = finder.Find();
        Assert.That(found.Source, Is.EqualTo(DataSource.Download));
        Assert.That(found.Folder, Does.StartWith(OperatingSystem.IsWindows() ? Path.GetTempPath() : home.Path));
        Assert.That(found.Reasons, Has.Some.StartsWith($"cannot write in {Path.Combine(occupied, "engine", "mnist")}: "));
    }

    [Test]
    public void Downloading_can_be_switched_off()
    {
        using TempFolder home = new();
        FakeWeb web = FakeWeb.Offline;
        MnistFiles finder = new(Pinned(SmallFiles())) { AllowDownload = false, Variable = name => name == "XDG_CACHE_HOME" ? home.Path : null, Handler = web };
        Assert.That(finder.Find().Reasons[^1], Is.EqualTo("downloading is switched off"));
        Assert.That(web.Asked, Is.Empty);
    }

    [Test]
    public void Data_sets_are_known_by_name()
    {
        Assert.That(ImageDataset.Parse("fashion").EnvironmentVariable, Is.EqualTo("FASHION_MNIST_DIR"));
        Assert.That(() => ImageDataset.Parse("cifar"), Throws.ArgumentException.With.Message.Contains("dataset: expected mnist or fashion, got 'cifar'."));
    }

    /// <summary>The published files themselves, where this machine has them.</summary>
    [Test]
    public void The_real_data_sets_are_read_whole([Values("mnist", "fashion")] string name)
    {
        MnistFiles finder = RealMnist.Finder(ImageDataset.Parse(name));
        FoundFiles found = finder.Find();
        if (!found.IsFound) Assert.Ignore($"{name} is not on this machine: {string.Join("; ", found.Reasons)}");
        ImageSplits splits = finder.Load();
        Assert.That(splits.Train.Shape, Is.EqualTo(new Shape(60_000, 1, 28, 28)));
        Assert.That(splits.Test.Shape, Is.EqualTo(new Shape(10_000, 1, 28, 28)));
        Assert.That(splits.Train.Labels[..5], Is.EqualTo(name == "mnist" ? new[] { 5, 0, 4, 1, 9 } : [9, 0, 0, 3, 0]));
        (float[] mean, float[] std) = splits.Train.ChannelStatistics();
        Assert.That(mean[0], Is.EqualTo(name == "mnist" ? 0.1307f : 0.2860f).Within(5e-5f));
        Assert.That(std[0], Is.EqualTo(name == "mnist" ? 0.3081f : 0.3530f).Within(5e-5f));
    }
}
