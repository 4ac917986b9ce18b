namespace Peercast.Player.Playback;

/// <summary>
/// Whether there is anything to play sound on. Without it libvlc tries to open a device again with every block of sound,
/// and its libraries complain on standard error each time.
/// </summary>
internal static class SoundDevice
{
    /// <summary>Looks for a sound server or a playback device. Other systems than Linux always have one to ask.</summary>
    public static bool IsPresent()
    {
        if (!OperatingSystem.IsLinux())
            return true;
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PULSE_SERVER")))
            return true;
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (!string.IsNullOrEmpty(runtime) && (File.Exists(Path.Combine(runtime, "pulse", "native")) || File.Exists(Path.Combine(runtime, "pipewire-0"))))
            return true;
        // ALSA names a playback device pcmC<card>D<device>p.
        return Directory.Exists("/dev/snd") && Directory.EnumerateFileSystemEntries("/dev/snd", "pcm*p").Any();
    }
}
