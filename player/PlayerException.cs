namespace Peercast.Player;

/// <summary>The exit codes of <c>peercast</c>; the command line's help lists them.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>A fault of the program itself.</summary>
    InternalError = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The origin cannot be reached, or what answers is no Peercast origin.</summary>
    OriginUnreachable = 3,

    /// <summary>The origin has no such channel, rendition or key.</summary>
    UnknownChannel = 4,

    /// <summary>A library that the command needs is not installed, or there is no display.</summary>
    MissingComponent = 5,

    /// <summary>The output cannot be written: read-only folder, existing file, full disk, port taken.</summary>
    OutputFailed = 6,

    /// <summary>The media cannot be played or recorded.</summary>
    UnsupportedMedia = 7,
}

/// <summary>A failure that the user can act on: its message is the one line that is printed, and says what to do.</summary>
internal sealed class PlayerException : Exception
{
    /// <summary>With the line to print and the process's exit code.</summary>
    public PlayerException(ExitCode code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
    }

    /// <summary>The process's exit code.</summary>
    public ExitCode Code { get; }
}
