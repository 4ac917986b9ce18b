namespace Peercast.Origin.Rtmp;

/// <summary>The <c>onMetaData</c> tag that publishers send first.</summary>
internal static class FlvMetadata
{
    /// <summary>Reads what matters.</summary>
    /// <param name="body">The tag's body.</param>
    /// <param name="hasAudio">Whether an audio codec is announced.</param>
    /// <returns><c>false</c>: it is something else.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out bool hasAudio)
    {
        hasAudio = false;
        var reader = new Amf0Reader(body);
        if (!reader.TryRead(out object? name) || name is not "onMetaData"
            || !reader.TryRead(out object? value) || value is not Dictionary<string, object?> members)
        {
            return false;
        }

        hasAudio = members.ContainsKey("audiocodecid") || members.GetValueOrDefault("hasAudio") is true;
        return true;
    }
}
