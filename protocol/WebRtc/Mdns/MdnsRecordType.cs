namespace Peercast.WebRtc.Mdns;

/// <summary>The types of DNS records that name an address: RFC 1035 section 3.2.2 and RFC 3596 section 2.1.</summary>
internal enum MdnsRecordType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,
}
