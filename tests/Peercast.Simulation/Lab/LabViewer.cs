using Peercast.Simulation.Network;

namespace Peercast.Simulation.Lab;

/// <summary>One viewer of a lab run: as the simulator knows it, and what stands before it in the lab.</summary>
/// <param name="Profile">Line and times.</param>
/// <param name="Translation">Its address translation.</param>
internal sealed record LabViewer(PeerProfile Profile, LabTranslation Translation)
{
    /// <summary>What the simulator makes of a translation: one that lets everybody in hinders nobody.</summary>
    public static NatClass ClassOf(LabTranslation translation) => translation switch
    {
        LabTranslation.PortRestricted => NatClass.PortRestricted,
        LabTranslation.Symmetric => NatClass.Symmetric,
        _ => NatClass.Open,
    };
}

/// <summary>Address translation as the lab builds it (RFC 4787).</summary>
internal enum LabTranslation
{
    /// <summary>None: the viewer has an address that everybody reaches.</summary>
    Open,

    /// <summary>Maps and filters independently of the endpoint.</summary>
    FullCone,

    /// <summary>Maps independently of the endpoint, filters by address and port.</summary>
    PortRestricted,

    /// <summary>Another port for each endpoint, by chance.</summary>
    Symmetric,
}
