using System.Reflection;
using System.Runtime.InteropServices;
using Peercast.WebRtc.Native;

namespace Peercast.WebRtc.Tests.Native;

public sealed class OpenSslImportsTests
{
    public static TheoryData<string, string> Imports()
    {
        var imports = new TheoryData<string, string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Type type in (Type[])[typeof(LibSsl), typeof(LibCrypto)])
        {
            const BindingFlags Flags = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly;
            foreach (MethodInfo method in type.GetMethods(Flags))
            {
                if (method.GetCustomAttribute<LibraryImportAttribute>() is { } import && seen.Add(import.EntryPoint ?? method.Name))
                {
                    imports.Add(import.LibraryName, import.EntryPoint ?? method.Name);
                }
            }
        }

        return imports;
    }

    [Theory]
    [MemberData(nameof(Imports))]
    public void Import_OfEverySymbol_ExistsInTheInstalledLibrary(string library, string symbol)
    {
        Assert.True(OpenSslLibrary.TryLoad(library, OpenSslLibrary.NamesOf, out nint handle));
        Assert.True(NativeLibrary.TryGetExport(handle, symbol, out _), $"{library} has no {symbol}");
    }

    [Fact]
    public void Imports_Reflection_FindsBothLibraries()
    {
        var imports = Imports().Select(row => row.ToArray()).ToList();
        Assert.Contains(imports, row => row is [OpenSslLibrary.Ssl, "SSL_read"]);
        Assert.Contains(imports, row => row is [OpenSslLibrary.Crypto, "BIO_meth_new"]);
    }

    [Fact]
    public void TryLoad_WithNamesThatDoNotExist_FindsNothing() =>
        Assert.False(OpenSslLibrary.TryLoad(OpenSslLibrary.Ssl, library => [$"{library}.so.of-another-world"], out _));

    [Fact]
    public void Require_OfALibraryThatIsNotInstalled_NamesItAndSaysWhatToInstall()
    {
        string[] NamesOf(string library) => library == OpenSslLibrary.Ssl ? ["libssl.so.of-another-world"] : OpenSslLibrary.NamesOf(library);
        var missing = Assert.Throws<OpenSslMissingException>(() => OpenSslLibrary.Require(NamesOf));
        Assert.Contains("libssl.so.of-another-world", missing.Message, StringComparison.Ordinal);
        Assert.Contains(OperatingSystem.IsLinux() ? "apt-get install libssl3" : "openssl", missing.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void FromQueue_AfterARefusedCall_CarriesOpenSslsWords()
    {
        OpenSslLibrary.EnsureLoaded();
        LibCrypto.ERR_clear_error();
        using SslContextHandle context = LibSsl.SSL_CTX_new(LibSsl.DTLS_method());
        Assert.NotEqual(1, LibSsl.SSL_CTX_set_cipher_list(context, "NO-SUCH-CIPHER"));

        OpenSslException failure = OpenSslException.FromQueue("SSL_CTX_set_cipher_list");

        Assert.Contains(failure.Errors, error => error.Contains("no cipher match", StringComparison.Ordinal));
        Assert.Contains("SSL_CTX_set_cipher_list", failure.Message, StringComparison.Ordinal);
    }
}
