using System.Net;

namespace Engine.Tests.Data;

/// <summary>Answers requests from a function, and remembers what was asked.</summary>
internal sealed class FakeWeb(Func<Uri, byte[]?> answer) : HttpMessageHandler
{
    public List<string> Asked { get; } = [];

    public static FakeWeb Offline => new(_ => throw new HttpRequestException("Name or service not known"));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!.ToString());
        byte[]? body = answer(request.RequestUri);
        return Task.FromResult(body is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(body)) }); // no Content-Length check: short bodies look complete
    }
}
