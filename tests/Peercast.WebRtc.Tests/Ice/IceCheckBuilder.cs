using System.Net;
using System.Text;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Ice;

/// <summary>Checks and responses as a browser would send them, with any part left out or wrong.</summary>
internal sealed record IceCheckBuilder
{
    public required IceAgent To { get; init; }

    public StunTransactionId Id { get; init; } = new(1, 1);

    public string RemoteUfrag { get; init; } = "browser";

    public string? Username { get; init; }

    public string? Key { get; init; }

    public uint? Priority { get; init; } = 0x6e7f00ff;

    public bool Controlling { get; init; } = true;

    public ulong TieBreaker { get; init; } = 1;

    public bool UseCandidate { get; init; }

    public ushort[] ExtraAttributes { get; init; } = [];

    public bool Integrity { get; init; } = true;

    public bool Fingerprint { get; init; } = true;

    public byte[] Request()
    {
        byte[] buffer = new byte[1024];
        var builder = new StunMessageBuilder(buffer, StunClass.Request, Id);
        builder.AddUsername(Username ?? $"{To.LocalUfrag}:{RemoteUfrag}");
        foreach (ushort type in ExtraAttributes)
            AddEmpty(ref builder, buffer, type);
        if (Priority is { } priority)
            builder.AddPriority(priority);
        builder.AddRole(Controlling, TieBreaker);
        if (UseCandidate)
            builder.AddUseCandidate();
        if (Integrity)
            builder.AddMessageIntegrity(Encoding.UTF8.GetBytes(Key ?? To.LocalPassword));
        if (Fingerprint)
            builder.AddFingerprint();
        return buffer[..builder.Length];
    }

    /// <summary>The response to a check, made with the responder's own password.</summary>
    public static byte[] Success(byte[] request, IPEndPoint mapped, string password)
    {
        Assert.True(StunMessage.TryParse(request, out StunMessage message));
        byte[] buffer = new byte[256];
        var builder = new StunMessageBuilder(buffer, StunClass.Success, message.TransactionId);
        builder.AddXorMappedAddress(mapped);
        builder.AddMessageIntegrity(Encoding.UTF8.GetBytes(password));
        builder.AddFingerprint();
        return buffer[..builder.Length];
    }

    public static byte[] Error(byte[] request, int code, string? password)
    {
        Assert.True(StunMessage.TryParse(request, out StunMessage message));
        byte[] buffer = new byte[256];
        var builder = new StunMessageBuilder(buffer, StunClass.Error, message.TransactionId);
        builder.AddErrorCode(code, "reason");
        if (password is not null)
            builder.AddMessageIntegrity(Encoding.UTF8.GetBytes(password));
        builder.AddFingerprint();
        return buffer[..builder.Length];
    }

    private static void AddEmpty(ref StunMessageBuilder builder, byte[] buffer, ushort type)
    {
        // USE-CANDIDATE is the empty attribute that the builder knows: write it and change its type.
        int at = builder.Length;
        builder.AddUseCandidate();
        (buffer[at], buffer[at + 1]) = ((byte)(type >> 8), (byte)type);
    }
}
