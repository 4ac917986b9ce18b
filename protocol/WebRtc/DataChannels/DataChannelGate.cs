namespace Peercast.WebRtc.DataChannels;

/// <summary>
/// The way of any thread into the single-threaded engine. The owner holds <see cref="Lock"/> around every call into the
/// association and into <see cref="DataChannelSet"/> except <see cref="DataChannelSet.RaiseEvents"/>; channels take it
/// for <see cref="DataChannel.TrySend"/> and <see cref="DataChannel.Close"/>.
/// </summary>
internal sealed class DataChannelGate
{
    /// <summary>Held while the engine runs, and never while a handler of the application does.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Tells the owner, outside of the lock, that packets or events wait. It must not block.</summary>
    public required Action Wake { get; init; }

    /// <summary>The owner's time. Called under the lock.</summary>
    public required Func<TimeSpan> Now { get; init; }
}
