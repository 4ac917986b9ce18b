using Peercast.Player.Playback;

namespace Peercast.Player.Tests.Support;

/// <summary>Writes down what an assembler says.</summary>
internal sealed class RecordingSink : IPartSink
{
    public List<string> Events { get; } = [];

    public List<MediaPart> Parts { get; } = [];

    public void OnInit(ReadOnlyMemory<byte> init) => Events.Add($"init {init.Length}");

    public void OnPart(MediaPart part)
    {
        Parts.Add(part);
        Events.Add($"part {part.Bytes.Length}");
    }

    public void OnGap() => Events.Add("gap");

    public void OnJump() => Events.Add("jump");

    public void OnEnd() => Events.Add("end");
}
