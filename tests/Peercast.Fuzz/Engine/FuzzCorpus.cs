using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;

namespace Peercast.Fuzz.Engine;

/// <summary>
/// Samples that are worth keeping: of what is usual, and of what once broke something. A file of a target without sessions is an
/// input; one of a target with sessions is a session, whose inputs have their length, 16 bits in network order, before them.
/// </summary>
internal static class FuzzCorpus
{
    /// <summary>The sessions in a folder of the corpus, in the order of their files' names.</summary>
    public static IReadOnlyList<IReadOnlyList<byte[]>> Of(FuzzTarget target)
    {
        Assembly assembly = typeof(FuzzCorpus).Assembly;
        var sessions = new List<IReadOnlyList<byte[]>>();
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(target.Corpus + "/", StringComparison.Ordinal))
                continue;
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            sessions.Add(Inputs(target, bytes));
        }

        return sessions;
    }

    /// <summary>The inputs in a file.</summary>
    public static IReadOnlyList<byte[]> Inputs(FuzzTarget target, byte[] file) => target.SessionLength == 0 ? [file] : Split(file);

    /// <summary>Writes an input of a session before which others may stand.</summary>
    public static void Append(Stream session, ReadOnlySpan<byte> input)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)input.Length);
        session.Write(length);
        session.Write(input);
    }

    /// <summary>A name for a sample that depends on nothing but its bytes.</summary>
    public static string FileName(string kind, ReadOnlySpan<byte> sample) =>
        $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(sample).AsSpan(0, 6))}.bin";

    private static List<byte[]> Split(ReadOnlySpan<byte> session)
    {
        var inputs = new List<byte[]>();
        while (session.Length >= 2)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(session), session.Length - 2);
            inputs.Add(session.Slice(2, length).ToArray());
            session = session[(2 + length)..];
        }

        return inputs;
    }
}
