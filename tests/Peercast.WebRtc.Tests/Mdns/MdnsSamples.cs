using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Peercast.WebRtc.Tests.Mdns;

/// <summary>Responses as a responder would send them.</summary>
internal static class MdnsSamples
{
    public const string Name = "0d1e2f30-1111-4222-8333-abcdefabcdef.local";

    /// <summary>A response with one record for each address; a name that was written before is pointed to.</summary>
    public static byte[] Response(string name, params IPAddress[] addresses) => Response(name, timeToLive: 120, addresses);

    public static byte[] Response(string name, uint timeToLive, params IPAddress[] addresses)
    {
        var bytes = new List<byte> { 0, 0, 0x84, 0, 0, 0, 0, (byte)addresses.Length, 0, 0, 0, 0 };
        for (int i = 0; i < addresses.Length; i++)
        {
            bytes.AddRange(i == 0 ? Encode(name) : [0xC0, 12]);
            AddRecord(bytes, addresses[i], timeToLive);
        }

        return [.. bytes];
    }

    public static byte[] Encode(string name)
    {
        var bytes = new List<byte>();
        foreach (string label in name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.Add(0);
        return [.. bytes];
    }

    private static void AddRecord(List<byte> bytes, IPAddress address, uint timeToLive)
    {
        byte[] data = address.GetAddressBytes();
        byte[] head = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)(data.Length == 4 ? 1 : 28));
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), 0x8001);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)data.Length);
        bytes.AddRange(head);
        bytes.AddRange(data);
    }
}
