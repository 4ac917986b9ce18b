using System.Runtime.InteropServices;
using Peercast.Player.Playback;

namespace Peercast.Player.Native;

/// <summary>
/// What libvlc calls on its own threads. Static functions without a managed delegate behind them, so nothing can be
/// collected; the objects that they act on are rooted by a <see cref="GCHandle"/> for as long as libvlc may call.
/// No exception may leave them.
/// </summary>
internal static unsafe class VlcCallbacks
{
    /// <summary>libvlc_media_open_cb: no size is known, and there is nothing to seek in.</summary>
    [UnmanagedCallersOnly]
    public static int OpenPipe(nint opaque, nint* data, ulong* size)
    {
        *data = opaque;
        *size = ulong.MaxValue;
        return 0;
    }

    /// <summary>libvlc_media_read_cb: blocks until there is something; 0 is the end.</summary>
    [UnmanagedCallersOnly]
    public static nint ReadPipe(nint opaque, byte* buffer, nint length)
    {
        try
        {
            return GCHandle.FromIntPtr(opaque).Target is MediaPipe pipe
                ? pipe.Read(new Span<byte>(buffer, (int)Math.Min(length, int.MaxValue)))
                : 0;
        }
        catch (Exception)
        {
            return -1;
        }
    }

    /// <summary>libvlc_media_close_cb.</summary>
    [UnmanagedCallersOnly]
    public static void ClosePipe(nint opaque)
    {
    }

    /// <summary>libvlc_video_format_cb: asks for planar YUV 4:2:0 in the size of the picture's visible part.</summary>
    [UnmanagedCallersOnly]
    public static uint SetUpFrames(nint* opaque, byte* chroma, uint* width, uint* height, uint* pitches, uint* lines)
    {
        try
        {
            const uint MaxSide = 16_384;
            if (GCHandle.FromIntPtr(*opaque).Target is not FrameQueue frames || *width is 0 or > MaxSide || *height is 0 or > MaxSide)
                return 0;
            "I420"u8.CopyTo(new Span<byte>(chroma, 4));
            // libvlc 3 tells the decoder's padded size, and would scale the visible part up to it.
            (*width, *height) = frames.GetVisibleSize(*width, *height);
            frames.Configure((int)*width, (int)*height);
            var frame = frames.BeginWrite()!;
            (pitches[0], lines[0]) = ((uint)frame.PitchY, (uint)frame.LinesY);
            (pitches[1], lines[1]) = ((uint)frame.PitchC, (uint)frame.LinesC);
            (pitches[2], lines[2]) = ((uint)frame.PitchC, (uint)frame.LinesC);
            return 1;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>libvlc_video_cleanup_cb: the frames are the collector's.</summary>
    [UnmanagedCallersOnly]
    public static void CleanUpFrames(nint opaque)
    {
    }

    /// <summary>libvlc_video_lock_cb.</summary>
    [UnmanagedCallersOnly]
    public static nint LockFrame(nint opaque, void** planes)
    {
        if (GCHandle.FromIntPtr(opaque).Target is FrameQueue frames && frames.BeginWrite() is { } frame)
        {
            for (var i = 0; i < 3; i++)
                planes[i] = frame.Plane(i);
        }

        return 0;
    }

    /// <summary>libvlc_video_unlock_cb.</summary>
    [UnmanagedCallersOnly]
    public static void UnlockFrame(nint opaque, nint picture, void** planes)
    {
    }

    /// <summary>libvlc_video_display_cb: the picture's time has come.</summary>
    [UnmanagedCallersOnly]
    public static void DisplayFrame(nint opaque, nint picture)
    {
        try
        {
            if (GCHandle.FromIntPtr(opaque).Target is FrameQueue frames)
                frames.Publish();
        }
        catch (Exception)
        {
            // A window that is closing: the picture is not missed.
        }
    }
}
