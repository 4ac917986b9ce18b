namespace Peercast.Origin;

/// <summary>The origin cannot start; the message is one line that says what is wrong and what to do.</summary>
public sealed class OriginStartException : Exception
{
    /// <summary>With a message for whoever runs the origin.</summary>
    public OriginStartException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public OriginStartException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public OriginStartException()
    {
    }
}
