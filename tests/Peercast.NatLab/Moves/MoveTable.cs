using System.Net;

namespace Peercast.NatLab.Moves;

/// <summary>What becomes of neighbors when one of them moves, found out by moving.</summary>
internal static class MoveTable
{
    /// <summary>Builds the lab, has every move happen in every setting, and prints what came of it.</summary>
    /// <returns>Whether all is as it should be.</returns>
    public static async Task<bool> RunAsync()
    {
        var lab = new Lab();
        Scene[][] scenes = [.. Setting.All.Select((setting, i) => Move.All.Select((move, j) => new Scene(lab, $"s{i}m{j}", move, setting)).ToArray())];
        lab.Build();
        IPEndPoint server = StunServer.Start(lab.Internet);
        var columns = new List<Outcome[]>();
        foreach (Scene[] setting in scenes)
        {
            // All moves of a setting at once, the settings one after the other: enough for a small machine.
            columns.Add(await Task.WhenAll(setting.Select(scene => scene.RunAsync(server))));
        }

        Console.WriteLine($"| | {string.Join(" | ", Setting.All.Select(setting => setting.Name))} |");
        Console.WriteLine($"|---|{string.Concat(Setting.All.Select(_ => "---|"))}");
        for (int i = 0; i < Move.All.Count; i++)
        {
            Console.WriteLine($"| {Move.All[i].Name} | {string.Join(" | ", columns.Select(column => column[i]))} |");
        }

        Console.WriteLine("\nSeconds of silence from the mover to its neighbor (↑) and back (↓); in parentheses, when the mover's system had told of the change.");
        return columns.SelectMany(column => column).All(outcome => outcome.Survived && outcome.InTime);
    }
}
