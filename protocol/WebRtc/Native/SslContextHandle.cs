using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>Owns one SSL_CTX.</summary>
internal sealed class SslContextHandle : SafeHandle
{
    public SslContextHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }
}
