using Peercast.Player.Session;

namespace Peercast.Player.Tests.Session;

public sealed class JoinFrameReaderTests
{
    [Fact]
    public async Task ReadAsync_FramesOfEachKind_AreTakenApart()
    {
        byte[] reply =
        [
            1, 0, 0, 0, 6, 0, 0, 0, 2, 0xAA, 0xBB,
            2, 0, 0, 0, 1, 0xCC,
            3, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0, 0xDD,
        ];
        var reader = new JoinFrameReader(new MemoryStream(reply));

        JoinFrame init = (await reader.ReadAsync(default))!.Value;
        JoinFrame batch = (await reader.ReadAsync(default))!.Value;
        JoinFrame chunk = (await reader.ReadAsync(default))!.Value;

        Assert.Equal((JoinFrameKind.Init, 2L, "AABB"), (init.Kind, init.Id, Convert.ToHexString(init.Payload.Span)));
        Assert.Equal((JoinFrameKind.Batch, 0L, "CC"), (batch.Kind, batch.Id, Convert.ToHexString(batch.Payload.Span)));
        Assert.Equal((JoinFrameKind.Chunk, 256L, "DD"), (chunk.Kind, chunk.Id, Convert.ToHexString(chunk.Payload.Span)));
        Assert.Null(await reader.ReadAsync(default));
    }

    [Theory]
    [InlineData("030000")]
    [InlineData("0300000009000000")]
    [InlineData("037FFFFFFF")]
    [InlineData("0300000001AA")]
    [InlineData("0100000003AABBCC")]
    public async Task ReadAsync_BrokenReply_IsRefused(string hex)
    {
        var reader = new JoinFrameReader(new MemoryStream(Convert.FromHexString(hex)));

        Exception error = await Assert.ThrowsAnyAsync<Exception>(async () => await reader.ReadAsync(default));

        Assert.True(error is InvalidDataException or EndOfStreamException);
    }

    [Fact]
    public async Task ReadAsync_RandomAndMutatedReplies_EndInFramesOrOneKindOfError()
    {
        var random = new Random(11);
        byte[] valid = [1, 0, 0, 0, 6, 0, 0, 0, 2, 0xAA, 0xBB, 3, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0, 0xDD];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] reply = valid.ToArray();
            if (i % 2 == 0)
            {
                reply[random.Next(reply.Length)] = (byte)random.Next(256);
            }
            else
            {
                random.NextBytes(reply);
            }

            var reader = new JoinFrameReader(new MemoryStream(reply));
            try
            {
                while (await reader.ReadAsync(default) is not null)
                {
                    // Each frame is taken; only how the reply ends matters here.
                }
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                // The two errors that the join turns into a message.
            }
        }
    }
}
