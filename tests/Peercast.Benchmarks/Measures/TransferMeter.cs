using System.Diagnostics;
using Peercast.Benchmarks.Ends;
using Peercast.Benchmarks.Paths;

namespace Peercast.Benchmarks.Measures;

/// <summary>Measures one transfer: connects two ends over a path, sends for a while, and looks at a window of it.</summary>
/// <param name="MessageLength">Bytes in each message.</param>
/// <param name="WarmUp">What is not looked at.</param>
/// <param name="Window">What is.</param>
internal sealed record TransferMeter(int MessageLength, TimeSpan WarmUp, TimeSpan Window)
{
    private const double Giga = 1e9;
    private const double Mega = 1e6;
    private const int Attempts = 3;
    private static int _links;

    /// <summary>Measures; what fails is tried again, because one stack's hiccup is not to cost the others their run.</summary>
    /// <exception cref="InvalidOperationException">It failed every time.</exception>
    /// <exception cref="TimeoutException">Nothing was answered, the last time.</exception>
    public Task<Transfer> MeasureAsync(PeerEnd sender, PeerEnd receiver, PathProfile path, int seed) =>
        TryAsync(() => MeasureOnceAsync(sender, receiver, path, seed));

    /// <summary>Connects and ends at once.</summary>
    /// <returns>From the offer's creation to both ends' open channels, signaling through this process included.</returns>
    public static Task<TimeSpan> MeasureSetupAsync(PeerEnd sender, PeerEnd receiver) => TryAsync(async () =>
    {
        string link = NewLink();
        using Connected connected = await ConnectAsync(sender, receiver, link, PathProfile.Loopback, seed: 0);
        await sender.CloseAsync(link);
        await receiver.CloseAsync(link);
        return connected.Setup;
    });

    private static async Task<T> TryAsync<T>(Func<Task<T>> measure)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await measure();
            }
            catch (Exception failure) when (attempt < Attempts && failure is InvalidOperationException or TimeoutException)
            {
                await Console.Error.WriteLineAsync($"Once more, because: {failure.Message}");
            }
        }
    }

    private static string NewLink() => $"link {Interlocked.Increment(ref _links)}";

    private async Task<Transfer> MeasureOnceAsync(PeerEnd sender, PeerEnd receiver, PathProfile path, int seed)
    {
        string link = NewLink();
        using Connected connected = await ConnectAsync(sender, receiver, link, path, seed);
        await sender.SendAsync(link, MessageLength);
        await Task.Delay(WarmUp);

        Received before = await receiver.ReceivedAsync(link);
        long allocatedBefore = (await sender.ReceivedAsync(link)).Allocated ?? 0;
        double cpuBefore = ProcessTree.CpuSeconds(sender.ProcessId, receiver.ProcessId);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(Window);
        Received after = await receiver.ReceivedAsync(link);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpu = ProcessTree.CpuSeconds(sender.ProcessId, receiver.ProcessId) - cpuBefore;
        long? allocatedAfter = (await sender.ReceivedAsync(link)).Allocated;

        await sender.StopAsync(link);
        await sender.CloseAsync(link);
        await receiver.CloseAsync(link);
        double bytes = after.Bytes - before.Bytes;
        return new Transfer
        {
            MegabytesPerSecond = bytes / seconds / Mega,
            CpuSecondsPerGigabyte = bytes > 0 ? cpu / (bytes / Giga) : double.NaN,
            WrongMessages = after.Wrong,
            AllocatedPerMegabyte = bytes > 0 && allocatedAfter is not null && after.Allocated is not null
                ? (after.Allocated - before.Allocated + allocatedAfter - allocatedBefore) / (bytes / Mega)
                : null,
        };
    }

    private static async Task<Connected> ConnectAsync(PeerEnd sender, PeerEnd receiver, string link, PathProfile path, int seed)
    {
        UdpRelay? relay = null;
        try
        {
            long start = Stopwatch.GetTimestamp();
            string offer = await sender.OfferAsync(link);
            string answer;
            if (path.IsDirect)
            {
                answer = await receiver.AnswerAsync(link, offer);
            }
            else
            {
                relay = new UdpRelay(path, SdpCandidates.First(offer), seed);
                answer = await receiver.AnswerAsync(link, SdpCandidates.MoveTo(offer, relay.FacingOther));
                relay.Connect(SdpCandidates.First(answer));
                answer = SdpCandidates.MoveTo(answer, relay.FacingOne);
            }

            await sender.AcceptAsync(link, answer);
            await Task.WhenAll(sender.OpenedAsync(link), receiver.OpenedAsync(link));
            return new Connected(Stopwatch.GetElapsedTime(start), relay);
        }
        catch
        {
            relay?.Dispose();
            throw;
        }
    }

    private sealed record Connected(TimeSpan Setup, UdpRelay? Relay) : IDisposable
    {
        public void Dispose() => Relay?.Dispose();
    }
}
