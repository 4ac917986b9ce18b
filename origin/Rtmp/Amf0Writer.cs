using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Peercast.Origin.Rtmp;

/// <summary>Writes the AMF0 values that a server answers with.</summary>
internal static class Amf0Writer
{
    /// <summary>Writes a double, bool, string of at most 65,535 bytes, null, or dictionary of these.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static void Write(IBufferWriter<byte> output, object? value)
    {
        switch (value)
        {
            case null:
                output.Write<byte>([(byte)Amf0Marker.Null]);
                break;
            case double number:
                Span<byte> bytes = output.GetSpan(9);
                bytes[0] = (byte)Amf0Marker.Number;
                BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], number);
                output.Advance(9);
                break;
            case bool boolean:
                output.Write<byte>([(byte)Amf0Marker.Boolean, boolean ? (byte)1 : (byte)0]);
                break;
            case string text:
                output.Write<byte>([(byte)Amf0Marker.String]);
                WriteText(output, text);
                break;
            case IReadOnlyDictionary<string, object?> members:
                output.Write([(byte)Amf0Marker.Object]);
                foreach ((string name, object? member) in members)
                {
                    WriteText(output, name);
                    Write(output, member);
                }

                output.Write<byte>([0, 0, (byte)Amf0Marker.ObjectEnd]);
                break;
            default:
                throw new ArgumentException($"AMF0 has no value for {value.GetType()}.", nameof(value));
        }
    }

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length > ushort.MaxValue)
        {
            throw new ArgumentException("The text is too long.", nameof(text));
        }

        Span<byte> bytes = output.GetSpan(2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
        Encoding.UTF8.GetBytes(text, bytes[2..]);
        output.Advance(2 + length);
    }
}
