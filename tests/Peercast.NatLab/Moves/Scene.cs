using System.Diagnostics;
using System.Net;
using Peercast.WebRtc;
using Peercast.WebRtc.Driver;

namespace Peercast.NatLab.Moves;

/// <summary>One move in one setting: two neighbors that talk while it happens.</summary>
internal sealed class Scene
{
    private static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);

    /// <summary>Longer than anything allowed.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(14);

    /// <summary>For what is under way to arrive.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly Move _move;
    private readonly Setting _setting;
    private readonly NetworkNamespace _mover;
    private readonly NetworkNamespace _neighbor;
    private readonly Uplink _wifi;
    private readonly Uplink _cable;

    /// <summary>Adds the machines to a lab that is still to be built.</summary>
    public Scene(Lab lab, string name, Move move, Setting setting)
    {
        (_move, _setting) = (move, setting);
        _mover = lab.Add($"{name}-mover");
        if (setting.Nat == Nat.None)
        {
            NetworkNamespace router = lab.Add($"{name}-router");
            router.Forwards = true;
            _neighbor = lab.Add($"{name}-neighbor");
            lab.Connect(router, "lan", _neighbor, "eth0");
            _wifi = lab.AddUplink(router, "radio", _mover, "wifi");
            _cable = lab.AddUplink(router, "switch", _mover, "cable");
        }
        else
        {
            _neighbor = lab.AddPeer($"{name}-neighbor", setting.Nat);
            _wifi = lab.AddUplink(AddRouter(lab, $"{name}-a"), "lan", _mover, "wifi");
            _cable = lab.AddUplink(AddRouter(lab, $"{name}-b"), "lan", _mover, "cable");
        }

        foreach (string command in (string[])[.. _wifi.Up, .. move.CableAtFirst ? _cable.Up : []])
        {
            _mover.Ip(command);
        }
    }

    /// <summary>Connects the two, has the move happen, and measures.</summary>
    /// <param name="stun">The STUN server.</param>
    public async Task<Outcome> RunAsync(IPEndPoint stun)
    {
        PeerConnectionFactory factory = _neighbor.Run(() => new PeerConnectionFactory(
            new PeerConnectionFactoryOptions { StunServers = [stun] }, new DriverParts { Network = new LabNetwork().AwaitAddress() }));
        bool signals = true;
        MoverProcess? mover = null;
        using var neighbor = new Conversation(factory, !_setting.MoverOffers, message =>
        {
            if (Volatile.Read(ref signals))
            {
                mover!.Receive(message);
            }
        });
        using MoverProcess process = mover = new MoverProcess(_mover, _setting.MoverOffers, stun, message =>
        {
            if (Volatile.Read(ref signals))
            {
                neighbor.Receive(message);
            }
        });
        if (!_setting.MoverOffers)
        {
            neighbor.Offer();
        }

        await Task.WhenAll(neighbor.Opened, mover.Opened).WaitAsync(ToConnect);
        long wifi = _wifi.SentBytes(), cable = _cable.SentBytes();
        await Task.Delay(Before);
        bool cableInUse = _cable.SentBytes() - cable > _wifi.SentBytes() - wifi;
        Volatile.Write(ref signals, _setting.Signals);
        long movedAt = Stopwatch.GetTimestamp();
        await (cableInUse ? _move.RunAsync(_cable, _wifi) : _move.RunAsync(_wifi, _cable));
        await Task.Delay(After);
        neighbor.Stop();
        mover.Stop();
        await Task.Delay(Rest);
        return new Outcome(_move, movedAt, await mover.ReportAsync(), neighbor.Report());
    }

    private NetworkNamespace AddRouter(Lab lab, string name)
    {
        NetworkNamespace router = lab.Add(name);
        router.Forwards = true;
        lab.Publish(router, "wan");
        router.Rules = NatRules.Of(_setting.Nat, "");
        return router;
    }
}
