namespace Engine.Nn;

/// <summary>Who runs a model at the moment: one thread in training mode, or any number in evaluation. A training forward pass writes running statistics, so two
/// threads in it, or one in it and others beside, would spoil each other's numbers without a word.</summary>
internal struct ModelUse
{
    private int _users; // how many evaluate; or the thread that trains, negative

    /// <summary>Begins a forward pass.</summary>
    /// <returns>Whether <see cref="End"/> must be called: not inside another forward pass of the training thread.</returns>
    /// <exception cref="InvalidOperationException">Another thread trains, or others evaluate what is to be trained.</exception>
    public bool Begin(bool training)
    {
        int own = -Environment.CurrentManagedThreadId;
        while (true)
        {
            int users = Volatile.Read(ref _users);
            if (users == own) return false;
            if (users < 0)
                throw new InvalidOperationException($"forward: the model is in a forward pass in training mode on another thread; one model cannot be trained and run elsewhere at once. {Advice}");
            if (training && users > 0)
                throw new InvalidOperationException($"forward: the model is in training mode, and in a forward pass on another thread ({users} of them); one model cannot be trained and run elsewhere at once. {Advice}");
            if (Interlocked.CompareExchange(ref _users, training ? own : users + 1, users) == users) return true;
        }
    }

    /// <summary>Ends it.</summary>
    public void End()
    {
        if (Volatile.Read(ref _users) < 0) Volatile.Write(ref _users, 0);
        else Interlocked.Decrement(ref _users);
    }

    private const string Advice = "Predict with an InferenceSession, which has its own copy of the numbers, or call Eval() before threads share a model.";
}
