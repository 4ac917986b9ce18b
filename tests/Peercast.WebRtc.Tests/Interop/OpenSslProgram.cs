using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Peercast.WebRtc.Tests.Driver;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>The program <c>openssl</c> with a certificate of its own: the other implementation of the handshake's driver.</summary>
internal sealed class OpenSslProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-openssl-").FullName;
    private readonly BlockingCollection<string> _lines = [];
    private readonly StringBuilder _everything = new();
    private readonly Process _process;

    public OpenSslProgram(params string[] arguments)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=openssl", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Fingerprint = SHA256.HashData(certificate.RawData);
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        var start = new ProcessStartInfo("openssl")
        {
            UseShellExecute = false,
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[.. arguments, "-dtls1_2", "-mtu", "1200", "-cert", "cert.pem", "-key", "key.pem"])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SHA-256 of its certificate.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>Sends a line through the session.</summary>
    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line of its output.</summary>
    public string WaitForLine(Func<string, bool> wanted)
    {
        while (_lines.TryTake(out string? line, PeerPair.Patience))
        {
            if (wanted(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"openssl did not say it: {_everything}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        _process.Dispose();
        _lines.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_everything)
            {
                _everything.AppendLine(line);
            }

            _lines.Add(line);
        }
    }
}
