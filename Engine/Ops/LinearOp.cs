using Engine.Kernels.Products;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The affine map of a fully connected layer.</summary>
public static class LinearOp
{
    /// <summary>y = x W^T + b, as <c>torch.nn.functional.linear</c>.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor Linear(this Tensor x, Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2) throw new ArgumentException($"linear: weight must have 2 dimensions [out, in], got {weight.Shape}.", nameof(weight));
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        if (x.Rank == 0 || x.Shape[^1] != inputs)
            throw new ArgumentException($"linear: mat1 and mat2 shapes cannot be multiplied: input {x.Shape} must end in {inputs}, the inputs of weight {weight.Shape}.", nameof(x));
        if (bias is not null && bias.Shape != new Shape(outputs))
            throw new ArgumentException($"linear: bias must have one value per output, shape [{outputs}], got {bias.Shape}.", nameof(bias));
        Tensor rows = x.To(Layout.RowMajor), filter = weight.To(Layout.RowMajor), y = Tensor.Empty(x.Shape.With(x.Rank - 1, outputs));
        int batch = outputs == 0 ? 0 : y.Count / outputs;
        Gemm.Multiply(batch, outputs, inputs, rows.Span, false, filter.Span, true, y.Span, bias is null ? SumStart.Zero : SumStart.LaneBias, bias is null ? [] : bias.Span);
        return Node.IsNeeded(x, weight, bias) ? Workspace.Rent<Node>().Set(rows.Detach(), filter.Detach()).Attach(y, x, weight, bias) : y;
    }

    private sealed class Node : Tensors.Node
    {
        private Saved _x, _weight;

        public override string Op => "linear";

        public Node Set(Tensor rows, Tensor filter)
        {
            (_x, _weight) = (rows, filter);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor x = _x.Get(Op), weight = _weight.Get(Op), dy = gradient.To(Layout.RowMajor);
            int outputs = weight.Shape[0], inputs = weight.Shape[1], batch = outputs == 0 ? 0 : dy.Count / outputs;
            if (Needs(2)) Add(2, Broadcasting.SumTo(dy, [outputs]));
            if (Needs(1))
            {
                Tensor dw = Sum(1);
                Gemm.Multiply(outputs, inputs, batch, dy.Span, true, x.Span, false, dw.Span, SumStart.Accumulate);
                Add(1, dw);
            }
            if (!Needs(0)) return;
            Tensor dx = Tensor.Empty(x.Shape);
            Gemm.Multiply(batch, inputs, outputs, dy.Span, false, weight.Span, false, dx.Span);
            Add(0, dx);
        }

        protected override void Free() => _x = _weight = default;
    }
}
