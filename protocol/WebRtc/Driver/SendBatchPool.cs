namespace Peercast.WebRtc.Driver;

/// <summary>The batches of a factory: as many as connections that send at the same instant. Safe from any thread.</summary>
internal sealed class SendBatchPool
{
    private readonly Lock _gate = new();
    private readonly Stack<SendBatch> _idle = new();

    /// <summary>An empty one.</summary>
    public SendBatch Rent()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out SendBatch? batch))
            {
                return batch;
            }
        }

        return new SendBatch();
    }

    /// <summary>Takes one back.</summary>
    public void Return(SendBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            _idle.Push(batch);
        }
    }
}
