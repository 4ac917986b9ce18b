namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>A process that the system may leave waiting: its socket keeps what comes meanwhile, as far as there is room.</summary>
internal sealed class VirtualProcess
{
    private const int SocketBuffer = 4 * 1024 * 1024;
    private readonly Queue<Action> _waiting = new();
    private TimeSpan _resumesAt;
    private int _waitingBytes;

    /// <summary>It does not run.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>When it has to do with time again.</summary>
    public TimeSpan? NextDeadline(TimeSpan? whenRunning) => IsPaused ? _resumesAt : whenRunning;

    /// <summary>It does not run before.</summary>
    public void Pause(TimeSpan until)
    {
        IsPaused = true;
        _resumesAt = until;
    }

    /// <summary>Hands it a packet, or leaves it to the socket.</summary>
    public void Run(int bytes, Action receive)
    {
        if (!IsPaused)
        {
            receive();
        }
        else if (_waitingBytes + bytes <= SocketBuffer)
        {
            _waitingBytes += bytes;
            _waiting.Enqueue(receive);
        }
    }

    /// <summary>Lets it run on when it is time: its timers may be looked at before its socket.</summary>
    public void Resume(TimeSpan now, Action tick)
    {
        if (!IsPaused || now < _resumesAt)
            return;
        IsPaused = false;
        _waitingBytes = 0;
        tick();
        while (_waiting.TryDequeue(out var receive))
            receive();
    }
}
