using System.Runtime.InteropServices;
using Peercast.Player.Native;

namespace Peercast.Player.Playback;

/// <summary>
/// libvlc 3 with its pictures drawn into our memory: the window stays ours on X11, Wayland and anything else that SDL
/// knows, and the statistics can be laid over the picture.
/// </summary>
internal sealed class VlcVideoPlayer : IVideoPlayer
{
    /// <summary>How far libvlc reads ahead of its clock. Small: the session holds the live latency already.</summary>
    public const int CachingMilliseconds = 300;

    // libvlc_state_t
    private const int StatePlaying = 3;
    private const int StatePaused = 4;
    private const int StateEnded = 6;
    private const int StateError = 7;

    private readonly Lock _gate = new();
    private readonly Queue<MediaPipe> _waiting = new();
    private readonly VlcInstanceHandle _instance;
    private readonly VlcPlayerHandle _player;
    private GCHandle _framesRoot;
    private Source? _current;
    private VideoStatistics _before;
    private bool _paused;
    private bool _applied;
    private bool _endOfSources;
    private int _volume = 100;
    private bool _muted;

    /// <summary>Starts libvlc.</summary>
    /// <param name="sound">False: no sound device is opened.</param>
    /// <param name="verbose">True: libvlc's own log goes to standard error.</param>
    /// <exception cref="PlayerException">libvlc or its plugins are not installed.</exception>
    public VlcVideoPlayer(bool sound = true, bool verbose = false)
    {
        List<string> options =
        [
            "--no-video-title-show",
            "--no-osd",
            "--no-snapshot-preview",
            $"--network-caching={CachingMilliseconds}",
            // The pipe is no camera: it may be read ahead of time. Left to itself, libvlc takes the first seconds, which
            // come at once, for a fast sender's clock and drops them as late.
            "--clock-synchro=0",
            // Pictures are copied to our memory in any case, and drivers fail in more ways than decoders.
            "--avcodec-hw=none",
            verbose ? "--verbose=2" : "--quiet",
        ];
        if (!sound)
            options.Add("--aout=dummy");
        _instance = VlcInstanceHandle.Create(options);
        if (!verbose)
            LibVlc.LogUnset(_instance);
        _player = LibVlc.PlayerNew(_instance);
        if (_player.IsInvalid)
        {
            _instance.Dispose();
            throw new PlayerException(ExitCode.MissingDependency, "libvlc cannot make a player: reinstall VLC 3 (on Debian or Ubuntu: libvlc5 vlc-plugin-base).");
        }

        _framesRoot = GCHandle.Alloc(Frames);
        unsafe
        {
            LibVlc.VideoSetCallbacks(
                _player, &VlcCallbacks.LockFrame, &VlcCallbacks.UnlockFrame, &VlcCallbacks.DisplayFrame, GCHandle.ToIntPtr(_framesRoot));
            LibVlc.VideoSetFormatCallbacks(_player, &VlcCallbacks.SetUpFrames, &VlcCallbacks.CleanUpFrames);
        }
    }

    /// <inheritdoc/>
    public FrameQueue Frames { get; } = new();

    /// <inheritdoc/>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
                return _endOfSources && _current is null && _waiting.Count == 0;
        }
    }

    /// <inheritdoc/>
    public bool HasFailed { get; private set; }

    /// <inheritdoc/>
    public bool IsPaused
    {
        get => _paused;
        set
        {
            _paused = value;
            if (_current is not null)
                LibVlc.PlayerSetPause(_player, value ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    public int Volume
    {
        get => _volume;
        set
        {
            _volume = Math.Clamp(value, 0, 100);
            LibVlc.AudioSetVolume(_player, _volume);
        }
    }

    /// <inheritdoc/>
    public bool IsMuted
    {
        get => _muted;
        set
        {
            _muted = value;
            LibVlc.AudioSetMute(_player, value ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    public PictureShape? Shape => Frames.Shape;

    /// <inheritdoc/>
    public VideoStatistics Statistics
    {
        get
        {
            var sum = _current is null ? _before : Add(_before, Read(_current.Media));
            // libvlc brings its own counters up to date only now and then, and never at a source's end.
            return sum with { Displayed = Frames.Published };
        }
    }

    /// <inheritdoc/>
    public void Enqueue(MediaPipe source)
    {
        lock (_gate)
        {
            _waiting.Enqueue(source);
            _endOfSources = false;
        }
    }

    /// <inheritdoc/>
    public void EndOfSources()
    {
        lock (_gate)
            _endOfSources = true;
    }

    /// <inheritdoc/>
    public void Poll()
    {
        if (_current is not null)
        {
            var state = LibVlc.PlayerGetState(_player);
            if (_current.Pipe.IsAborted || state is StateEnded or StateError)
            {
                HasFailed = state == StateError;
                Stop();
            }
            else if (!_applied && state is StatePlaying or StatePaused)
            {
                Apply();
            }
        }

        if (_current is null)
            Next();
    }

    /// <inheritdoc/>
    public bool TryTakeSnapshot(string path) =>
        LibVlc.VideoTakeSnapshot(_player, 0, path, 0, 0) == 0 && File.Exists(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_instance.IsClosed)
            return;
        if (_current is not null)
            Stop();
        _player.Dispose();
        _instance.Dispose();
        _framesRoot.Free();
    }

    private static VideoStatistics Add(VideoStatistics left, VideoStatistics right) =>
        new(left.Decoded + right.Decoded, 0, left.Lost + right.Lost);

    private static VideoStatistics Read(VlcMediaHandle media) =>
        LibVlc.MediaGetStatistics(media, out var statistics) == 0
            ? default
            : new VideoStatistics(statistics.DecodedVideo, 0, statistics.LostPictures);

    private void Next()
    {
        lock (_gate)
        {
            MediaPipe? pipe;
            do
            {
                if (!_waiting.TryDequeue(out pipe))
                    return;
            }
            while (pipe.IsAborted);
            _current = new Source(_instance, pipe);
        }

        _applied = false;
        Frames.Shape = _current.Pipe.Shape;
        LibVlc.PlayerSetMedia(_player, _current.Media);
        LibVlc.PlayerPlay(_player);
    }

    private void Stop()
    {
        var source = _current!;
        // The input thread may be waiting for bytes: without this the stop would wait for it for ever.
        source.Pipe.Abort();
        _before = Add(_before, Read(source.Media));
        LibVlc.PlayerStop(_player);
        _current = null;
        source.Dispose();
    }

    /// <summary>What libvlc takes only while it plays.</summary>
    private void Apply()
    {
        if (_paused)
            LibVlc.PlayerSetPause(_player, 1);
        LibVlc.AudioSetVolume(_player, _volume);
        LibVlc.AudioSetMute(_player, _muted ? 1 : 0);
        _applied = true;
    }

    /// <summary>A media that reads from a pipe; the pipe is rooted while libvlc may call back.</summary>
    private sealed class Source : IDisposable
    {
        private GCHandle _root;

        public unsafe Source(VlcInstanceHandle instance, MediaPipe pipe)
        {
            Pipe = pipe;
            _root = GCHandle.Alloc(pipe);
            Media = LibVlc.MediaNewCallbacks(
                instance, &VlcCallbacks.OpenPipe, &VlcCallbacks.ReadPipe, null, &VlcCallbacks.ClosePipe, GCHandle.ToIntPtr(_root));
            // What arrives is always fragmented MP4: probing for other formats would only cost time.
            LibVlc.MediaAddOption(Media, ":demux=mp4");
        }

        public MediaPipe Pipe { get; }

        public VlcMediaHandle Media { get; }

        public void Dispose()
        {
            Media.Dispose();
            _root.Free();
        }
    }
}
