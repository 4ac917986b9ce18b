using System.Buffers.Binary;

namespace Peercast.WebRtc.Dtls;

/// <summary>
/// A look at the record headers of a datagram (RFC 6347 section 4.1) before OpenSSL sees it. OpenSSL drops a record that
/// does not authenticate, as it must, but ends the session over an encrypted one that is too short to hold a nonce and a
/// tag: one forged datagram of 14 bytes would do. So what cannot be a record of ours does not get that far.
/// </summary>
internal static class DtlsRecords
{
    private const int HeaderLength = 13;

    // Explicit nonce and tag of AES-GCM (RFC 5288 section 3): the only ciphers that DtlsContext offers.
    private const int MinEncryptedLength = 8 + 16;

    // RFC 5246 section 6.2.3: a ciphertext is at most 2,048 bytes longer than the longest plaintext.
    private const int MaxLength = 16_384 + 2_048;

    private const byte ChangeCipherSpec = 20;
    private const byte ApplicationData = 23;
    private const byte VersionMajor = 0xFE;

    /// <summary>How many bytes from the start of a datagram are whole records that a session without renegotiation can hold.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="records">How many records these are.</param>
    public static int AcceptableLength(ReadOnlySpan<byte> datagram, out int records)
    {
        int offset = 0;
        records = 0;
        while (datagram.Length - offset >= HeaderLength)
        {
            ReadOnlySpan<byte> header = datagram.Slice(offset, HeaderLength);
            int epoch = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(header[11..]);
            if (header[0] is < ChangeCipherSpec or > ApplicationData
                || header[1] != VersionMajor
                || epoch > 1
                || length > Math.Min(MaxLength, datagram.Length - offset - HeaderLength)
                || (epoch == 1 && length < MinEncryptedLength))
            {
                break;
            }

            offset += HeaderLength + length;
            records++;
        }

        return offset;
    }
}
