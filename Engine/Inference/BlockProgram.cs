using Engine.Kernels;
using Engine.Kernels.Convolution;

namespace Engine.Inference;

/// <summary>A planned model for blocks of one width: its steps, and where each value lies in one piece of memory that values share when their times do not meet.
/// Nothing in it changes while it runs, so any number of threads may run it at once.</summary>
internal sealed unsafe class BlockProgram
{
    private const long Input = -1; // the place of what is given

    private readonly (Step Step, long Source, long Second, long Target)[] _steps;
    private readonly int _width, _resultPitch;
    private readonly View _input, _result;
    private readonly long _inputAt, _resultAt;

    /// <summary>Plans.</summary>
    /// <param name="model">The operations.</param>
    /// <param name="width">Images in a block: 1, or a multiple of 16 up to 64.</param>
    public BlockProgram(Lowering model, int width)
    {
        (_width, _input, _result) = (width, model.Views[0], model.View);
        int[] pitches = width == 1 ? Pitches(model) : [.. model.Views.Select(view => view.Channels)], lastUse = LastUses(model);
        long[] places = new long[model.Views.Count];
        Arena arena = new();
        _inputAt = arena.Take(_input.Floats(width, _input.Channels), 0, lastUse[0]);
        places[0] = Input;
        _steps = new (Step, long, long, long)[model.Operations.Count];
        for (int i = 0; i < _steps.Length; i++)
        {
            Operation operation = model.Operations[i];
            (int source, int target) = (operation.Source, operation.Target);
            bool inPlace = operation.IsInPlace && source != 0 && lastUse[source] == i && operation.Second != source;
            if (inPlace) arena.Extend(places[target] = places[source], lastUse[target]);
            else places[target] = arena.Take(model.Views[target].Floats(width, pitches[target]), i, lastUse[target]);
            _steps[i] = (operation.For(width, pitches[source], pitches[target]), places[source], places[Math.Max(0, operation.Second)], places[target]);
        }
        (_resultAt, _resultPitch, Memory) = (places[model.Result], pitches[model.Result], arena.Length);
    }

    /// <summary>Floats of working memory.</summary>
    public long Memory { get; }

    /// <summary>Runs a block.</summary>
    /// <param name="input">The images, row-major, or as they lie in batch lanes.</param>
    /// <param name="inLanes">Which of the two.</param>
    /// <param name="output">The result, row-major.</param>
    public void Run(float* input, bool inLanes, float* output)
    {
        using Scratch arena = Scratch.Rent(Memory);
        float* memory = arena.Pointer, given = input;
        if (!inLanes && (_width > 1 || (_input.Channels > 1 && _input.Plane > 1)))
        {
            int count = _width * _input.Channels * _input.Plane;
            given = memory + _inputAt;
            BatchLanes.FromRowMajor(new ReadOnlySpan<float>(input, count), new Span<float>(given, count), _width, _input.Channels, _input.Plane);
        }
        foreach ((Step step, long source, long second, long target) in _steps)
            step.Run(source == Input ? given : memory + source, second == Input ? given : memory + second, memory + target);
        Give(_resultAt == Input ? given : memory + _resultAt, output);
    }

    private void Give(float* result, float* output)
    {
        int channels = _result.Channels, plane = _result.Plane, count = _width * channels * plane;
        if (_width == 1 && (_resultPitch != channels || plane == 1)) Transposition.Run(result, _resultPitch, output, plane, plane, channels);
        else BatchLanes.ToRowMajor(new ReadOnlySpan<float>(result, count), new Span<float>(output, count), _width, channels, plane);
    }

    /// <summary>Channels of every value in a single image, with those that only fill up a vector: where a planned convolution makes it and everybody who
    /// reads it can leave them out.</summary>
    private static int[] Pitches(Lowering model)
    {
        bool[] mayBeFull = new bool[model.Views.Count];
        Array.Fill(mayBeFull, value: true);
        for (int i = model.Operations.Count - 1; i >= 0; i--)
        {
            Operation operation = model.Operations[i];
            bool may = operation switch { ConvOperation conv => conv.IsPlanned, AddOperation => false, _ => mayBeFull[operation.Target] };
            mayBeFull[operation.Source] &= may;
            if (operation.Second >= 0) mayBeFull[operation.Second] &= may;
        }
        int[] pitches = new int[model.Views.Count];
        pitches[0] = model.Views[0].Channels;
        foreach (Operation operation in model.Operations)
        {
            int target = operation.Target, channels = model.Views[target].Channels;
            pitches[target] = operation is not ConvOperation conv ? pitches[operation.Source]
                : conv.IsPlanned && mayBeFull[target] ? PlannedConv.FullPitch(channels) : channels;
        }
        return pitches;
    }

    /// <summary>The last operation that reads each value.</summary>
    private static int[] LastUses(Lowering model)
    {
        int[] last = new int[model.Views.Count];
        for (int i = 0; i < model.Operations.Count; i++)
        {
            Operation operation = model.Operations[i];
            last[operation.Source] = i;
            if (operation.Second >= 0) last[operation.Second] = i;
        }
        last[model.Result] = int.MaxValue;
        return last;
    }
}
