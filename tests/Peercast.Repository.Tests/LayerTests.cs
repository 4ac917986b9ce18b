using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Peercast.Repository.Tests;

public sealed partial class LayerTests
{
    private static readonly Assembly[] Assemblies = [Assembly.Load(Layers.ProtocolNamespace), Assembly.Load(Layers.WebRtcNamespace)];

    [Fact]
    public void Folders_OfProtocol_AreTheLayers()
    {
        IEnumerable<string> folders = RepositoryFiles.Under("protocol/", ".cs").Select(path => path.Split('/')[1]);

        Assert.Empty(folders.Except(Layers.Allowed.Keys).Select(folder => $"protocol/{folder} is no layer: give it its arrows in Layers.cs"));
    }

    [Fact]
    public void Namespaces_InProtocol_AreTheFolders()
    {
        IEnumerable<string> wrong = from path in RepositoryFiles.Under("protocol/", ".cs")
                                    let folder = Path.GetDirectoryName(path)!.Replace('\\', '/').Split('/').Skip(1)
                                    let expected = folder.First() == "WebRtc"
                                        ? "Peercast." + string.Join('.', folder)
                                        : "Peercast.Protocol." + string.Join('.', folder)
                                    from Match match in Namespace().Matches(SourceText.CodeOf(RepositoryFiles.Read(path)))
                                    where match.Groups[1].Value != expected
                                    select $"{path} declares {match.Groups[1].Value}, its folder says {expected}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Types_OfEachLayer_UseOnlyTheLayersBelow()
    {
        IEnumerable<string> broken = from assembly in Assemblies
                                     from type in assembly.GetTypes()
                                     let user = Layers.Of(type.Namespace)
                                     where user is not null
                                     from used in TypeUses.Of(type)
                                     let layer = Layers.Of(used.Namespace)
                                     where layer is not null && !Layers.MayUse(user, layer)
                                     select $"{user} -> {layer}: {type.FullName} uses {used.FullName}";

        Assert.Empty(broken.Distinct());
    }

    [Fact]
    public void TypeUses_OfManifestCodec_IncludePrimitives()
    {
        // The rule above would hold for an empty list of uses; this one shows that IL is really read.
        Type codec = Assemblies[0].GetType("Peercast.Protocol.Chunks.ManifestCodec", throwOnError: true)!;

        Assert.Contains(TypeUses.Of(codec), type => Layers.Of(type.Namespace) == "Primitives");
    }

    [Fact]
    public void UsingDirectives_InProtocol_FollowTheArrows()
    {
        IEnumerable<string> broken = from path in RepositoryFiles.Under("protocol/", ".cs")
                                     let user = path.Split('/')[1]
                                     from Match match in PeercastName().Matches(SourceText.CodeOf(RepositoryFiles.Read(path)))
                                     let layer = Layers.Of(match.Value)
                                     where layer is not null and not "(root)" && !Layers.MayUse(user, layer)
                                     select $"{user} -> {layer}: {path} names {match.Value}";

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("origin/", "Peercast.Player")]
    [InlineData("player/", "Peercast.Origin")]
    [InlineData("protocol/", "Peercast.Origin")]
    [InlineData("protocol/", "Peercast.Player")]
    public void Sources_UnderFolder_NeverNameTheOtherSide(string folder, string forbidden)
    {
        IEnumerable<string> broken = from path in RepositoryFiles.Under(folder, ".cs")
                                     from Match match in PeercastName().Matches(SourceText.CodeOf(RepositoryFiles.Read(path)))
                                     where match.Value == forbidden || match.Value.StartsWith(forbidden + ".", StringComparison.Ordinal)
                                     select $"{path} names {match.Value}";

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("protocol/Peercast.Protocol.csproj", "")]
    [InlineData("protocol/WebRtc/Peercast.WebRtc.csproj", "Peercast.Protocol")]
    [InlineData("origin/Peercast.Origin.csproj", "Peercast.Protocol Peercast.WebRtc")]
    [InlineData("origin/Host/Peercast.Origin.Host.csproj", "Peercast.Origin")]
    [InlineData("player/Peercast.Player.csproj", "Peercast.Protocol Peercast.WebRtc")]
    public void ProjectReferences_OfProject_AreAmongThoseAllowed(string project, string allowed)
    {
        IEnumerable<string> references = XDocument.Parse(RepositoryFiles.Read(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(allowed.Split(' ')));
    }

    [Fact]
    public void Projects_OutsideTests_AreTheFiveThatHaveArrows()
    {
        IEnumerable<string> projects = RepositoryFiles.Under("", ".csproj").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal));

        Assert.Equal(
            ["origin/Host/Peercast.Origin.Host.csproj", "origin/Peercast.Origin.csproj", "player/Peercast.Player.csproj",
                "protocol/Peercast.Protocol.csproj", "protocol/WebRtc/Peercast.WebRtc.csproj"],
            projects);
    }

    [Fact]
    public void Projects_AllOfThem_AreInTheSolution()
    {
        string solution = RepositoryFiles.Read("Peercast.sln").Replace('\\', '/');

        Assert.Empty(RepositoryFiles.Under("", ".csproj").Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\bPeercast(\.\w+)+")]
    private static partial Regex PeercastName();
}
