using System.Globalization;
using System.Text;

namespace Engine.Nn;

/// <summary>The layers of a model with output shapes, parameters, multiply-adds and receptive fields, computed from a sample shape without data.</summary>
public sealed class ModelSummary
{
    private ModelSummary(Shape input, IReadOnlyList<SummaryRow> rows) => (Input, Rows) = (input, rows);

    /// <summary>The sample shape.</summary>
    public Shape Input { get; }

    /// <summary>The layers that hold no others, in order.</summary>
    public IReadOnlyList<SummaryRow> Rows { get; }

    /// <summary>Parameters of all layers.</summary>
    public long Parameters => Rows.Sum(r => r.Parameters);

    /// <summary>Parameters that are trained.</summary>
    public long TrainableParameters => Rows.Where(r => r.IsTrainable).Sum(r => r.Parameters);

    /// <summary>Multiply-adds for one item of the batch.</summary>
    public long MultiplyAdds => Rows.Sum(r => r.MultiplyAdds);

    /// <summary>Follows a sample shape through a model.</summary>
    /// <param name="model">A layer, or <see cref="Sequential"/>s of layers.</param>
    /// <param name="input">Shape of a batch: [64, 1, 28, 28].</param>
    /// <exception cref="ArgumentException">The shape does not fit; the message names the layer.</exception>
    public static ModelSummary Of(Module model, Shape input)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<SummaryRow> rows = [];
        ReceptiveField field = ReceptiveField.Pixel;
        Shape shape = input;
        foreach (Module layer in Leaves(model))
        {
            Shape output = layer.OutputShape(shape);
            field = field.Through(layer.Window);
            rows.Add(new SummaryRow(layer.Path, layer.Kind, output, layer.Parameters().Sum(p => (long)p.Value.Count), layer.Parameters().All(p => p.IsTrainable),
                layer.MultiplyAdds(shape) / Math.Max(1, shape.Rank == 0 ? 1 : shape[0]), output.Rank == 4 ? new Size2(field.Height, field.Width) : null));
            shape = output;
        }
        return new ModelSummary(input, rows);
    }

    /// <summary>A table in plain text.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["Layer", "Type", "Output shape", "Param #", "Multiply-adds", "Receptive field"],
            .. Rows.Select(r => new[] { r.Path, r.Kind, r.OutputShape.ToString(), Number(r.Parameters), Number(r.MultiplyAdds), r.ReceptiveField is { } f ? $"{f.Height} x {f.Width}" : "" }),
        ];
        int[] widths = Enumerable.Range(0, cells[0].Length).Select(c => cells.Max(row => row[c].Length)).ToArray();
        StringBuilder text = new();
        string rule = new('-', widths.Sum() + 2 * (widths.Length - 1));
        for (int i = 0; i < cells.Length; i++)
        {
            text.AppendLine(string.Join("  ", cells[i].Select((cell, c) => c is 3 or 4 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
            if (i == 0) text.AppendLine(rule);
        }
        text.AppendLine(rule);
        text.AppendLine(CultureInfo.InvariantCulture, $"Input {Input}; parameters {Number(Parameters)}, trainable {Number(TrainableParameters)}; multiply-adds per item {Number(MultiplyAdds)}");
        return text.ToString();
    }

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);

    private static IEnumerable<Module> Leaves(Module module) =>
        module is Sequential ? module.Children.SelectMany(child => Leaves(child.Module)) : [module];
}
