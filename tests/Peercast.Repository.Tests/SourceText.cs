using System.Text.RegularExpressions;

namespace Peercast.Repository.Tests;

/// <summary>C# files as text, for rules that the compiled assemblies do not show.</summary>
internal static partial class SourceText
{
    /// <summary>The file without comments and without the contents of strings; line breaks stay where they were.</summary>
    public static string CodeOf(string text) =>
        CommentOrLiteral().Replace(text, match =>
        {
            string kept = new('\n', match.Value.AsSpan().Count('\n'));
            return match.Value.StartsWith('/') ? kept : "\"" + kept + "\"";
        });

    // Raw strings first, then verbatim ones, then ordinary ones, characters and the two kinds of comment.
    [GeneratedRegex("\"{3}.*?\"{3,}|@\\$?\"(?:[^\"]|\"\")*\"|\\$@\"(?:[^\"]|\"\")*\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'|//[^\n]*|/\\*.*?\\*/", RegexOptions.Singleline)]
    private static partial Regex CommentOrLiteral();
}
