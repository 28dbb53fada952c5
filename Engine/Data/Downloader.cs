using System.Net;
using System.Security.Cryptography;

namespace Engine.Data;

/// <summary>Fetches pinned files: only what has the published length and SHA-256 is ever given out.</summary>
/// <param name="handler">The transport; null for the real one.</param>
/// <param name="connectTimeout">How long to wait for a connection: decides how soon being offline is noticed.</param>
/// <param name="stallTimeout">How long to wait for the answer, and for each next piece of it.</param>
internal sealed class Downloader(HttpMessageHandler? handler, TimeSpan connectTimeout, TimeSpan stallTimeout) : IDisposable
{
    private readonly HttpClient _client = handler is null
        ? new HttpClient(new SocketsHttpHandler { ConnectTimeout = connectTimeout }) { Timeout = Timeout.InfiniteTimeSpan }
        : new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Fetches a file from the first mirror that has it whole.</summary>
    /// <param name="file">What it must be.</param>
    /// <param name="mirrors">Addresses ending in a slash.</param>
    /// <param name="reasons">Receives a line for each mirror that failed.</param>
    /// <returns>Its bytes, or null.</returns>
    public byte[]? Fetch(DatasetFile file, IEnumerable<string> mirrors, ICollection<string> reasons)
    {
        foreach (string mirror in mirrors)
        {
            Uri address = new(mirror + file.Name);
            try
            {
                byte[] bytes = FetchAsync(address, file).GetAwaiter().GetResult();
                if (Mismatch(bytes, file) is not { } mismatch) return bytes;
                reasons.Add($"{address}: {mismatch}");
            }
            catch (OperationCanceledException)
            {
                reasons.Add($"{address}: no answer in time");
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                reasons.Add($"{address}: {fault.Message}");
            }
        }
        return null;
    }

    /// <summary>What is wrong with bytes that should be a file; null where they are it.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="file">What they must be.</param>
    public static string? Mismatch(ReadOnlySpan<byte> bytes, DatasetFile file)
    {
        if (bytes.Length != file.Bytes)
            return $"expected {file.Bytes} bytes, got {(bytes.Length > file.Bytes ? "more" : bytes.Length)}{(bytes is [(byte)'<', ..] ? " (starts with '<': did a proxy or captive portal answer?)" : "")}";
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return hash == file.Sha256 ? null : $"expected SHA-256 {file.Sha256}, got {hash}";
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<byte[]> FetchAsync(Uri address, DatasetFile file)
    {
        using CancellationTokenSource patience = new(stallTimeout);
        using HttpResponseMessage response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"HTTP {(int)response.StatusCode}");
        using Stream body = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        byte[] bytes = new byte[file.Bytes + 1]; // one more than there should be, to notice a longer answer without reading it all
        int length = 0;
        while (length < bytes.Length)
        {
            patience.CancelAfter(stallTimeout);
            int read = await body.ReadAsync(bytes.AsMemory(length), patience.Token).ConfigureAwait(false);
            if (read == 0) break;
            length += read;
        }
        return bytes[..length];
    }
}
