using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Peercast.NatLab;

/// <summary>One machine of the lab: a network namespace, and threads of this process that live in it.</summary>
internal sealed partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;
    private readonly List<string> _commands = [];

    /// <summary>Names a machine; it exists once <see cref="Lab.Build"/> has run.</summary>
    public NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>Commands of <c>ip</c> to be run in it.</summary>
    public IReadOnlyList<string> Commands => _commands;

    /// <summary>Rules of <c>nft</c> to be loaded in it.</summary>
    public string Rules { get; set; } = "";

    /// <summary>Whether it passes on packets of others.</summary>
    public bool Forwards { get; set; }

    /// <summary>Adds a command of <c>ip</c>.</summary>
    public void Ip(string command) => _commands.Add(command);

    /// <summary>Runs something on a thread of the machine; threads that it starts, and their sockets, are of the machine, too.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle space = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace(space, CloneNewNet) != 0)
                {
                    throw new LabException($"The network namespace {Name} cannot be entered: {Marshal.GetLastPInvokeErrorMessage()}.");
                }

                result = action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new LabException(failure.Message, failure);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle file, int kind);
}
