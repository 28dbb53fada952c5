using System.Diagnostics;
using System.Globalization;
using Engine.Nn;
using Engine.Training;
using Spectre.Console;

namespace Mnist.Screens;

/// <summary>A terminal: a drawn table, and a bar that moves while training runs.</summary>
internal sealed class LiveScreen : Screen
{
    private readonly TextWriter _output;
    private readonly IAnsiConsole _console;
    private bool _hasBar;

    public LiveScreen(TextWriter output)
    {
        _output = output;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes });
    }

    /// <summary>Above the bar while there is one; else as it is, so that a long path stays in one piece.</summary>
    public override void Line(string text = "")
    {
        if (_hasBar) _console.WriteLine(text);
        else _output.WriteLine(text);
    }

    /// <summary>A line a layer in 80 columns. Jumps and memory, which these do not hold, are in the plain table and in <c>report</c>; everything is trainable here.</summary>
    public override void Model(ModelSummary summary)
    {
        Table table = new Table().RoundedBorder().AddColumns("Layer", "Type", "Output shape");
        foreach (string header in (string[])["Parameters", "Multiply-\nadds", "Receptive\nfield"]) table.AddColumn(new TableColumn(header).RightAligned());
        foreach (SummaryRow row in summary.Rows)
            table.AddRow(row.Path, row.Kind, Markup.Escape($"{row.OutputShape}"), Texts.Count(row.Parameters), Texts.Count(row.MultiplyAdds), row.ReceptiveField is { } field ? $"{field.Height} x {field.Width}" : "");
        table.Columns[3].Footer(Texts.Count(summary.Parameters));
        table.Columns[4].Footer(Texts.Count(summary.MultiplyAdds));
        _console.Write(table);
    }

    public override void Training(Action<Callback> fit)
    {
        _hasBar = true;
        try
        {
            _console.Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .Start(context => fit(new Bar(this, context.AddTask("starting"))));
        }
        finally
        {
            _hasBar = false;
        }
    }

    public override void Restore()
    {
        _output.Write("\e[?25h\n"); // the cursor, which the bar hides
        _output.Flush();
    }

    private sealed class Bar(LiveScreen screen, ProgressTask task) : Callback
    {
        private const double RefreshSeconds = 0.1; // as often as the bar is drawn
        private long _shown;

        public override void BeforeFit(Learner learner)
        {
            task.MaxValue = learner.StepCount;
            _shown = Stopwatch.GetTimestamp();
        }

        public override void AfterBatch(Learner learner)
        {
            int done = learner.Step + 1;
            if (Stopwatch.GetElapsedTime(_shown).TotalSeconds < RefreshSeconds && done < learner.StepCount) return;
            _shown = Stopwatch.GetTimestamp();
            double seconds = learner.FitSeconds(), left = seconds / done * (learner.StepCount - done);
            task.Value = done;
            task.Description = string.Create(CultureInfo.InvariantCulture,
                $"epoch {learner.Epoch + 1}/{learner.EpochCount}  loss {learner.Recorder.SmoothLoss:F4}  {(learner.Epochs is [.., EpochResult last] ? $"accuracy {last.Accuracy:F4}  " : "")}{(double)done * learner.Train.BatchSize / seconds:N0} images/s  {TimeSpan.FromSeconds(left):m\\:ss} left");
        }

        public override void AfterEpoch(Learner learner) => screen.Line(Texts.Epoch(learner.Epochs[^1], learner.EpochCount));
    }
}
