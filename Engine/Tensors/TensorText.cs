using System.Globalization;
using System.Text;

namespace Engine.Tensors;

/// <summary>Prints tensors: nested brackets, long dimensions shortened in the middle.</summary>
internal static class TensorText
{
    private const int Edge = 3;

    public static string Format(Tensor tensor)
    {
        StringBuilder text = new($"Tensor {tensor.Shape} ");
        Write(text, tensor.AsSpan(), tensor.Shape, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ReadOnlySpan<float> data, Shape shape, int dim)
    {
        if (dim == shape.Rank)
        {
            text.Append(data[0].ToString("G6", CultureInfo.InvariantCulture));
            return;
        }
        int size = shape[dim], stride = size == 0 ? 0 : data.Length / size;
        text.Append('[');
        for (int i = 0; i < size; i++)
        {
            if (i > 0) text.Append(", ");
            if (size > 2 * Edge + 1 && i == Edge)
            {
                text.Append("..., ");
                i = size - Edge;
            }
            Write(text, data.Slice(i * stride, stride), shape, dim + 1);
        }
        text.Append(']');
    }
}
