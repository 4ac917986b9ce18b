namespace Peercast.Protocol.Swarm;

/// <summary>Decides for each missing chunk: ask a neighbor, wait, or take it from the origin.</summary>
internal interface IDownloadScheduler
{
    /// <summary>From when on <see cref="Run"/> is due, with whatever happens next; <see cref="TimeSpan.MaxValue"/>: it is not.</summary>
    TimeSpan Due { get; }

    /// <summary>Something changed that could change a decision.</summary>
    void Touch(TimeSpan now);

    /// <summary>Playback began or jumped: neighbors are hoped for anew.</summary>
    void Restart(TimeSpan now);

    /// <summary>Decides.</summary>
    void Run(TimeSpan now);
}
