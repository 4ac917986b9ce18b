namespace Peercast.WebRtc.DataChannels;

/// <summary>
/// An event that happens once. A handler that comes after it is called at once, on the thread that adds it: a channel
/// created on a connection that stands may open on another thread before its creator has added a handler.
/// </summary>
internal sealed class OneTimeEvent
{
    private readonly Lock _lock = new();
    private Action? _handlers;
    private bool _hasHappened;

    public void Add(Action? handler)
    {
        lock (_lock)
        {
            if (!_hasHappened)
            {
                _handlers += handler;
                return;
            }
        }

        handler?.Invoke();
    }

    public void Remove(Action? handler)
    {
        lock (_lock)
            _handlers -= handler;
    }

    public void Raise()
    {
        Action? handlers;
        lock (_lock)
        {
            _hasHappened = true;
            (handlers, _handlers) = (_handlers, null);
        }

        handlers?.Invoke();
    }
}
