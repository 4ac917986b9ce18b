using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

public sealed class CandidateBookTests
{
    private const int Capacity = 256;
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    private readonly CandidateBook _book = new(new Random(1));

    [Fact]
    public void Add_FullOfPeersThatFailed_GivesTheirPlacesToNewOnes()
    {
        Fill();
        for (ulong id = 1; id <= Capacity; id++)
        {
            _book.Failed(TimeSpan.Zero, new PeerId(id));
        }

        _book.Add(new PeerId(1000), 0);

        Assert.Equal(Capacity, _book.Count);
        Assert.Equal(1, _book.CountFresh(Later, _ => false));
        Assert.Equal(new PeerId(1000), _book.Choose(Later, _ => false));
    }

    [Fact]
    public void Add_FullOfPeersNotTried_KeepsThem()
    {
        Fill();
        _book.Add(new PeerId(1000), 0);
        Assert.Equal(Capacity, _book.Count);
        Assert.Null(_book.Choose(Later, peer => peer.Value <= Capacity));
    }

    [Fact]
    public void Choose_SomeFailed_TakesThoseThatFailedLeastFirst()
    {
        _book.Add(new PeerId(1), 50_000);
        _book.Add(new PeerId(2), 100);
        _book.Failed(TimeSpan.Zero, new PeerId(1));

        Assert.Equal(new PeerId(2), _book.Choose(Later, _ => false));
        Assert.Equal(1, _book.CountFresh(Later, _ => false));
        Assert.Equal(new PeerId(1), _book.Choose(Later, peer => peer.Value == 2));

        _book.Reached(new PeerId(1));
        Assert.Equal(2, _book.CountFresh(Later, _ => false));
    }

    [Fact]
    public void Rest_UntilItIsOver_IsNotChosen()
    {
        _book.Add(new PeerId(1), 0);
        _book.Rest(TimeSpan.Zero, new PeerId(1), TimeSpan.FromSeconds(30));
        Assert.Null(_book.Choose(TimeSpan.FromSeconds(29), _ => false));
        Assert.Equal(0, _book.CountFresh(TimeSpan.FromSeconds(29), _ => false));
        Assert.Equal(new PeerId(1), _book.Choose(TimeSpan.FromSeconds(30), _ => false));
    }

    private void Fill()
    {
        for (ulong id = 1; id <= Capacity; id++)
        {
            _book.Add(new PeerId(id), 0);
        }
    }
}
