using System.Globalization;
using System.Text;

namespace Engine.Training;

/// <summary>The loop as text.</summary>
public static class LoopDescription
{
    /// <summary>Which callback runs at which moment, with its order: one line for each moment that some callback has overridden, between the lines of what the loop
    /// does itself.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="callbacks">Those of one fit, besides the learner's own.</param>
    public static string DescribeLoop(this Learner learner, params IEnumerable<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(learner);
        return Of(learner.CallbacksWith(callbacks));
    }

    private static string Of(List<Callback> callbacks)
    {
        StringBuilder text = new();
        Moment(0, nameof(Callback.BeforeFit), callback => callback.BeforeFit);
        Line(0, "for each epoch");
        Moment(1, nameof(Callback.BeforeEpoch), callback => callback.BeforeEpoch);
        Moment(1, nameof(Callback.BeforeTrain), callback => callback.BeforeTrain);
        Line(1, "for each training batch");
        Moment(2, nameof(Callback.BeforeBatch), callback => callback.BeforeBatch);
        Line(2, "predictions = model(inputs)");
        Moment(2, nameof(Callback.AfterPrediction), callback => callback.AfterPrediction);
        Line(2, "loss of predictions and labels");
        Moment(2, nameof(Callback.AfterLoss), callback => callback.AfterLoss);
        Moment(2, nameof(Callback.BeforeBackward), callback => callback.BeforeBackward);
        Line(2, "backward");
        Moment(2, nameof(Callback.BeforeStep), callback => callback.BeforeStep);
        Line(2, "optimizer step");
        Moment(2, nameof(Callback.AfterStep), callback => callback.AfterStep);
        Moment(2, nameof(Callback.AfterBatch), callback => callback.AfterBatch);
        Moment(1, nameof(Callback.AfterTrain), callback => callback.AfterTrain);
        Moment(1, nameof(Callback.BeforeValidate), callback => callback.BeforeValidate);
        Line(1, "for each validation batch");
        Moment(2, nameof(Callback.BeforeValidationBatch), callback => callback.BeforeValidationBatch);
        Line(2, "predictions, loss, metrics");
        Moment(2, nameof(Callback.AfterValidationBatch), callback => callback.AfterValidationBatch);
        Moment(1, nameof(Callback.AfterValidate), callback => callback.AfterValidate);
        Moment(1, nameof(Callback.AfterEpoch), callback => callback.AfterEpoch);
        Moment(0, nameof(Callback.AfterFit), callback => callback.AfterFit);
        Line(0, "always, after an exception too");
        Moment(1, nameof(Callback.CleanUp), callback => callback.CleanUp);
        return text.ToString();

        // a delegate to a virtual method knows the override it leads to, also where unused code has been trimmed away
        void Moment(int depth, string name, Func<Callback, Action<Learner>> method)
        {
            string[] who = [.. callbacks.Where(callback => method(callback).Method.DeclaringType != typeof(Callback)).Select(Name)];
            if (who.Length > 0) Line(depth, $"{name}: {string.Join(", ", who)}");
        }

        void Line(int depth, string line) => text.Append(' ', 2 * depth).Append(line).Append('\n');
    }

    private static string Name(Callback callback) => string.Create(CultureInfo.InvariantCulture, $"{callback.GetType().Name} ({callback.Order})");
}
