namespace Peercast.Simulation.Scenarios;

/// <summary>
/// Chance in other shapes than the uniform one. Built on the four operations of arithmetic alone, because the libraries'
/// logarithms differ in the last digit between machines, and a simulation magnifies that.
/// </summary>
internal static class Draws
{
    private const double Ln2 = 0.693147180559945309;

    /// <summary>Exponentially distributed: the time to the next of a Poisson process.</summary>
    public static double Exponential(Random random, double mean) => -mean * Log(1 - random.NextDouble());

    /// <summary>Lognormally distributed with the given mean; sigma is the logarithm's deviation.</summary>
    public static double LogNormal(Random random, double mean, double sigma) =>
        mean * Exp((sigma * Normal(random)) - (sigma * sigma / 2));

    /// <summary>Normally distributed, as the sum of twelve uniform numbers: good to three deviations.</summary>
    public static double Normal(Random random)
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
        {
            sum += random.NextDouble();
        }

        return sum;
    }

    /// <summary>Natural logarithm of a number above 0.</summary>
    public static double Log(double x)
    {
        int halvings = 0;
        for (; x > 1.5; halvings++)
        {
            x /= 2;
        }

        for (; x < 0.75; halvings--)
        {
            x *= 2;
        }

        // ln x = 2 artanh((x - 1) / (x + 1))
        double y = (x - 1) / (x + 1), power = y, sum = 0;
        for (int k = 1; k < 40; k += 2)
        {
            sum += power / k;
            power *= y * y;
        }

        return (2 * sum) + (halvings * Ln2);
    }

    /// <summary>The exponential function.</summary>
    public static double Exp(double x)
    {
        int doublings = (int)Math.Floor(x / Ln2);
        double rest = x - (doublings * Ln2), term = 1, sum = 1;
        for (int k = 1; k < 25; k++)
        {
            term *= rest / k;
            sum += term;
        }

        for (; doublings > 0; doublings--)
        {
            sum *= 2;
        }

        for (; doublings < 0; doublings++)
        {
            sum /= 2;
        }

        return sum;
    }
}
