using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Peercast.Origin.Host;

/// <summary>Faults that whoever starts the origin can mend, each in one line.</summary>
internal static class StartFailure
{
    /// <summary>The line, or <see langword="null"/> for a fault of our own.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        OriginStartException e => e.Message,
        OptionsValidationException e => string.Join(" ", e.Failures),
        AggregateException { InnerExceptions.Count: > 0 } e => Explain(e.InnerExceptions[0]),
        AddressInUseException e => InUse(e.Message),
        IOException { InnerException: AddressInUseException } e => InUse(e.Message),
        IOException { InnerException: SocketException s } e => $"{e.Message} ({s.Message}). Choose another address or port: Peercast:Listen, Peercast:HttpPort, --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } e =>
            $"The HTTP port cannot be opened ({e.Message}). Choose another address or port: Peercast:Listen, Peercast:HttpPort, --urls.",
        FormatException or InvalidDataException or InvalidOperationException when exception.Source?.Contains("Configuration", StringComparison.Ordinal) == true =>
            $"The configuration cannot be read: {exception.Message}",
        _ => null,
    };

    private static string InUse(string message) =>
        $"{message.TrimEnd('.')}. Stop the other program, or choose another port with --Peercast:HttpPort=8081 or --urls.";
}
