using Engine.Data;
using Engine.Nn;
using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/adding-a-callback.md, run.</summary>
internal static class CallbackPage
{
    public static void Run(ImageLoaders data, Module model)
    {
        Learner learner = new(data, model, Loss.CrossEntropy, callbacks: [new Accumulate(batches: 2)]);
        learner.Fit(epochs: 5, new StopWhenGood(accuracy: 0.9)); // of this fit only
        Console.Write(learner.DescribeLoop());
    }

    /// <summary>Ends training as soon as the validation accuracy is good enough.</summary>
    public sealed class StopWhenGood(double accuracy) : Callback
    {
        public override void AfterEpoch(Learner learner)
        {
            if (learner.Epochs[^1].Accuracy >= accuracy) learner.Stop($"accuracy {accuracy} is reached");
        }
    }

    /// <summary>Steps only after every so many batches; the gradients of those between add up.</summary>
    public sealed class Accumulate(int batches) : Callback
    {
        public override bool ChangesTraining => true; // so that the search for a learning rate does the same

        public override void BeforeStep(Learner learner)
        {
            if ((learner.Step + 1) % batches != 0) learner.SkipStep();
        }
    }
}
