using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>Commands to the driver, in the order they were decided, until <see cref="SwarmSession.Drain"/> hands them over.</summary>
internal sealed class Outbox
{
    private readonly List<Command> _commands = [];

    private enum Kind : byte
    {
        Control,
        Data,
        Connect,
        Disconnect,
        WantPeers,
        FetchChunks,
        CancelFetch,
        FetchBatches,
        Deliver,
        Skip,
        RelayedSignal,
    }

    public bool IsEmpty => _commands.Count == 0;

    public void SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message) =>
        _commands.Add(new Command { Kind = Kind.Control, Number = neighbor.Value, Bytes = message });

    public void SendData(NeighborId neighbor, in DataFragment fragment) => _commands.Add(new Command
    {
        Kind = Kind.Data,
        Number = neighbor.Value,
        Request = fragment.Request,
        Range = new ChunkRange(fragment.Chunk, fragment.Chunk),
        Offset = fragment.Offset,
        Length = fragment.Length,
        Bytes = fragment.Bytes,
    });

    public void Connect(PeerId peer) => _commands.Add(new Command { Kind = Kind.Connect, Peer = peer });

    public void Disconnect(NeighborId neighbor, DisconnectReason reason) =>
        _commands.Add(new Command { Kind = Kind.Disconnect, Number = neighbor.Value, Reason = reason });

    public void WantPeers(int count, IReadOnlyList<PeerId> exclude) =>
        _commands.Add(new Command { Kind = Kind.WantPeers, Number = count, Content = exclude });

    public void FetchChunks(int request, ChunkRange range) =>
        _commands.Add(new Command { Kind = Kind.FetchChunks, Number = request, Range = range });

    public void CancelFetch(int request) => _commands.Add(new Command { Kind = Kind.CancelFetch, Number = request });

    public void FetchBatches(ChunkId from, TimeSpan wait) =>
        _commands.Add(new Command { Kind = Kind.FetchBatches, Range = new ChunkRange(from, from), Wait = wait });

    public void Deliver(ChunkEntry entry) => _commands.Add(
        new Command { Kind = Kind.Deliver, Range = new ChunkRange(entry.Id, entry.Id), Content = entry.Batch!.Signed, Bytes = entry.Bytes });

    public void Skip(ChunkRange lost) => _commands.Add(new Command { Kind = Kind.Skip, Range = lost });

    public void RelayedSignal(PeerId from, ReadOnlyMemory<byte> message) =>
        _commands.Add(new Command { Kind = Kind.RelayedSignal, Peer = from, Bytes = message });

    public void Drain(ISwarmSink sink)
    {
        // By index: nothing may be added meanwhile, but a sink that breaks this rule must not break the session.
        for (int i = 0; i < _commands.Count; i++)
        {
            _commands[i].Apply(sink);
        }

        _commands.Clear();
    }

    private readonly struct Command
    {
        public Kind Kind { get; init; }

        public DisconnectReason Reason { get; init; }

        public int Number { get; init; }

        public uint Request { get; init; }

        public int Offset { get; init; }

        public int Length { get; init; }

        public PeerId Peer { get; init; }

        public ChunkRange Range { get; init; }

        public TimeSpan Wait { get; init; }

        public ReadOnlyMemory<byte> Bytes { get; init; }

        public object? Content { get; init; }

        public void Apply(ISwarmSink sink)
        {
            switch (Kind)
            {
                case Kind.Control:
                    sink.SendControl(new NeighborId(Number), Bytes);
                    break;
                case Kind.Data:
                    sink.SendFragment(new NeighborId(Number), new DataFragment(Request, Range.First, Offset, Length, Bytes));
                    break;
                case Kind.Connect:
                    sink.Connect(Peer);
                    break;
                case Kind.Disconnect:
                    sink.Disconnect(new NeighborId(Number), Reason);
                    break;
                case Kind.WantPeers:
                    sink.WantPeers(Number, (IReadOnlyList<PeerId>)Content!);
                    break;
                case Kind.FetchChunks:
                    sink.FetchChunks(Number, Range);
                    break;
                case Kind.CancelFetch:
                    sink.CancelFetch(Number);
                    break;
                case Kind.FetchBatches:
                    sink.FetchBatches(Range.First, Wait);
                    break;
                case Kind.Deliver:
                    var signed = (SignedBatch)Content!;
                    sink.Deliver(signed.Batch.Chunks[(int)(Range.First - signed.Batch.FirstChunk)], signed, Bytes);
                    break;
                case Kind.Skip:
                    sink.Skip(Range);
                    break;
                case Kind.RelayedSignal:
                    sink.RelayedSignal(Peer, Bytes);
                    break;
            }
        }
    }
}
