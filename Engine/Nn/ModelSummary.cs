using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Engine.Nn;

/// <summary>The layers of a model with output shapes, parameters, multiply-adds, receptive fields and memory, computed from a sample shape without data.</summary>
/// <remarks>The layers of a <see cref="Residual"/> have rows of their own, body first; the block's row after them is the sum. Other modules with children are one row.</remarks>
public sealed class ModelSummary
{
    private ModelSummary(Shape input, IReadOnlyList<SummaryRow> rows) => (Input, Rows) = (input, rows);

    /// <summary>The sample shape.</summary>
    public Shape Input { get; }

    /// <summary>The layers in the order of the forward pass.</summary>
    public IReadOnlyList<SummaryRow> Rows { get; }

    /// <summary>Parameters of all layers.</summary>
    public long Parameters => Rows.Sum(r => r.Parameters);

    /// <summary>Parameters that are trained.</summary>
    public long TrainableParameters => Rows.Sum(r => r.TrainableParameters);

    /// <summary>Multiply-adds for one item of the batch.</summary>
    public long MultiplyAdds => Rows.Sum(r => r.MultiplyAdds);

    /// <summary>Memory of what a training batch's forward pass leaves for its backward pass: the outputs of all layers, four bytes a number. Not in it: the batch
    /// itself, the parameters, and the gradients, of which there are as many at most.</summary>
    public long ActivationBytes => Rows.Sum(r => r.ActivationBytes);

    /// <summary>Follows a sample shape through a model.</summary>
    /// <param name="model">A layer, or <see cref="Sequential"/>s and <see cref="Residual"/>s of layers.</param>
    /// <param name="input">Shape of a batch: [64, 1, 28, 28].</param>
    /// <exception cref="ArgumentException">The shape does not fit; the message names the layer. <see cref="ModelCheck"/> also says what to do.</exception>
    public static ModelSummary Of(Module model, Shape input)
    {
        ArgumentNullException.ThrowIfNull(model);
        LayerWalk walk = LayerWalk.Through(model, input);
        if (walk.Fault is { } fault) ExceptionDispatchInfo.Throw(fault.Cause);
        return new ModelSummary(input, [.. walk.Steps.Select(Row)]);
    }

    /// <summary>A table in plain text.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["Layer", "Type", "Output shape", "Param #", "Trainable", "Multiply-adds", "Receptive field", "Jump", "Activations"],
            .. Rows.Select(Cells),
        ];
        int[] widths = Enumerable.Range(0, cells[0].Length).Select(c => cells.Max(row => row[c].Length)).ToArray();
        StringBuilder text = new();
        string rule = new('-', widths.Sum() + 2 * (widths.Length - 1));
        for (int i = 0; i < cells.Length; i++)
        {
            text.AppendLine(string.Join("  ", cells[i].Select((cell, c) => c is 3 or 5 or 8 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
            if (i == 0) text.AppendLine(rule);
        }
        text.AppendLine(rule);
        text.AppendLine(CultureInfo.InvariantCulture, $"Input {Input}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Parameters {Parameters:N0}: {TrainableParameters:N0} trainable, {Parameters - TrainableParameters:N0} non-trainable");
        text.AppendLine(CultureInfo.InvariantCulture, $"Multiply-adds per item {MultiplyAdds:N0}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Activations kept for training, whole batch {ActivationBytes:N0} bytes");
        return text.ToString();
    }

    private static SummaryRow Row(LayerStep step)
    {
        (Module layer, Shape output) = (step.Layer, step.Output);
        IEnumerable<Parameter> parameters = step.IsSum ? [] : layer.Parameters();
        (long all, long trained) = (0, 0);
        foreach (Parameter parameter in parameters) (all, trained) = (all + parameter.Value.Count, trained + (parameter.IsTrainable ? parameter.Value.Count : 0));
        int items = step.Input.Rank == 0 ? 1 : Math.Max(1, step.Input[0]);
        bool isImage = output.Rank == 4;
        return new SummaryRow(layer.Path, layer.Kind, output, all, trained, step.IsSum ? 0 : layer.MultiplyAdds(step.Input) / items,
            isImage ? new Size2(step.Field.Height, step.Field.Width) : null, isImage ? new Size2(step.Field.JumpHeight, step.Field.JumpWidth) : null,
            step.HasOutput ? sizeof(float) * (long)output.Count : 0);
    }

    private static string[] Cells(SummaryRow row) =>
    [
        row.Path, row.Kind, $"{row.OutputShape}", Number(row.Parameters),
        row.Parameters == 0 ? "" : row.IsTrainable ? "yes" : row.TrainableParameters == 0 ? "no" : "partly",
        Number(row.MultiplyAdds), Extent(row.ReceptiveField), Extent(row.Jump), Number(row.ActivationBytes),
    ];

    private static string Extent(Size2? size) => size is { } s ? $"{s.Height} x {s.Width}" : "";

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);
}
