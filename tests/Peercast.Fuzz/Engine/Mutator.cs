using System.Buffers.Binary;

namespace Peercast.Fuzz.Engine;

/// <summary>Makes inputs out of samples, of what a target makes itself, and of noise.</summary>
internal sealed class Mutator(FuzzTarget target, Random random)
{
    private const int MaxPool = 1024;
    private const int NoiseLength = 200;

    // Headers stand at the front, and there the decisions are made.
    private const int FrontLength = 48;

    private static readonly byte[] Bytes = [0, 1, 2, 3, 4, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];
    private static readonly ushort[] Words = [0, 1, 3, 4, 5, 8, 12, 16, 20, 0x7FFF, 0x8000, 0xFFFC, 0xFFFE, 0xFFFF];

    private readonly List<byte[]> _pool = [];
    private readonly Memory<byte> _buffer = new byte[target.MaxLength];
    private int _length;

    /// <summary>Takes a sample to make others of; when there are many, it takes the place of another.</summary>
    public void Add(ReadOnlySpan<byte> sample)
    {
        byte[] kept = sample[..Math.Min(sample.Length, target.MaxLength)].ToArray();
        if (_pool.Count < MaxPool)
            _pool.Add(kept);
        else
            _pool[random.Next(MaxPool)] = kept;
    }

    /// <summary>The next input; good until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        switch (random.Next(16))
        {
            case 0:
                Noise();
                break;
            case <= 5 when (_length = target.Make(random, _buffer.Span)) > 0:
                break;
            default:
                Sample();
                break;
        }

        target.Repair(random, _buffer.Span[.._length]);
        return _buffer.Span[.._length];
    }

    private void Noise()
    {
        _length = random.Next(Math.Min(NoiseLength, target.MaxLength));
        random.NextBytes(_buffer.Span[.._length]);
    }

    private void Sample()
    {
        if (_pool.Count == 0)
        {
            Noise();
            return;
        }

        byte[] sample = _pool[random.Next(_pool.Count)];
        sample.CopyTo(_buffer);
        _length = sample.Length;
        for (int changes = random.Next(6); changes > 0 && _length > 0; changes--)
            Change();
    }

    private void Change()
    {
        Span<byte> input = _buffer.Span[.._length];
        int at = random.Next(random.Next(2) == 0 ? Math.Min(_length, FrontLength) : _length);
        int some = random.Next(1, 1 + Math.Min(32, _length - at));
        switch (random.Next(10))
        {
            case 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input[at] = Bytes[random.Next(Bytes.Length)];
                break;
            case 3 when at + 2 <= _length:
                BinaryPrimitives.WriteUInt16BigEndian(input[at..], Words[random.Next(Words.Length)]);
                break;
            case 4:
                input[(at + some)..].CopyTo(input[at..]);
                _length -= some;
                break;
            case 5:
                Insert(at, input.Slice(at, some).ToArray());
                break;
            case 6:
                Insert(at, random.Next(2) == 0 ? new byte[some] : RandomBytes(some));
                break;
            case 7:
                Splice(at);
                break;
            case 8 when target.Words.Count > 0:
                Insert(at, target.Words[random.Next(target.Words.Count)]);
                break;
            default:
                if (random.Next(4) == 0)
                    _length = at;
                break;
        }
    }

    private byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
            return;
        Span<byte> buffer = _buffer.Span;
        buffer[at.._length].CopyTo(buffer[(at + bytes.Length)..]);
        bytes.CopyTo(buffer[at..]);
        _length += bytes.Length;
    }

    // The front of one sample and the end of another.
    private void Splice(int at)
    {
        byte[] other = _pool[random.Next(_pool.Count)];
        ReadOnlySpan<byte> end = other.AsSpan(Math.Min(at, other.Length));
        end.CopyTo(_buffer.Span[at..]);
        _length = at + end.Length;
    }
}
