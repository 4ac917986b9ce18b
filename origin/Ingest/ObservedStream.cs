namespace Peercast.Origin.Ingest;

/// <summary>ffmpeg's standard input, watched: did it get anything lately, and does it still take it?</summary>
internal sealed class ObservedStream(Stream inner, TimeProvider time) : Stream
{
    private long _lastWrite = long.MinValue;
    private int _pending;

    /// <summary>ffmpeg no longer reads.</summary>
    public bool Broken { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Something was written since <paramref name="timestamp"/>, or waits to be.</summary>
    public bool IsBusySince(long timestamp) => Volatile.Read(ref _pending) > 0 || Volatile.Read(ref _lastWrite) > timestamp;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _pending);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _lastWrite, time.GetTimestamp());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Broken = true;
            throw new IOException("ffmpeg closed its input.", e);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <summary>Tells ffmpeg that this was all.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            Broken = true;
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
