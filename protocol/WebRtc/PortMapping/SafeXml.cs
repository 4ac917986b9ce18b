using System.Xml;

namespace Peercast.WebRtc.PortMapping;

/// <summary>XML from a stranger: no entities, nothing fetched, nothing long.</summary>
internal static class SafeXml
{
    /// <summary>Settings of every reader.</summary>
    public static XmlReaderSettings Settings { get; } = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = UpnpDescription.MaxLength,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>The text of the element that the reader is at; what is inside further elements is not taken.</summary>
    public static string ReadText(XmlReader reader) =>
        !reader.IsEmptyElement && reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value.Trim() : "";
}
