using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Peercast.WebRtc.Tests.Driver;

/// <summary>Bytes that are sent in numbered messages and compared by hash, whatever order they arrive in.</summary>
internal sealed class Transfer
{
    public const int MessageLength = 16 * 1024;
    private const int HeaderLength = sizeof(int);

    private readonly byte[] _received;
    private readonly ManualResetEventSlim _done = new();
    private int _receivedMessages;

    public Transfer(int bytes, int seed)
    {
        Sent = new byte[bytes];
        new Random(seed).NextBytes(Sent);
        _received = new byte[bytes];
    }

    public byte[] Sent { get; }

    private int Messages => (Sent.Length + MessageLength - 1) / MessageLength;

    public Thread SendOn(ChannelProbe channel)
    {
        var thread = new Thread(() =>
        {
            byte[] message = new byte[HeaderLength + MessageLength];
            for (int i = 0; i < Messages; i++)
            {
                ReadOnlySpan<byte> part = Sent.AsSpan(i * MessageLength, Math.Min(MessageLength, Sent.Length - (i * MessageLength)));
                BinaryPrimitives.WriteInt32LittleEndian(message, i);
                part.CopyTo(message.AsSpan(HeaderLength));
                channel.Send(message.AsSpan(0, HeaderLength + part.Length));
            }
        });
        thread.Start();
        return thread;
    }

    public void ReceiveOn(ChannelProbe channel) => channel.Sink = message =>
    {
        int index = BinaryPrimitives.ReadInt32LittleEndian(message);
        message[HeaderLength..].CopyTo(_received.AsSpan(index * MessageLength));
        if (++_receivedMessages == Messages)
        {
            _done.Set();
        }
    };

    public void AssertArrived() => Assert.Equal(SentHash, WaitForReceivedHash());

    public string SentHash => Convert.ToHexStringLower(SHA256.HashData(Sent));

    public string WaitForReceivedHash()
    {
        Assert.True(_done.Wait(PeerPair.Patience), $"{_receivedMessages} of {Messages} messages arrived.");
        return Convert.ToHexStringLower(SHA256.HashData(_received));
    }

    /// <summary>Sends both ways at once.</summary>
    public static void BothWays(ChannelProbe one, ChannelProbe other, int bytes)
    {
        var there = new Transfer(bytes, seed: 41);
        var back = new Transfer(bytes, seed: 42);
        there.ReceiveOn(other);
        back.ReceiveOn(one);
        Thread[] senders = [there.SendOn(one), back.SendOn(other)];
        foreach (Thread sender in senders)
        {
            sender.Join();
        }

        there.AssertArrived();
        back.AssertArrived();
    }
}
