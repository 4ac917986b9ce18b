using System.Net;
using System.Text;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Driver;

/// <summary>Requests to a gateway on the local network, which is to be neither believed nor waited for.</summary>
internal sealed class GatewayHttp : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        MaxResponseHeadersLength = 16,

        // Routers' servers are known to mishandle connections that stay open.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = UpnpDescription.MaxLength,
    };

    /// <summary>Sends one request.</summary>
    /// <returns>The status and the text; 0 and nothing when there was no answer, or one that is too long.</returns>
    public async Task<(int Status, string Body)> SendAsync(MapperCall call)
    {
        try
        {
            using var request = new HttpRequestMessage(call.Action is null ? HttpMethod.Get : HttpMethod.Post, call.Address) { Version = HttpVersion.Version11 };
            if (call.Action is not null)
            {
                request.Headers.TryAddWithoutValidation("SOAPACTION", call.Action);
                request.Content = new StringContent(call.Body, Encoding.UTF8, "text/xml");
            }

            using HttpResponseMessage answer = await _client.SendAsync(request).ConfigureAwait(false);
            byte[] body = await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            return ((int)answer.StatusCode, Encoding.UTF8.GetString(body));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return (0, "");
        }
    }

    public void Dispose() => _client.Dispose();
}
