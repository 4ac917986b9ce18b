using System.Reflection;

namespace Peercast.Benchmarks.Ends;

/// <summary>The scripts of the other stacks, which this assembly carries.</summary>
internal static class Scripts
{
    /// <summary>Several of them as one text.</summary>
    public static string Join(params IEnumerable<string> names) => string.Join('\n', names.Select(Read));

    private static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no script {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
