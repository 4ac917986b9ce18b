using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Peercast.Simulation.Output;

/// <summary>Writes results as JSON: the same results give the same bytes.</summary>
internal static class JsonReport
{
    /// <summary>Writes the rows, with mean, smallest and largest of each measure over the seeds.</summary>
    public static string Write(IReadOnlyList<Row> rows)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("rows");
            foreach (Row row in rows)
            {
                WriteRow(json, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteRow(Utf8JsonWriter json, Row row)
    {
        json.WriteStartObject();
        json.WriteString("scenario", row.Scenario);
        json.WriteNumber("peers", row.Peers);
        json.WriteString("policy", row.Policy);
        json.WriteStartArray("seeds");
        foreach (RunResult result in row.Results)
        {
            json.WriteNumberValue(result.Plan.Seed);
        }

        json.WriteEndArray();
        json.WriteStartObject("measures");
        foreach (string name in Measures.Measures.Names)
        {
            json.WriteStartObject(name);
            Number(json, "mean", row.Mean(name));
            Number(json, "min", row.Min(name));
            Number(json, "max", row.Max(name));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Six digits: what lies beyond is rounding. A run too short for a measure has no value for it.</summary>
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        if (!double.IsFinite(value))
        {
            json.WriteNullValue();
            return;
        }

        json.WriteRawValue(value.ToString("G6", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal));
    }
}
