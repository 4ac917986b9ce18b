using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peercast.Player.Tests.Session;

/// <summary>
/// An origin that says what the test gives it and no more, and closes nothing: as a network that dies in the middle of a reply looks to the viewer.
/// </summary>
internal sealed class SilentOrigin : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _connections = [];

    public SilentOrigin() => _listener.Start();

    public string Link => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/watch/demo");

    /// <summary>Waits for a request on a new connection; returns its first line.</summary>
    public async Task<string> TakeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        TcpClient connection = await _listener.AcceptTcpClientAsync(patience.Token);
        _connections.Add(connection);
        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII, leaveOpen: true);
        string request = await reader.ReadLineAsync(patience.Token) ?? "";
        while (await reader.ReadLineAsync(patience.Token) is { Length: > 0 })
        {
        }

        return request;
    }

    /// <summary>Answers what was taken last.</summary>
    /// <param name="body">What there is of the body.</param>
    /// <param name="missing">How many bytes the head promises beyond that.</param>
    /// <param name="status">The status.</param>
    public async Task AnswerAsync(byte[] body, int missing, string status = "200 OK")
    {
        NetworkStream stream = _connections[^1].GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Length: {body.Length + missing}\r\n\r\n")));
        await stream.WriteAsync(body);
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (TcpClient connection in _connections)
        {
            connection.Dispose();
        }
    }
}
