namespace Peercast.Origin.Rtmp;

/// <summary>Type markers of AMF0, specification section 2.1.</summary>
internal enum Amf0Marker : byte
{
    /// <summary>A double.</summary>
    Number = 0,

    /// <summary>One byte.</summary>
    Boolean = 1,

    /// <summary>Up to 65,535 bytes of UTF-8.</summary>
    String = 2,

    /// <summary>Names and values up to an end marker.</summary>
    Object = 3,

    /// <summary>No value.</summary>
    Null = 5,

    /// <summary>No value either.</summary>
    Undefined = 6,

    /// <summary>An object with a count that is only a hint.</summary>
    EcmaArray = 8,

    /// <summary>Ends an object.</summary>
    ObjectEnd = 9,

    /// <summary>Values without names.</summary>
    StrictArray = 10,

    /// <summary>Milliseconds since 1970 and a time zone that nobody uses.</summary>
    Date = 11,

    /// <summary>More than 65,535 bytes of UTF-8.</summary>
    LongString = 12,

    /// <summary>Something that could not be serialized.</summary>
    Unsupported = 13,

    /// <summary>A long string that holds XML.</summary>
    XmlDocument = 15,

    /// <summary>An object with a class name.</summary>
    TypedObject = 16,
}
