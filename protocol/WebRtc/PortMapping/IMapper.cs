namespace Peercast.WebRtc.PortMapping;

/// <summary>Where a mapper stands.</summary>
internal enum MapperState
{
    /// <summary>Not begun.</summary>
    Idle,

    /// <summary>The router has not answered yet, or not to the end.</summary>
    Asking,

    /// <summary>There is a mapping.</summary>
    Holding,

    /// <summary>There is nobody who makes mappings this way, or he refuses.</summary>
    Failed,
}

/// <summary>One way to have a router map a port, as a state machine without clock or socket.</summary>
internal interface IMapper
{
    MapperState State { get; }

    /// <summary>The mapping; also while it is being renewed.</summary>
    MappedPort? Mapping { get; }

    /// <summary>When <see cref="Tick"/> is next due; <see langword="null"/> for not before the next event.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>Begins, or begins anew.</summary>
    void Start(TimeSpan now);

    void Tick(TimeSpan now);

    /// <summary>Takes a datagram from whoever it came from; what is malformed or not expected has no effect.</summary>
    void Receive(TimeSpan now, System.Net.IPEndPoint source, ReadOnlySpan<byte> datagram);

    /// <summary>Has the mapping removed, without waiting for an answer.</summary>
    void Stop();
}
