using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Peercast.Origin.Egress;

/// <summary>
/// Drives the <see cref="EgressPacer"/> and the <see cref="JoinAdmission"/> of an origin: one lock, one timer, and the
/// replies that wait. Without a budget everything passes at once. Safe to call from any thread.
/// </summary>
internal sealed partial class EgressGate : IDisposable
{
    /// <summary>A reply to those who watch that would wait longer is refused: its media would come too late.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>HLS players buffer several segments.</summary>
    private static readonly TimeSpan LongestHlsWait = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly EgressPacer? _pacer;
    private readonly JoinAdmission? _joins;
    private readonly HlsDoor? _hls;
    private readonly EgressMeter _sent = new(window: 2);
    private readonly TimeProvider _time;
    private readonly ILogger<EgressGate> _logger;
    private readonly long _start;
    private readonly ITimer? _timer;
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private long _waited;
    private long _refused;
    private bool _isFull;

    /// <param name="options">Whether there is a budget, and which.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when joins begin to queue, and when they no longer do.</param>
    public EgressGate(IOptions<PeercastOriginOptions> options, TimeProvider time, ILogger<EgressGate> logger)
    {
        _time = time;
        _logger = logger;
        _start = time.GetTimestamp();
        if (options.Value.MaxEgressMbps > 0)
        {
            _pacer = new EgressPacer(options.Value.MaxEgressMbps * 1e6 / 8);
            _joins = new JoinAdmission(_pacer.BytesPerSecond, () => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue);
            _hls = new HlsDoor(_pacer.BytesPerSecond);
            _timer = time.CreateTimer(static gate => ((EgressGate)gate!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Where the egress stands.</summary>
    public EgressFigures Figures
    {
        get
        {
            lock (_lock)
            {
                return new EgressFigures(
                    (long)(_sent.Rate(Now) * 8), _pacer is null ? 0 : (long)(_pacer.BytesPerSecond * 8), CountWaiting());
            }
        }
    }

    /// <summary>A viewer wants to join a channel.</summary>
    /// <param name="channel">Its name, for the log.</param>
    /// <param name="ticket">What the viewer was given when it last asked; 0: it asks for the first time.</param>
    /// <param name="firstMedia">Bytes that it is to get at once.</param>
    /// <param name="bitrate">Of the channel, in bits per second.</param>
    public JoinAnswer Ask(string channel, long ticket, long firstMedia, long bitrate)
    {
        if (_joins is null)
        {
            return new JoinAnswer(JoinVerdict.Admitted);
        }

        lock (_lock)
        {
            JoinAnswer answer = _joins.Ask(Now, ticket, firstMedia, bitrate / 8.0);
            _waited += answer.Verdict == JoinVerdict.Queued && answer.Ticket != ticket ? 1 : 0;
            _refused += answer.Verdict == JoinVerdict.Refused ? 1 : 0;
            if (answer.Verdict != JoinVerdict.Admitted && !_isFull)
            {
                _isFull = true;
                LogFull(channel, _sent.Rate(Now) * 8 / 1e6, _pacer!.BytesPerSecond * 8 / 1e6);
            }

            CountWaiting();
            return answer;
        }
    }

    /// <summary>Whether another HLS player may begin.</summary>
    /// <param name="bitrate">Of the channel, in bits per second.</param>
    public bool LetsHlsIn(long bitrate)
    {
        lock (_lock)
        {
            return _hls is null || _hls.TryEnter(Now, bitrate / 8.0);
        }
    }

    /// <summary>Begins a reply with media, to be disposed of at its end; <see langword="null"/>: it would have to wait too long.</summary>
    /// <param name="kind">To whom.</param>
    /// <param name="bytes">Its media.</param>
    public PacedSending? Open(EgressClass kind, long bytes)
    {
        if (_pacer is null)
        {
            return new PacedSending(this, null);
        }

        lock (_lock)
        {
            // Who joins waited at the door.
            if (kind != EgressClass.Joining && _pacer.WaitFor(kind) > (kind == EgressClass.Hls ? LongestHlsWait : LongestWait))
            {
                return null;
            }

            if (kind != EgressClass.Joining)
            {
                _joins!.Taken(Now, bytes);
            }

            if (kind == EgressClass.Hls)
            {
                _hls!.Taken(Now, bytes);
            }

            return new PacedSending(this, _pacer.Open(kind, bytes));
        }
    }

    /// <summary>Something small went out that does not wait: batches, init segments.</summary>
    public void Charge(long bytes)
    {
        lock (_lock)
        {
            _sent.Add(Now, bytes);
            _pacer?.Charge(Now, bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    /// <summary>Waits for a reply's turn.</summary>
    internal async ValueTask TurnAsync(PacedReply? reply, int bytes, CancellationToken cancellation)
    {
        Task? turn = null;
        lock (_lock)
        {
            if (reply is not null)
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                reply.Tag = source;
                turn = source.Task;
                _pacer!.Want(reply, bytes);
                Pump();
            }
        }

        if (turn is not null)
        {
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
        }

        lock (_lock)
        {
            _sent.Add(Now, bytes);
        }
    }

    /// <summary>Ends a reply.</summary>
    internal void Close(PacedReply reply)
    {
        lock (_lock)
        {
            _pacer!.Close(reply);
            Pump();
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private void OnTimer()
    {
        lock (_lock)
        {
            _timerDue = TimeSpan.MaxValue;
            Pump();
        }
    }

    private void Pump()
    {
        while (_pacer!.TryTake(Now) is { } reply)
        {
            ((TaskCompletionSource)reply.Tag!).TrySetResult();
        }

        TimeSpan due = _pacer.Due;
        if (due < _timerDue)
        {
            // Timers count in whole milliseconds; what is a little late is made up for.
            _timerDue = due;
            TimeSpan wait = due - Now;
            _timer!.Change(wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private int CountWaiting()
    {
        if (_joins is null)
        {
            return 0;
        }

        _joins.Tick(Now);
        if (_isFull && _joins.Waiting == 0 && _sent.Rate(Now) < _pacer!.BytesPerSecond / 2)
        {
            LogRoom(_waited, _refused);
            (_isFull, _waited, _refused) = (false, 0, 0);
        }

        return _joins.Waiting;
    }
}

/// <summary>Where the origin's egress stands.</summary>
/// <param name="BitsPerSecond">Sent lately, payload of all channels.</param>
/// <param name="MaxBitsPerSecond">The budget; 0: none.</param>
/// <param name="Waiting">Viewers in the queue.</param>
internal readonly record struct EgressFigures(long BitsPerSecond, long MaxBitsPerSecond, int Waiting);
