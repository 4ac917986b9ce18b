namespace Peercast.Player.Window;

/// <summary>What a key asks for, in the window or in the terminal.</summary>
internal enum PlayerAction
{
    /// <summary>The key has no meaning.</summary>
    None,

    /// <summary>Pause or play on.</summary>
    TogglePause,

    /// <summary>Full screen or window.</summary>
    ToggleFullScreen,

    /// <summary>5% louder.</summary>
    VolumeUp,

    /// <summary>5% less loud.</summary>
    VolumeDown,

    /// <summary>Sound off or on.</summary>
    ToggleMute,

    /// <summary>10 s back in a recorded channel.</summary>
    SeekBack,

    /// <summary>10 s on in a recorded channel.</summary>
    SeekForward,

    /// <summary>Picture to a PNG file.</summary>
    Snapshot,

    /// <summary>Statistics on screen.</summary>
    ToggleStatistics,

    /// <summary>Give less to neighbors.</summary>
    UploadLimitDown,

    /// <summary>Give more to neighbors.</summary>
    UploadLimitUp,

    /// <summary>End.</summary>
    Quit,
}

/// <summary>The keys, the same in the window and in the terminal.</summary>
internal static class KeyBindings
{
    /// <summary>One line for help texts.</summary>
    public const string Help =
        "space pause, f full screen, up/down volume, m mute, left/right seek (recorded channels), s snapshot, i statistics, u/U upload limit down/up, q quit";

    /// <summary>The action of a character key.</summary>
    public static PlayerAction FromCharacter(char key) => key switch
    {
        ' ' => PlayerAction.TogglePause,
        'f' or 'F' => PlayerAction.ToggleFullScreen,
        'm' or 'M' => PlayerAction.ToggleMute,
        's' or 'S' => PlayerAction.Snapshot,
        'i' or 'I' => PlayerAction.ToggleStatistics,
        'u' => PlayerAction.UploadLimitDown,
        'U' => PlayerAction.UploadLimitUp,
        'q' or 'Q' or '\u001b' => PlayerAction.Quit,
        _ => PlayerAction.None,
    };

    /// <summary>The action of a key in the terminal.</summary>
    public static PlayerAction FromConsole(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.UpArrow => PlayerAction.VolumeUp,
        ConsoleKey.DownArrow => PlayerAction.VolumeDown,
        ConsoleKey.LeftArrow => PlayerAction.SeekBack,
        ConsoleKey.RightArrow => PlayerAction.SeekForward,
        ConsoleKey.Escape => PlayerAction.Quit,
        _ => FromCharacter(key.KeyChar),
    };
}
