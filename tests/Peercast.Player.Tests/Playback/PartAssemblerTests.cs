using Peercast.Player.Playback;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Tests.Playback;

public sealed class PartAssemblerTests
{
    private readonly RecordingSink _sink = new();
    private readonly PartAssembler _assembler;

    public PartAssemblerTests() => _assembler = new PartAssembler(_sink);

    [Fact]
    public void Add_SlicesOfAPart_GivesThePartOnce()
    {
        Add(0, part: 0, offset: 0, length: 3, ChunkFlags.Keyframe);
        Add(1, part: 0, offset: 3, length: 2, ChunkFlags.EndOfPart);

        Assert.Equal(["part 5"], _sink.Events);
        Assert.Equal([0, 0, 0, 1, 1], _sink.Parts[0].Bytes.ToArray());
        Assert.True(_sink.Parts[0].StartsSegment);
    }

    [Fact]
    public void Add_OneChunkPart_PassesTheMemoryOn()
    {
        var bytes = new byte[] { 1, 2 };
        _assembler.Add(Info(7, 1, 0, 2, ChunkFlags.EndOfPart | ChunkFlags.Discontinuity), bytes);

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(_sink.Parts[0].Bytes, out var array));
        Assert.Same(bytes, array.Array);
        Assert.True(_sink.Parts[0].Discontinuity);
        Assert.False(_sink.Parts[0].StartsSegment);
    }

    [Fact]
    public void Skip_WithinAPart_LeavesThePartOutWhole()
    {
        Add(0, part: 0, offset: 0, length: 3, ChunkFlags.None);
        _assembler.Skip(new ChunkRange(new ChunkId(1), new ChunkId(1)));
        Add(2, part: 0, offset: 6, length: 3, ChunkFlags.EndOfPart);
        Add(3, part: 1, offset: 0, length: 4, ChunkFlags.EndOfPart);

        Assert.Equal(["gap", "part 4"], _sink.Events);
    }

    [Fact]
    public void Add_StartInTheMiddleOfAPart_WaitsForTheNext()
    {
        Add(5, part: 0, offset: 3, length: 3, ChunkFlags.EndOfPart);
        Add(6, part: 1, offset: 0, length: 1, ChunkFlags.EndOfPart);

        Assert.Equal(["gap", "part 1"], _sink.Events);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(0)]
    public void Add_IdThatDoesNotFollow_IsAJump(long id)
    {
        Add(9, part: 0, offset: 0, length: 1, ChunkFlags.EndOfPart);
        Add(10, part: 1, offset: 0, length: 1, ChunkFlags.None);
        Add(id, part: 0, offset: 0, length: 2, ChunkFlags.EndOfPart);

        Assert.Equal(["part 1", "jump", "part 2"], _sink.Events);
    }

    [Fact]
    public void Skip_BetweenParts_IsAGapAndNoJump()
    {
        Add(0, part: 0, offset: 0, length: 1, ChunkFlags.EndOfPart);
        _assembler.Skip(new ChunkRange(new ChunkId(1), new ChunkId(4)));
        Add(5, part: 5, offset: 0, length: 2, ChunkFlags.EndOfPart);
        _assembler.End();

        Assert.Equal(["part 1", "gap", "part 2", "end"], _sink.Events);
    }

    private static ChunkInfo Info(long id, int part, int offset, int length, ChunkFlags flags) =>
        new(new ChunkId(id), 0, part, offset, length, default, default, flags, default);

    private void Add(long id, int part, int offset, int length, ChunkFlags flags)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)id);
        _assembler.Add(Info(id, part, offset, length, flags), bytes);
    }
}
