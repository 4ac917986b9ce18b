using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Peercast.Origin.Ingest;

namespace Peercast.Origin.Rtmp;

/// <summary>One publisher's connection: reads, answers, and hands its media on to the channel's ingest.</summary>
internal sealed partial class RtmpConnection : IDisposable
{
    // For what the publisher sent last to go through ffmpeg.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly RtmpPublishers _publishers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _remote;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly RtmpHandshake _handshake = new(RandomNumberGenerator.GetBytes(RtmpHandshake.NonceLength));
    private readonly RtmpChunkReader _chunks = new();
    private readonly RtmpSession _session;
    private readonly TagQueue _queue = new(RtmpLimits.QueuedBytes);
    private readonly CancellationTokenSource _ingestFailed = new();
    private readonly CancellationTokenSource _ingestStop = new();
    private string? _failure;
    private Task _ingest = Task.CompletedTask;

    public RtmpConnection(Socket socket, string remote, RtmpPublishers publishers, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _remote = remote;
        _publishers = publishers;
        _time = time;
        _logger = logger;
        _session = new RtmpSession(_output, _chunks);
    }

    /// <summary>Serves the connection until it ends. Does not throw.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            bool linger = await ReadAsync(ending.Token);
            _queue.Complete();
            if (linger)
            {
                await LingerAsync(stop);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogBrokenOff(_remote, _session.IsPublishing, e.Message);
        }
        finally
        {
            _stream.Close();
            _queue.Complete();
            await FinishIngestAsync(ending);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _queue.Dispose();
        _ingestFailed.Dispose();
        _ingestStop.Dispose();
    }

    /// <returns>Whether the publisher has an answer to read before the connection is closed.</returns>
    private async Task<bool> ReadAsync(CancellationToken stop)
    {
        PipeReader reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop, _ingestFailed.Token);
        try
        {
            long start = _time.GetTimestamp();
            while (true)
            {
                TimeSpan toPublish = _handshake.IsComplete ? RtmpLimits.PublishTimeout : RtmpLimits.HandshakeTimeout;
                TimeSpan patience = _session.IsPublishing ? RtmpLimits.IdleTimeout : toPublish - _time.GetElapsedTime(start);
                deadline.CancelAfter(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
                ReadResult result = await reader.ReadAsync(deadline.Token);
                deadline.CancelAfter(Timeout.InfiniteTimeSpan);
                ReadOnlySequence<byte> buffer = result.Buffer;
                long before = buffer.Length;
                (bool goOn, buffer) = await ReceiveAsync(buffer, deadline.Token);
                if (_handshake.IsComplete)
                {
                    _session.Received(before - buffer.Length);
                }

                reader.AdvanceTo(buffer.Start, result.Buffer.End);
                await FlushAsync(stop);
                if (!goOn || result.IsCompleted)
                {
                    return !goOn;
                }
            }
        }
        catch (OperationCanceledException) when (_ingestFailed.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            _session.Refuse(_failure!);
            LogRefused(_remote, _failure!);
            await FlushAsync(stop);
            return true;
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <returns>Whether to go on, and what is left of the bytes.</returns>
    private async ValueTask<(bool GoOn, ReadOnlySequence<byte> Left)> ReceiveAsync(ReadOnlySequence<byte> buffer, CancellationToken cancellation)
    {
        if (!_handshake.IsComplete)
        {
            RtmpError error = _handshake.Receive(ref buffer, _output);
            if (error != RtmpError.None)
            {
                LogMalformed(_remote, error);
                return (false, buffer);
            }

            if (!_handshake.IsComplete)
            {
                return (true, buffer);
            }
        }

        while (true)
        {
            RtmpRead read = _chunks.TryRead(ref buffer, out RtmpMessage message);
            if (read == RtmpRead.NeedMore)
            {
                return (true, buffer);
            }

            RtmpStep step = read == RtmpRead.Message ? _session.Receive(message) : RtmpStep.Failed;
            switch (step)
            {
                case RtmpStep.Publish:
                    if (!await PublishAsync(cancellation))
                    {
                        return (false, buffer);
                    }

                    break;
                case RtmpStep.Media:
                    foreach (FlvTag tag in _session.Tags)
                    {
                        await _queue.WriteAsync(tag, cancellation);
                    }

                    break;
                case RtmpStep.Close:
                    return (false, buffer);
                case RtmpStep.Failed:
                    LogMalformed(_remote, read == RtmpRead.Failed ? _chunks.Error : _session.Error);
                    return (false, buffer);
            }
        }
    }

    private async Task<bool> PublishAsync(CancellationToken cancellation)
    {
        (PublishTicket? ticket, string? denial) = await _publishers.EnterAsync(PublishPath.Keys(_session.App, _session.Name), cancellation);
        if (ticket is null)
        {
            _session.Refuse(denial!);
            LogRefused(_remote, denial!);
            return false;
        }

        _session.Accept();
        _ingest = IngestAsync(ticket, new RtmpMediaSource(_queue, $"RTMP from {_remote}"));
        return true;
    }

    private async Task IngestAsync(PublishTicket ticket, RtmpMediaSource source)
    {
        using (ticket)
        {
            try
            {
                do
                {
                    await ticket.RunAsync(source, _ingestStop.Token);
                }
                while (!source.IsAtEnd);
            }
            catch (OperationCanceledException)
            {
                // The origin stops, or the publisher is gone and ffmpeg hangs.
            }
            catch (IngestException e)
            {
                Fail(e.Message);
            }
            catch (Exception e)
            {
                LogIngestFailed(e, ticket.Channel.Name);
                Fail("The origin could not take the stream; its log says why.");
            }
        }
    }

    private void Fail(string text)
    {
        _failure = text;
        _ingestFailed.Cancel();
    }

    private async Task FinishIngestAsync(CancellationTokenSource ending)
    {
        try
        {
            await _ingest.WaitAsync(DrainTimeout, _time, ending.Token);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await _ingestStop.CancelAsync();
            await _ingest;
        }
    }

    private async Task FlushAsync(CancellationToken stop)
    {
        if (_output.WrittenCount == 0)
        {
            return;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(RtmpLimits.SendTimeout);
        await _stream.WriteAsync(_output.WrittenMemory, deadline.Token);
        _output.ResetWrittenCount();
    }

    // Closing with unread bytes resets the connection, and the publisher would never read what it was told: say that
    // nothing more comes, and read on for a moment.
    private async Task LingerAsync(CancellationToken stop)
    {
        _socket.Shutdown(SocketShutdown.Send);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(RtmpLimits.LingerTimeout);
        byte[] discarded = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await _stream.ReadAsync(discarded, deadline.Token) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(discarded);
        }
    }
}
