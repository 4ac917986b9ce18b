using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Tests.Swarm;

public sealed class PendingRequestTests
{
    private static readonly ChunkId Chunk = new(7);
    private readonly byte[] _bytes = new byte[40_000];

    public PendingRequestTests() => new Random(1).NextBytes(_bytes);

    [Fact]
    public void TryComplete_FragmentsByReference_KeepsTheChunkWithoutCopying()
    {
        PendingRequest request = Request();
        foreach (DataFragment fragment in Fragments(_bytes))
        {
            Assert.False(request.IsComplete);
            Assert.True(request.TryAdd(TimeSpan.Zero, new DataMessage(fragment)));
        }

        Assert.True(request.TryComplete(out ReadOnlyMemory<byte> bytes));
        Assert.True(bytes.Equals(_bytes.AsMemory()));
    }

    [Fact]
    public void TryComplete_FragmentsOfDifferentCopies_TakesEachFromItsOwn()
    {
        PendingRequest request = Request();
        byte[] other = new byte[_bytes.Length];
        DataFragment[] fragments = [.. Fragments(_bytes)];
        DataFragment[] foreign = [.. Fragments(other)];

        Assert.True(request.TryAdd(TimeSpan.Zero, new DataMessage(fragments[1])));
        Assert.True(request.TryAdd(TimeSpan.Zero, new DataMessage(foreign[0])));
        Assert.True(request.TryAdd(TimeSpan.Zero, new DataMessage(fragments[2])));

        Assert.True(request.TryComplete(out ReadOnlyMemory<byte> bytes));
        Assert.True(bytes.Span[..DataMessage.MaxPayload].IndexOfAnyExcept((byte)0) < 0);
        Assert.True(bytes.Span[DataMessage.MaxPayload..].SequenceEqual(_bytes.AsSpan(DataMessage.MaxPayload)));
    }

    [Fact]
    public void TryAdd_EncodedFragments_MakeTheSameChunk()
    {
        PendingRequest request = Request();
        foreach (DataFragment fragment in Fragments(_bytes).Reverse())
        {
            byte[] message = fragment.Encode();
            Assert.Equal(fragment.MessageLength, message.Length);
            Assert.True(DataMessage.TryDecode(message, out DataMessage data, out _));
            Assert.True(request.TryAdd(TimeSpan.Zero, data));
            Assert.False(request.TryAdd(TimeSpan.Zero, data));
        }

        Assert.True(request.TryComplete(out ReadOnlyMemory<byte> bytes));
        Assert.True(bytes.Span.SequenceEqual(_bytes));
    }

    [Fact]
    public void TryAdd_FragmentsOfDifferentLengths_TakesEachByteOnce()
    {
        PendingRequest request = Request();
        Assert.True(Adds(2 * DataMessage.Unit, DataMessage.Unit));
        Assert.False(Adds(0, DataMessage.MaxPayload));
        Assert.True(Adds(0, 2 * DataMessage.Unit));
        Assert.False(Adds(DataMessage.Unit, DataMessage.Unit));
        for (int offset = 3 * DataMessage.Unit; offset < _bytes.Length; offset += DataMessage.MaxPayload)
        {
            Assert.False(request.IsComplete);
            Assert.True(Adds(offset, DataMessage.MaxPayload));
        }

        Assert.True(request.TryComplete(out ReadOnlyMemory<byte> bytes));
        Assert.True(bytes.Span.SequenceEqual(_bytes));

        bool Adds(int offset, int maxPayload) =>
            DataMessage.TryDecode(DataFragment.At(1, Chunk, offset, _bytes, maxPayload).Encode(), out DataMessage data, out _)
            && request.TryAdd(TimeSpan.Zero, data);
    }

    [Fact]
    public void TimeForRest_SeveralFragments_IsReckonedByTheirPace()
    {
        PendingRequest request = Request();
        for (int i = 0; i < 5; i++)
        {
            request.TryAdd(TimeSpan.FromSeconds(0.1 * i), new DataMessage(DataFragment.At(1, Chunk, i * 2 * DataMessage.Unit, _bytes, 2 * DataMessage.Unit)));
        }

        double rest = (_bytes.Length - (10 * DataMessage.Unit)) / (2.0 * DataMessage.Unit) * 0.1;
        Assert.Equal((rest * 1.5) + 0.05, request.TimeForRest(TimeSpan.FromSeconds(0.4)).TotalSeconds, 3);
    }

    private static IEnumerable<DataFragment> Fragments(byte[] bytes)
    {
        for (int offset = 0; offset < bytes.Length; offset += DataMessage.MaxPayload)
        {
            yield return DataFragment.At(1, Chunk, offset, bytes);
        }
    }

    private PendingRequest Request() => new(
        1, Chunk, _bytes.Length, new Neighbor(new NeighborId(1), new PeerId(1), 0, weOffered: true, TimeSpan.Zero), TimeSpan.FromSeconds(1), TimeSpan.Zero);
}
