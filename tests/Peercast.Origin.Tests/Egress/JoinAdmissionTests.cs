using Peercast.Origin.Egress;

namespace Peercast.Origin.Tests.Egress;

public sealed class JoinAdmissionTests
{
    /// <summary>Of a channel of 2 Mb/s; the budget is thirty of them.</summary>
    private const long Second = 250_000;

    private const double Budget = 30 * Second;

    private long _lastTicket;
    private readonly JoinAdmission _joins;

    public JoinAdmissionTests() => _joins = new JoinAdmission(Budget, () => ++_lastTicket);

    [Fact]
    public void Ask_NobodyElse_IsAdmitted() => Assert.Equal(JoinVerdict.Admitted, Ask(TimeSpan.Zero).Verdict);

    [Fact]
    public void Ask_BudgetSmallerThanAJoin_StillAdmitsTheFirst() =>
        Assert.Equal(JoinVerdict.Admitted, new JoinAdmission(Second / 2.0, () => 1).Ask(TimeSpan.FromMinutes(1), 0, Second, Second).Verdict);

    [Fact]
    public void Ask_ManyAtOnce_FirstBeginFurtherBehindAndThenQueue()
    {
        List<JoinAnswer> answers = [.. Enumerable.Range(0, 40).Select(_ => Ask(TimeSpan.Zero))];
        List<JoinAnswer> admitted = [.. answers.TakeWhile(a => a.Verdict == JoinVerdict.Admitted)];

        Assert.InRange(admitted.Count, 4, 12);
        Assert.Equal(admitted.Order(Comparer<JoinAnswer>.Create((a, b) => a.Latency.CompareTo(b.Latency))), admitted);
        Assert.True(admitted[^1].Latency > admitted[0].Latency);
        Assert.All(answers.Skip(admitted.Count), a => Assert.Equal(JoinVerdict.Queued, a.Verdict));
        Assert.Equal(Enumerable.Range(1, 40 - admitted.Count), answers.Skip(admitted.Count).Select(a => a.Place));
        Assert.All(answers.Skip(admitted.Count), a => Assert.InRange(a.RetryAfter.TotalSeconds, 1, 10));
        Assert.True(answers[^1].RetryAfter > answers[admitted.Count].RetryAfter);
    }

    [Fact]
    public void Ask_LaterOneComesBackFirst_DoesNotOvertake()
    {
        (JoinAnswer first, JoinAnswer second) = (Fill(TimeSpan.Zero), Ask(TimeSpan.Zero));
        TimeSpan now = TimeSpan.Zero;
        while (Ask(now += TimeSpan.FromMilliseconds(10), second.Ticket).Verdict != JoinVerdict.Admitted)
        {
            Assert.True(now < TimeSpan.FromSeconds(4), "there is room for two by then");
        }

        // What it waited for was room for both.
        Assert.Equal(JoinVerdict.Admitted, Ask(now, first.Ticket).Verdict);
    }

    [Fact]
    public void Ask_NewcomerWhileOthersWait_StandsBehindThem()
    {
        Fill(TimeSpan.Zero);
        JoinAnswer newcomer = Ask(TimeSpan.FromMilliseconds(200));
        Assert.Equal((JoinVerdict.Queued, 2), (newcomer.Verdict, newcomer.Place));
    }

    [Fact]
    public void Ask_FirstOfTheQueueNeverComesBack_TheOthersGoOn()
    {
        Fill(TimeSpan.Zero);
        JoinAnswer second = Ask(TimeSpan.Zero);
        Assert.Equal(2, second.Place);
        JoinAnswer later = Ask(TimeSpan.FromSeconds(6), second.Ticket);
        Assert.Equal(JoinVerdict.Admitted, later.Verdict);
        Assert.Equal(0, _joins.Waiting);
    }

    [Fact]
    public void Ask_WatchersTakeTheBudget_NobodyIsAdmittedUntilTheyDoNot()
    {
        long ticket = 0;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromSeconds(20); now += TimeSpan.FromSeconds(0.1))
        {
            _joins.Taken(now, (long)(Budget / 10));
            if (now > TimeSpan.FromSeconds(5))
            {
                JoinAnswer answer = Ask(now, ticket);
                Assert.Equal(JoinVerdict.Queued, answer.Verdict);
                ticket = answer.Ticket;
            }
        }

        for (var now = TimeSpan.FromSeconds(20); now < TimeSpan.FromSeconds(26); now += TimeSpan.FromSeconds(1))
        {
            if (Ask(now, ticket).Verdict == JoinVerdict.Admitted)
            {
                return;
            }
        }

        Assert.Fail("there has been room for seconds");
    }

    [Fact]
    public void Ask_QueueOfMinutes_IsRefusedAndWhoStandsInItIsNot()
    {
        JoinAnswer first = Fill(TimeSpan.Zero);
        JoinAnswer last = default;
        for (int i = 0; i < 2000 && last.Verdict != JoinVerdict.Refused; i++)
        {
            last = Ask(TimeSpan.Zero);
        }

        Assert.Equal(JoinVerdict.Refused, last.Verdict);
        Assert.True(last.RetryAfter >= TimeSpan.FromSeconds(60));
        Assert.InRange(_joins.Waiting, 200, 1500);
        Assert.NotEqual(JoinVerdict.Refused, Ask(TimeSpan.FromSeconds(1), first.Ticket).Verdict);
    }

    [Fact]
    public void Ask_Crowd_IsAdmittedInOrderAtThePaceOfTheBudget()
    {
        var due = new PriorityQueue<(int Viewer, long Ticket), TimeSpan>();
        var admitted = new List<(TimeSpan At, int Viewer)>();
        for (int i = 0; i < 150; i++)
        {
            due.Enqueue((i, 0), TimeSpan.FromSeconds(i * 0.05));
        }

        while (due.TryDequeue(out (int Viewer, long Ticket) next, out TimeSpan now))
        {
            JoinAnswer answer = Ask(now, next.Ticket);
            if (answer.Verdict == JoinVerdict.Admitted)
            {
                admitted.Add((now, next.Viewer));
            }
            else
            {
                Assert.Equal(JoinVerdict.Queued, answer.Verdict);
                due.Enqueue((next.Viewer, answer.Ticket), now + answer.RetryAfter);
            }
        }

        Assert.Equal(150, admitted.Count);

        // Two and a half seconds of media each, of a budget of fifteen: six a second.
        Assert.InRange(admitted[^1].At.TotalSeconds, 20, 40);
        Assert.All(admitted.Select((a, i) => Math.Abs(a.Viewer - i)), offset => Assert.InRange(offset, 0, 12));
    }

    private JoinAnswer Ask(TimeSpan now, long ticket = 0) => _joins.Ask(now, ticket, Second, Second);

    /// <summary>Takes all that is saved.</summary>
    /// <returns>The first that has to wait.</returns>
    private JoinAnswer Fill(TimeSpan now)
    {
        JoinAnswer answer;
        do
        {
            answer = Ask(now);
        }
        while (answer.Verdict == JoinVerdict.Admitted);
        return answer;
    }
}
