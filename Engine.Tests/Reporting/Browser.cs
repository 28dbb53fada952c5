using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engine.Tests.Reporting;

/// <summary>A headless Chromium, spoken to by its DevTools protocol; one page, one thing after the other.</summary>
internal sealed class Browser : IDisposable
{
    private readonly Process _process;
    private readonly string _profile = Directory.CreateTempSubdirectory("engine-browser-").FullName;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));
    private readonly byte[] _buffer = new byte[1 << 16];
    private string? _session;
    private int _sent;

    private Browser(string program)
    {
        ProcessStartInfo start = new(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", "--mute-audio", "--force-device-scale-factor=1", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "about:blank"])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
    }

    /// <summary>What happened since the last <see cref="Open"/>: events of the protocol.</summary>
    public List<JsonObject> Events { get; } = [];

    /// <summary>The program that <c>ENGINE_BROWSER</c> names, or a Chromium in its usual place; null where there is none, or the name is "none".</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ENGINE_BROWSER") is { Length: > 0 } named) return named == "none" ? null : named;
        string[] usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        return usual.FirstOrDefault(File.Exists);
    }

    public static Browser Start(string program)
    {
        Browser browser = new(program);
        try
        {
            browser.Connect();
            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    /// <summary>Shows a file at a width, in a colour scheme, and waits until it is loaded.</summary>
    public void Open(string path, int width, bool isDark)
    {
        Send("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        JsonObject scheme = new() { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" };
        Send("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(scheme) });
        Events.Clear();
        Send("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri });
        while (!Events.Exists(e => (string?)e["method"] == "Page.loadEventFired")) Events.Add(Receive());
    }

    /// <summary>The value of a JavaScript expression.</summary>
    public JsonNode? Evaluate(string expression)
    {
        JsonObject answer = Send("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        if (answer["exceptionDetails"] is { } fault) throw new InvalidOperationException(fault.ToJsonString());
        return answer["result"]!["value"];
    }

    /// <summary>The whole page as a PNG file.</summary>
    public byte[] Screenshot()
    {
        JsonObject size = Send("Page.getLayoutMetrics", [])["cssContentSize"]!.AsObject();
        JsonObject clip = new() { ["x"] = 0, ["y"] = 0, ["width"] = size["width"]!.DeepClone(), ["height"] = size["height"]!.DeepClone(), ["scale"] = 1 };
        return Convert.FromBase64String((string)Send("Page.captureScreenshot", new() { ["captureBeyondViewport"] = true, ["clip"] = clip })["data"]!);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _socket.Dispose();
        _deadline.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // a child that is still ending may write into it: it lies in the folder for temporary files
        }
    }

    private void Connect()
    {
        const string Announcement = "DevTools listening on ";
        TaskCompletionSource<string> address = new();
        StringBuilder said = new();
        _process.ErrorDataReceived += (_, line) => // read to the end: a full pipe would stop the browser
        {
            if (line.Data is null) address.TrySetException(new InvalidOperationException($"the browser ended before it listened: {said}"));
            else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal)) address.TrySetResult(line.Data[Announcement.Length..]);
            else said.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Wait(_socket.ConnectAsync(new Uri(address.Task.WaitAsync(_deadline.Token).GetAwaiter().GetResult()), _deadline.Token));
        string target = (string)Send("Target.createTarget", new() { ["url"] = "about:blank" })["targetId"]!;
        _session = (string)Send("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true })["sessionId"]!;
        foreach (string domain in (string[])["Page", "Runtime", "Network", "Log"]) Send($"{domain}.enable", []);
    }

    private JsonObject Send(string method, JsonObject parameters)
    {
        int id = ++_sent;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null) message["sessionId"] = _session;
        Wait(_socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, _deadline.Token));
        while (true)
        {
            JsonObject answer = Receive();
            if (answer["id"] is null) Events.Add(answer);
            else if ((int)answer["id"]! == id)
                return answer["result"]?.AsObject() ?? throw new InvalidOperationException($"{method}: {answer["error"]?.ToJsonString()}");
        }
    }

    private JsonObject Receive()
    {
        using MemoryStream message = new();
        while (true)
        {
            Task<WebSocketReceiveResult> part = _socket.ReceiveAsync(_buffer, _deadline.Token);
            Wait(part);
            message.Write(_buffer, 0, part.Result.Count);
            if (part.Result.EndOfMessage) return JsonSerializer.Deserialize<JsonObject>(message.ToArray())!;
        }
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
