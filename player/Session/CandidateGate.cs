using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>Holds candidates back until the description they belong to is on its way.</summary>
internal sealed class CandidateGate(Action<IceCandidate?> send)
{
    private readonly Lock _gate = new();
    private List<IceCandidate?>? _held = [];

    public void Add(IceCandidate? candidate)
    {
        lock (_gate)
        {
            if (_held is not null)
            {
                _held.Add(candidate);
                return;
            }
        }

        send(candidate);
    }

    public void Open()
    {
        lock (_gate)
        {
            foreach (IceCandidate? candidate in _held ?? [])
            {
                send(candidate);
            }

            _held = null;
        }
    }
}
