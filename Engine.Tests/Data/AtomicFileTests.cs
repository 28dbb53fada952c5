namespace Engine.Tests.Data;

public sealed class AtomicFileTests
{
    [Test]
    public void A_file_is_made_and_replaced_and_nothing_else_is_left()
    {
        using TempFolder folder = new();
        string path = folder.File("weights ü.bin");
        AtomicFile.WriteAllBytes(path, new byte[] { 1, 2 });
        AtomicFile.WriteAllBytes(path, new byte[] { 3 });
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 3 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "weights ü.bin" }));
    }

    [Test]
    public void An_interrupted_write_leaves_the_old_file_and_no_other()
    {
        using TempFolder folder = new();
        string path = folder.Write("old", [1, 2, 3]);
        Assert.That(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException("pulled the plug");
        }), Throws.InvalidOperationException.With.Message.EqualTo("pulled the plug"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "old" }));
    }

    [Test]
    public void The_old_file_is_whole_until_the_new_one_is()
    {
        using TempFolder folder = new();
        string path = folder.Write("old", [1, 2, 3]);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            stream.Flush();
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        });
        Assert.That(new FileInfo(path).Length, Is.EqualTo(100_000));
    }

    [Test]
    public void A_full_disk_is_told_with_needed_and_free_bytes()
    {
        using TempFolder folder = new();
        string path = folder.Write("old", [1]);
        int full = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28; // ENOSPC
        IOException? fault = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => throw new IOException("No space left on device", full), neededBytes: 5000));
        Assert.That(fault!.Message, Does.Match(@"^cannot write '.*old': the disk is full: 5000 bytes needed, \d+ bytes free\. What was there before is unchanged\.$"));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "old" }));
    }

    [Test]
    public void A_folder_a_missing_folder_and_a_forbidden_one_are_told_apart()
    {
        using TempFolder folder = new();
        Assert.That(() => AtomicFile.WriteAllBytes(folder.Path, default), Throws.TypeOf<IOException>().With.Message.EqualTo($"cannot write '{folder.Path}': it is a folder, not a file."));
        string missing = Path.Combine(folder.Path, "no", "file");
        Assert.That(() => AtomicFile.WriteAllBytes(missing, default), Throws.TypeOf<DirectoryNotFoundException>().With.Message.EqualTo(
            $"cannot write '{missing}': the folder '{Path.Combine(folder.Path, "no")}' does not exist."));
    }

    [Test]
    public void What_a_killed_writer_left_is_removed_and_nothing_else_is()
    {
        using TempFolder folder = new();
        string left = folder.Write(".abandoned.engine.tmp", [1]), written = folder.Write(".written.engine.tmp", [1]);
        string[] others = [folder.Write(".young.engine.tmp", [1]), folder.Write(".other.tmp", [1]), folder.Write("engine.tmp", [1])];
        foreach (string file in (string[])[left, written, .. others[1..]]) File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromSeconds(11));
        using (new FileStream(written, FileMode.Open, FileAccess.Write, FileShare.None)) AtomicFile.RemoveAbandoned(folder.Path);
        Assert.That(File.Exists(left), Is.False);
        Assert.That(File.Exists(written), Is.True);
        Assert.That(others.All(File.Exists), Is.True);
        Assert.That(() => AtomicFile.RemoveAbandoned(folder.File("missing")), Throws.Nothing);
    }

    [Test]
    public void No_permission_is_told_as_such()
    {
        if (!OrdinaryUser.IsPossible) Assert.Ignore("needs an ordinary user on Unix: root may write everywhere");
        using TempFolder folder = new();
        string secret = folder.Write("secret", [1]), path = folder.File("new");
        if (OperatingSystem.IsWindows()) return; // IsPossible says so too; this tells the compiler
        UnixFileMode before = File.GetUnixFileMode(folder.Path), search = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(secret, UnixFileMode.None);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | search);
        try
        {
            using OrdinaryUser user = new();
            Assert.That(() => InputFile.ReadAllBytes(secret), Throws.TypeOf<UnauthorizedAccessException>().With.Message.EqualTo($"cannot read '{secret}': no permission to read it."));
            Assert.That(() => AtomicFile.WriteAllBytes(path, default), Throws.TypeOf<UnauthorizedAccessException>().With.Message.EqualTo(
                $"cannot write '{path}': no permission to write in the folder '{folder.Path}'."));
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, before);
        }
    }

    [Test]
    public void A_symbolic_link_stays_one_and_the_mode_of_the_old_file_is_kept()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("links need a privilege on Windows");
        else
        {
            using TempFolder folder = new();
            string target = folder.Write("target", [1]), link = folder.File("link");
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.CreateSymbolicLink(link, target);
            AtomicFile.WriteAllBytes(link, new byte[] { 2 });
            Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(target));
            Assert.That(File.ReadAllBytes(target), Is.EqualTo(new byte[] { 2 }));
            Assert.That(File.GetUnixFileMode(target), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }
}
