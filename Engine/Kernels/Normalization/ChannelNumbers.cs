using System.Runtime.CompilerServices;

namespace Engine.Kernels.Normalization;

/// <summary>What each channel brings to a loop over an activation: up to five arrays of a number a channel, the first ones of which are there.</summary>
internal unsafe struct ChannelNumbers
{
    public float* K0, K1, K2, K3, K4;

    /// <summary>The numbers of one channel, in all lanes.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="count">How many there are: a constant, so that the others cost nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as a call it takes as long as thirty vectors
    public readonly ChannelVectors<TV> Of<TV, TS>(int channel, int count) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        ChannelVectors<TV> k = default;
        if (count > 0) k.K0 = TS.Create(K0[channel]);
        if (count > 1) k.K1 = TS.Create(K1[channel]);
        if (count > 2) k.K2 = TS.Create(K2[channel]);
        if (count > 3) k.K3 = TS.Create(K3[channel]);
        if (count > 4) k.K4 = TS.Create(K4[channel]);
        return k;
    }

    /// <summary>The numbers of neighbouring channels, each in a lane of its own.</summary>
    /// <param name="channel">The first of them.</param>
    /// <param name="count">How many numbers there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ChannelVectors<TV> From<TV, TS>(int channel, int count) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        ChannelVectors<TV> k = default;
        if (count > 0) k.K0 = TS.Load(K0 + channel);
        if (count > 1) k.K1 = TS.Load(K1 + channel);
        if (count > 2) k.K2 = TS.Load(K2 + channel);
        if (count > 3) k.K3 = TS.Load(K3 + channel);
        if (count > 4) k.K4 = TS.Load(K4 + channel);
        return k;
    }

    /// <summary>The numbers of all channels several times over, as they lie over neighbouring pixels of single images.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="times">How many times.</param>
    /// <param name="count">How many numbers there are.</param>
    /// <param name="memory">Room for them: channels * times * count floats.</param>
    public readonly ChannelNumbers Repeated(int channels, int times, int count, float* memory)
    {
        if (times == 1) return this;
        int each = channels * times;
        float** arrays = stackalloc float*[] { K0, K1, K2, K3, K4 };
        for (int i = 0; i < count; i++)
        {
            float* all = memory + i * each;
            for (int j = 0; j < each; j += channels) new ReadOnlySpan<float>(arrays[i], channels).CopyTo(new Span<float>(all + j, channels));
            arrays[i] = all;
        }
        return new() { K0 = arrays[0], K1 = arrays[1], K2 = arrays[2], K3 = arrays[3], K4 = arrays[4] };
    }
}

/// <summary><see cref="ChannelNumbers"/> of the channels that a vector's lanes belong to.</summary>
internal struct ChannelVectors<TV> where TV : unmanaged
{
    public TV K0, K1, K2, K3, K4;
}
