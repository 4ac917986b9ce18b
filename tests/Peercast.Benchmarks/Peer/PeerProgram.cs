using System.Net;
using System.Text.Json.Nodes;
using Peercast.WebRtc;

namespace Peercast.Benchmarks.Peer;

/// <summary>
/// Our end of a measured connection, in a process of its own: reads requests as lines of JSON from one stream and answers on
/// the other. The scripts of the other stacks speak the same.
/// </summary>
/// <param name="newFactory">Makes the factory of the connections.</param>
/// <param name="eachItsOwn">A factory for each connection: two sockets hold one connection with each other.</param>
/// <param name="requests">Where requests come from.</param>
/// <param name="answers">Where answers go.</param>
internal sealed class PeerProgram(Func<PeerConnectionFactory> newFactory, bool eachItsOwn, TextReader requests, TextWriter answers) : IDisposable
{
    private readonly List<PeerConnectionFactory> _factories = [];
    private readonly Dictionary<string, PeerLink> _links = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>A factory for measurements on this machine.</summary>
    /// <param name="address">The one address to use; <see langword="null"/>: all.</param>
    /// <param name="useSegmentOffload">Several datagrams in one call.</param>
    /// <param name="control">How it shares the path.</param>
    public static PeerConnectionFactory NewFactory(IPAddress? address, bool useSegmentOffload, CongestionControl control) => new(new PeerConnectionFactoryOptions
    {
        BindAddresses = address is null ? null : [address],
        CongestionControl = control,
        UseSegmentOffload = useSegmentOffload,
        IncludeIPv6 = false,
        IncludeLoopback = true,
        MaxConnections = 4096,
    });

    /// <summary>Serves until the requests end.</summary>
    public async Task RunAsync()
    {
        while (await requests.ReadLineAsync() is { } line)
        {
            JsonNode request = JsonNode.Parse(line)!;
            _ = AnswerAsync(request);
        }
    }

    public void Dispose()
    {
        foreach (PeerLink link in _links.Values)
        {
            link.Dispose();
        }

        _factories.ForEach(factory => factory.Dispose());
        _writing.Dispose();
    }

    private async Task AnswerAsync(JsonNode request)
    {
        JsonObject answer;
        try
        {
            answer = await DoAsync((string)request["do"]!, (string?)request["link"] ?? "", request);
        }
        catch (Exception failure)
        {
            answer = new JsonObject { ["error"] = failure.Message };
        }

        answer["id"] = (int)request["id"]!;
        await _writing.WaitAsync();
        try
        {
            await answers.WriteLineAsync(answer.ToJsonString());
            await answers.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<JsonObject> DoAsync(string what, string name, JsonNode request)
    {
        switch (what)
        {
            case "offer":
                return new JsonObject { ["sdp"] = New(name).Offer() };
            case "answer":
                return new JsonObject { ["sdp"] = New(name).Answer((string)request["sdp"]!) };
            case "accept":
                Link(name).Accept((string)request["sdp"]!);
                break;
            case "opened":
                await Link(name).Opened;
                break;
            case "send":
                Link(name).Send((int)request["length"]!);
                break;
            case "stop":
                Link(name).Stop();
                break;
            case "received":
                return new JsonObject
                {
                    ["bytes"] = Link(name).Bytes,
                    ["wrong"] = Link(name).Wrong,
                    ["allocated"] = GC.GetTotalAllocatedBytes(),
                };
            case "collect":
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                break;
            case "close":
                Close(name);
                break;
            default:
                throw new InvalidOperationException($"'{what}' is not known.");
        }

        return [];
    }

    private PeerLink New(string name)
    {
        lock (_links)
        {
            if (_factories.Count == 0 || eachItsOwn)
            {
                _factories.Add(newFactory());
            }

            var link = new PeerLink(_factories[^1].CreatePeerConnection());
            _links.Add(name, link);
            return link;
        }
    }

    private PeerLink Link(string name)
    {
        lock (_links)
        {
            return _links[name];
        }
    }

    private void Close(string name)
    {
        PeerLink link = Link(name);
        lock (_links)
        {
            _links.Remove(name);
        }

        link.Dispose();
    }
}
