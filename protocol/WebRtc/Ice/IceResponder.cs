using System.Net;
using System.Text;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Ice;

/// <summary>What an accepted check of the peer told.</summary>
/// <param name="Priority">The priority of a peer-reflexive candidate learned from it.</param>
/// <param name="UseCandidate">The peer nominates the pair.</param>
/// <param name="RoleSwitched">We have taken the other role.</param>
internal readonly record struct IceIncomingCheck(uint Priority, bool UseCandidate, bool RoleSwitched);

/// <summary>Answers the peer's connectivity checks, RFC 8445 section 7.3. It needs nothing of the peer's, so it works before the answer has come.</summary>
internal sealed class IceResponder(IceOptions options, IceRole role, IceOutbox outbox)
{
    private const int MaxResponseLength = 128;
    private readonly byte[] _ufrag = Encoding.UTF8.GetBytes(options.LocalUfrag);
    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.LocalPassword);

    /// <summary>Queues the response.</summary>
    /// <returns><see langword="false"/> when the request was refused or is not worth an answer.</returns>
    public bool TryAccept(in StunMessage request, IPEndPoint localBase, IPEndPoint remote, out IceIncomingCheck check)
    {
        check = default;

        // Without FINGERPRINT it is none of ICE's (RFC 8445 section 7.1): not worth an answer to a forged source.
        if (!request.HasFingerprint)
            return false;
        if (!request.HasIntegrity || !request.TryGetAttribute(StunAttributeType.Username, out ReadOnlySpan<byte> username))
            return Refuse(request, localBase, remote, StunError.BadRequest, authenticated: false);
        int colon = username.IndexOf((byte)':');
        if (colon < 0 || !username[..colon].SequenceEqual(_ufrag) || !request.VerifyIntegrity(_key))
            return Refuse(request, localBase, remote, StunError.Unauthenticated, authenticated: false);
        foreach (StunAttribute attribute in request.Attributes)
        {
            if (StunAttributeType.IsUnknownAndRequired(attribute.Type))
                return Refuse(request, localBase, remote, StunError.UnknownAttribute, authenticated: true, attribute.Type);
        }

        if (!request.TryGetPriority(out uint priority))
            return Refuse(request, localBase, remote, StunError.BadRequest, authenticated: true);

        bool switched = false;
        if (request.TryGetRole(out bool peerControlling, out ulong tieBreaker) && peerControlling == role.Controlling)
        {
            // RFC 8445 section 7.3.1.1: the greater tie-breaker is the controlling one.
            bool weControl = role.TieBreaker >= tieBreaker;
            if (weControl == role.Controlling)
                return Refuse(request, localBase, remote, StunError.RoleConflict, authenticated: true);
            role.Controlling = weControl;
            switched = true;
        }

        Span<byte> buffer = stackalloc byte[MaxResponseLength];
        var builder = new StunMessageBuilder(buffer, StunClass.Success, request.TransactionId);
        builder.AddXorMappedAddress(remote);
        builder.AddMessageIntegrity(_key);
        builder.AddFingerprint();
        outbox.Add(buffer[..builder.Length].ToArray(), localBase, remote);
        check = new IceIncomingCheck(priority, request.HasUseCandidate, switched);
        return true;
    }

    private bool Refuse(
        in StunMessage request, IPEndPoint localBase, IPEndPoint remote, int code, bool authenticated, ushort unknownAttribute = 0)
    {
        Span<byte> buffer = stackalloc byte[MaxResponseLength];
        var builder = new StunMessageBuilder(buffer, StunClass.Error, request.TransactionId);
        builder.AddErrorCode(code, "");
        if (unknownAttribute != 0)
            builder.AddUnknownAttributes([unknownAttribute]);
        if (authenticated)
            builder.AddMessageIntegrity(_key);
        builder.AddFingerprint();
        outbox.Add(buffer[..builder.Length].ToArray(), localBase, remote);
        return false;
    }
}
