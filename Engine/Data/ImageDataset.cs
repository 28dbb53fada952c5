namespace Engine.Data;

/// <summary>A published image data set of four idx files: what it is called, where it is had, and what its files must be.</summary>
public sealed class ImageDataset
{
    private ImageDataset(string name, string title, string variable, string[] mirrors, string[] classes, DatasetFile[] files) =>
        (Name, Title, EnvironmentVariable, Mirrors, Classes, Files) = (name, title, variable, mirrors, classes, files);

    /// <summary>MNIST: handwritten digits, 60,000 + 10,000 images of 28 x 28.</summary>
    public static ImageDataset Mnist { get; } = new("mnist", "MNIST", "MNIST_DIR",
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        [
            new("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            new("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            new("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            new("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ]);

    /// <summary>Fashion-MNIST: articles of clothing, in the form of MNIST.</summary>
    public static ImageDataset Fashion { get; } = new("fashion", "Fashion-MNIST", "FASHION_MNIST_DIR",
        ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        [
            new("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            new("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ]);

    /// <summary>The name in commands and folders: "mnist" or "fashion".</summary>
    public string Name { get; }

    /// <summary>The name to print.</summary>
    public string Title { get; }

    /// <summary>The environment variable that may name its folder.</summary>
    public string EnvironmentVariable { get; }

    /// <summary>Addresses, ending in a slash, under which the files are offered, in the order in which they are tried.</summary>
    public IReadOnlyList<string> Mirrors { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Training images, training labels, test images, test labels.</summary>
    public IReadOnlyList<DatasetFile> Files { get; }

    /// <summary>The data set of a name.</summary>
    /// <param name="name">"mnist" or "fashion".</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static ImageDataset Parse(string name) => name switch
    {
        "mnist" => Mnist,
        "fashion" => Fashion,
        _ => throw new ArgumentException($"dataset: expected mnist or fashion, got '{name}'.", nameof(name)),
    };

    /// <summary>A data set like this one with other files and mirrors, for tests.</summary>
    internal ImageDataset With(string[] mirrors, DatasetFile[] files) => new(Name, Title, EnvironmentVariable, mirrors, [.. Classes], files);

    /// <inheritdoc/>
    public override string ToString() => Title;
}
