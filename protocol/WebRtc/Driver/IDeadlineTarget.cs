namespace Peercast.WebRtc.Driver;

/// <summary>Something that wants to be called at a time.</summary>
internal interface IDeadlineTarget
{
    /// <summary>A time has come. Called on the driver's thread, never for two targets of one driver at once.</summary>
    void DeadlineReached();
}
