namespace Peercast.EndToEnd.Tests;

/// <summary>How a program must end that cannot do what was asked: one line that says so, and no exit code 0.</summary>
internal static class OneClearLine
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the end and checks it.</summary>
    /// <param name="program">The program that was started.</param>
    /// <param name="code">The exit code that it must have.</param>
    /// <param name="words">What the line must speak of: what is wrong, and what to do.</param>
    public static async Task IsLeftByAsync(RunningProgram program, int code, params string[] words)
    {
        await using (program)
        {
            int actual = await program.EndAsync(Limit);
            Assert.True(program.Errors.Count == 1, $"one line on standard error: {program}");
            Assert.True(actual == code, $"exit code {code} and not {actual}: {program}");
            Assert.All(words, word => Assert.Contains(word, program.Errors.Single(), StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(program.Output, line => line.StartsWith("   at ", StringComparison.Ordinal));
        }
    }
}
