using Engine.Kernels;
using Engine.Nn;

namespace Engine.Inference;

/// <summary>A model's layers, planned for images of one shape: segments one after the other.</summary>
internal sealed unsafe class InferencePlan
{
    private readonly List<Segment> _segments = [];
    private readonly Shape _input, _output; // of one image

    /// <summary>Plans.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="input">Shape of an input; its batch does not matter.</param>
    /// <exception cref="ArgumentException">The input does not fit a layer.</exception>
    public InferencePlan(Layer[] layers, Shape input)
    {
        Shape given = input;
        foreach (Layer layer in layers) given = layer.Module.OutputShape(given); // in the words of the layer that it does not fit
        Shape shape = _input = input.With(0, 1);
        Lowering? open = null;
        foreach (Layer layer in layers)
        {
            if (open?.View.After(layer) is null) // it may be planned on the same numbers row by row
            {
                Close();
                if (View.Of(shape) is { } view && view.After(layer) is not null) open = new Lowering(view);
            }
            Shape next = layer.Module.OutputShape(shape);
            if (open is not null) open.Add(layer);
            else _segments.Add(new ModuleSegment(layer.Module, shape) { Features = next.Count });
            shape = next;
        }
        Close();
        _output = shape;

        void Close()
        {
            if (open is not null) _segments.Add(new PlannedSegment(open) { Features = shape.Count });
            open = null;
        }
    }

    /// <summary>Whether it is for images of such a shape, whatever the batch.</summary>
    public bool Suits(Shape input) => input.Rank == _input.Rank && input.Sizes[1..].SequenceEqual(_input.Sizes[1..]);

    /// <summary>The result's shape.</summary>
    public Shape OutputShape(int batch) => _output.With(0, batch);

    /// <summary>Runs a batch.</summary>
    public void Run(float* input, bool inLanes, float* output, int batch) => Run(0, input, inLanes, output, batch);

    /// <summary>Runs the segments from one on; what is between two of them is working memory.</summary>
    private void Run(int index, float* input, bool inLanes, float* output, int batch)
    {
        if (index == _segments.Count - 1)
        {
            _segments[index].Run(input, inLanes, output, batch);
            return;
        }
        using Scratch between = Scratch.Rent((long)_segments[index].Features * batch);
        _segments[index].Run(input, inLanes, between.Pointer, batch);
        Run(index + 1, between.Pointer, inLanes: false, output, batch);
    }
}
