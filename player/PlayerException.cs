namespace Peercast.Player;

/// <summary>The exit codes of <c>peercast</c>; the command line's help lists them.</summary>
internal enum ExitCode
{
    /// <summary>It did what was asked.</summary>
    Success = 0,

    /// <summary>A fault of the program itself.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The origin cannot be reached, or went away before the first picture.</summary>
    OriginUnreachable = 3,

    /// <summary>The origin has no such channel, or the link is no watch link.</summary>
    UnknownChannel = 4,

    /// <summary>The channel's key or its media is not what the link promises.</summary>
    Untrusted = 5,

    /// <summary>A library that the command needs is not installed, or there is no display.</summary>
    MissingDependency = 6,

    /// <summary>A file, a folder or a port on this machine cannot be used.</summary>
    LocalResource = 7,

    /// <summary>The channel's media can be transported but not played or recorded here.</summary>
    UnsupportedMedia = 8,

    /// <summary>The origin lets no more viewers in.</summary>
    ChannelFull = 9,
}

/// <summary>Something went wrong that the user can mend: the message is one line that says what and how.</summary>
internal sealed class PlayerException : Exception
{
    /// <summary>With the line to print and what the process ends with.</summary>
    public PlayerException(ExitCode code, string message, Exception? cause = null)
        : base(message, cause) => Code = code;

    /// <summary>What the process ends with.</summary>
    public ExitCode Code { get; }
}
