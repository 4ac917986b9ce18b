using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>Owns one SSL with its BIO, and the handle through which the BIO's callbacks find their managed side.</summary>
internal sealed class SslHandle : SafeHandle
{
    private GCHandle _callbackTarget;

    public SslHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// Remembers what the callbacks belong to. The reference is weak: a strong one would keep an endpoint that nobody
    /// disposed of alive for ever, and callbacks run only while a method of the target is on the stack.
    /// </summary>
    /// <returns>What to store as the BIO's data.</returns>
    public nint SetCallbackTarget(object target)
    {
        _callbackTarget = GCHandle.Alloc(target, GCHandleType.Weak);
        return GCHandle.ToIntPtr(_callbackTarget);
    }

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        if (_callbackTarget.IsAllocated)
        {
            _callbackTarget.Free();
        }

        return true;
    }
}
