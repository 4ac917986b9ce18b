namespace Peercast.Player.Session;

/// <summary>The time that a participation spends with the tracker: begun with the join, ended while it waits in a queue.</summary>
internal sealed class Tracking(Participation participation, CancellationToken stopped) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    /// <summary>Joins the tracker, unless that has been done.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_stop is null)
            {
                _stop = CancellationTokenSource.CreateLinkedTokenSource(stopped);
                CancellationToken stop = _stop.Token;
                _running = Task.Run(() => participation.TrackAsync(stop), CancellationToken.None);
            }
        }
    }

    /// <summary>Leaves the tracker.</summary>
    public async Task EndAsync()
    {
        CancellationTokenSource? stop;
        lock (_lock)
        {
            (stop, _stop) = (_stop, null);
        }

        if (stop is not null)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync().ConfigureAwait(false);
}
