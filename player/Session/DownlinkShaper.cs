using System.Diagnostics;

namespace Peercast.Player.Session;

/// <summary>
/// Limits what one viewer receives, from the origin and from neighbors together, as a home connection's downlink
/// would: bytes leave it one after the other at the given rate. Without a rate it costs nothing.
/// </summary>
internal sealed class DownlinkShaper(long bitsPerSecond)
{
    private readonly Lock _gate = new();
    private long _freeAt;

    /// <summary>Whether a rate was given.</summary>
    public bool IsLimited => bitsPerSecond > 0;

    /// <summary>Takes the place of <paramref name="bytes"/> bytes on the link; returns how long until the last of them is through.</summary>
    public TimeSpan Reserve(int bytes)
    {
        if (!IsLimited)
        {
            return TimeSpan.Zero;
        }

        long now = Stopwatch.GetTimestamp();
        long cost = (long)(bytes * 8.0 / bitsPerSecond * Stopwatch.Frequency);
        lock (_gate)
        {
            _freeAt = Math.Max(_freeAt, now) + cost;
            return Stopwatch.GetElapsedTime(now, _freeAt);
        }
    }

    /// <summary>A stream that yields the other's bytes no faster than the link.</summary>
    public Stream Wrap(Stream inner) => IsLimited ? new ShapedStream(inner, this) : inner;

    private sealed class ShapedStream(Stream inner, DownlinkShaper shaper) : Stream
    {
        /// <summary>Small enough that a big body does not take the link for itself.</summary>
        private const int Slice = 4096;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, Slice)], cancellationToken).ConfigureAwait(false);
            await Task.Delay(shaper.Reserve(read), cancellationToken).ConfigureAwait(false);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
