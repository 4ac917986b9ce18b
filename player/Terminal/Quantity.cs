using System.Globalization;

namespace Peercast.Player.Terminal;

/// <summary>Rates, sizes and times as people write them.</summary>
internal static class Quantity
{
    /// <summary>Bits per second, for example <c>1.5 Mb/s</c>.</summary>
    public static string Rate(double bitsPerSecond) => bitsPerSecond switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e6:0.##} Mb/s"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e3:0} kb/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond:0} b/s"),
    };

    /// <summary>Bytes in decimal units, for example <c>32.1 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    /// <summary>An upload limit: a rate, <c>nothing</c> or <c>unlimited</c>.</summary>
    public static string Limit(long bitsPerSecond) => bitsPerSecond switch
    {
        0 => "nothing",
        long.MaxValue => "unlimited",
        _ => Rate(bitsPerSecond),
    };

    /// <summary>A place on a timeline: <c>1:02:03</c> or <c>2:03</c>.</summary>
    public static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    /// <summary>
    /// Reads a rate in bits per second: digits with an optional fraction and an optional <c>k</c>, <c>M</c> or <c>G</c>
    /// (powers of 1000), or <c>unlimited</c>.
    /// </summary>
    public static bool TryParseRate(string text, out long bitsPerSecond)
    {
        bitsPerSecond = 0;
        if (text.Equals("unlimited", StringComparison.OrdinalIgnoreCase))
        {
            bitsPerSecond = long.MaxValue;
            return true;
        }

        if (text.Length == 0)
            return false;
        var factor = text[^1] switch
        {
            'k' or 'K' => 1e3,
            'm' or 'M' => 1e6,
            'g' or 'G' => 1e9,
            _ => 1,
        };
        var digits = factor > 1 ? text[..^1] : text;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(digits, Style, CultureInfo.InvariantCulture, out var value) || !(value * factor <= 1e15))
            return false;
        bitsPerSecond = (long)Math.Round(value * factor);
        return true;
    }
}
