using System.Globalization;
using Peercast.Player.Media;
using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Recording;

/// <summary>
/// Writes the channel to an MP4 file, frame for frame as received. The file bears another name until it is finished;
/// where the codec parameters change, a new file with a number continues.
/// </summary>
internal sealed class Recorder : IMediaOutput, IPartSink
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly bool _force;
    private readonly TimeSpan? _limit;
    private readonly PartAssembler _assembler;
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _finished = [];
    private RecordingFile? _file;
    private string _temporary = "";
    private InitSegment? _init;
    private TimeSpan _recorded;
    private long _bytesBefore;
    private bool _waitForKeyframe = true;
    private bool _closed;
    private bool _ended;

    /// <summary>Checks that the file can be written.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="limit">How much media to record; null is all there is.</param>
    /// <param name="force">Overwrite an existing file.</param>
    /// <exception cref="PlayerException">The file exists, or its folder cannot be written.</exception>
    public Recorder(string path, TimeSpan? limit, bool force)
    {
        _path = Path.GetFullPath(path);
        _limit = limit;
        _force = force;
        _assembler = new PartAssembler(this);
        CheckTarget(_path);
        try
        {
            // Better now than after an hour.
            using (File.Create(TemporaryName(_path)))
            {
            }

            File.Delete(TemporaryName(_path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(_path, e);
        }
    }

    /// <summary>Ends when the limit is reached or the channel is complete; fails when recording cannot go on.</summary>
    public Task Completed => _completed.Task;

    /// <summary>How much media has been recorded.</summary>
    public TimeSpan Recorded
    {
        get
        {
            lock (_gate)
                return _recorded;
        }
    }

    /// <summary>How many bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytesBefore + (_file?.Length ?? 0);
        }
    }

    /// <summary>The files that are finished, in order.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_gate)
                return [.. _finished];
        }
    }

    /// <inheritdoc/>
    public void OnInit(int initIndex, ReadOnlyMemory<byte> init) => Do(() => _assembler.Init(init));

    /// <inheritdoc/>
    public void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes) => Do(() => _assembler.Add(chunk, bytes));

    /// <inheritdoc/>
    public void OnSkip(ChunkRange lost) => Do(() => _assembler.Skip(lost));

    /// <inheritdoc/>
    public void OnEnd() => Do(_assembler.End);

    /// <summary>Finishes what has been recorded.</summary>
    /// <exception cref="PlayerException">It cannot be written.</exception>
    public void Finish()
    {
        lock (_gate)
        {
            _closed = true;
            FinishFile();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _file?.Dispose();
            _file = null;
        }

        return ValueTask.CompletedTask;
    }

    void IPartSink.OnInit(ReadOnlyMemory<byte> init)
    {
        if (_init is not null && _init.Bytes.Span.SequenceEqual(init.Span))
            return;
        if (!InitSegment.TryParse(init, out _init))
            throw new PlayerException(ExitCode.UnsupportedMedia, "The channel's media is no MP4 that can be recorded.");
        FinishFile();
        _waitForKeyframe = true;
    }

    void IPartSink.OnPart(MediaPart part)
    {
        if (_init is null || (_waitForKeyframe && !part.StartsSegment))
            return;
        _waitForKeyframe = false;
        if (_file is null)
        {
            var path = NextPath();
            CheckTarget(path);
            _temporary = TemporaryName(path);
            _file = new RecordingFile(_temporary, _init);
        }

        if (!_file.TryAppend(part))
            throw new PlayerException(ExitCode.UnsupportedMedia, "The channel's media is fragmented in a way that cannot be recorded.");
        _recorded += part.Duration.ToTimeSpan();
        if (_recorded >= _limit)
            Complete();
    }

    void IPartSink.OnGap() =>
        // Frames that refer to lost ones are no frames of the source.
        _waitForKeyframe = true;

    void IPartSink.OnJump() => _waitForKeyframe = true;

    void IPartSink.OnEnd()
    {
        _ended = true;
        Complete();
    }

    private static string TemporaryName(string path) => path + ".part";

    private static PlayerException Unwritable(string path, Exception e) => new(
        ExitCode.LocalResource, $"{path} cannot be written ({e.Message.TrimEnd('.')}): choose another folder with --output.", e);

    private void CheckTarget(string path)
    {
        if (Directory.Exists(path))
            throw new PlayerException(ExitCode.LocalResource, $"{path} is a folder: name a file with --output.");
        if (!_force && File.Exists(path))
            throw new PlayerException(ExitCode.LocalResource, $"{path} exists: choose another name with --output, or add --force to overwrite it.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new PlayerException(ExitCode.LocalResource, $"The folder {Path.GetDirectoryName(path)} does not exist: create it or choose another with --output.");
    }

    private void Do(Action step)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            try
            {
                step();
            }
            catch (PlayerException e)
            {
                Fail(e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail(new PlayerException(
                    ExitCode.LocalResource,
                    $"Recording stopped, {_temporary} cannot be written ({e.Message.TrimEnd('.')}); what it holds until then can be played.",
                    e));
            }
        }
    }

    private void Complete()
    {
        _closed = true;
        _completed.TrySetResult();
    }

    private void Fail(PlayerException e)
    {
        _closed = true;
        _completed.TrySetException(e);
    }

    private string NextPath() => _finished.Count == 0
        ? _path
        : Path.Combine(
            Path.GetDirectoryName(_path)!,
            $"{Path.GetFileNameWithoutExtension(_path)}-{(_finished.Count + 1).ToString(CultureInfo.InvariantCulture)}{Path.GetExtension(_path)}");

    private void FinishFile()
    {
        if (_file is null)
            return;
        var path = NextPath();
        try
        {
            _bytesBefore += _file.Length;
            _file.Finish(_ended);
            _file = null;
            File.Move(_temporary, path, _force);
            _finished.Add(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            _file = null;
            throw new PlayerException(
                ExitCode.LocalResource, $"{path} could not be finished ({e.Message.TrimEnd('.')}): what was recorded is in {_temporary}.", e);
        }
    }
}
