namespace Peercast.Player.Playback;

/// <summary>One decoded picture, planar YUV 4:2:0.</summary>
internal sealed class VideoFrame
{
    /// <summary>A frame of this size; the planes lie behind each other in pinned memory, rows padded to 32 bytes.</summary>
    public VideoFrame(int width, int height)
    {
        Width = width;
        Height = height;
        PitchY = Align(width);
        LinesY = Align(height);
        PitchC = Align((width + 1) / 2);
        LinesC = Align((height + 1) / 2);
        Data = GC.AllocateUninitializedArray<byte>((PitchY * LinesY) + (2 * PitchC * LinesC) + Alignment, pinned: true);
    }

    /// <summary>libvlc's converters write whole vectors: rows and their number are padded to this many bytes.</summary>
    public const int Alignment = 32;

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>Bytes from one luma row to the next.</summary>
    public int PitchY { get; }

    /// <summary>Luma rows in memory.</summary>
    public int LinesY { get; }

    /// <summary>Bytes from one chroma row to the next.</summary>
    public int PitchC { get; }

    /// <summary>Chroma rows in memory.</summary>
    public int LinesC { get; }

    /// <summary>Pinned: its address is handed to native code.</summary>
    public byte[] Data { get; }

    /// <summary>Where plane 0 (Y), 1 (U) or 2 (V) begins in memory.</summary>
    public unsafe byte* Plane(int index)
    {
        var start = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref Data[0]);
        var aligned = (byte*)((start + Alignment - 1) & ~(nint)(Alignment - 1));
        return index == 0 ? aligned : aligned + (PitchY * LinesY) + ((index - 1) * PitchC * LinesC);
    }

    private static int Align(int value) => (value + Alignment - 1) & ~(Alignment - 1);
}
