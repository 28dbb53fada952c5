namespace Engine.Kernels;

/// <summary>What each channel brings to a loop over an activation: up to five arrays of a number a channel; null for 0.</summary>
internal unsafe struct ChannelNumbers
{
    public float* K0, K1, K2, K3, K4;

    /// <summary>The numbers of one channel, in all lanes.</summary>
    public readonly ChannelVectors<TV> Of<TV, TS>(int channel) where TV : unmanaged where TS : struct, ISimd<TV> => new()
    {
        K0 = K0 == null ? default : TS.Create(K0[channel]), K1 = K1 == null ? default : TS.Create(K1[channel]), K2 = K2 == null ? default : TS.Create(K2[channel]),
        K3 = K3 == null ? default : TS.Create(K3[channel]), K4 = K4 == null ? default : TS.Create(K4[channel]),
    };

    /// <summary>The numbers of neighbouring channels, each in a lane of its own.</summary>
    public readonly ChannelVectors<TV> From<TV, TS>(int channel) where TV : unmanaged where TS : struct, ISimd<TV> => new()
    {
        K0 = K0 == null ? default : TS.Load(K0 + channel), K1 = K1 == null ? default : TS.Load(K1 + channel), K2 = K2 == null ? default : TS.Load(K2 + channel),
        K3 = K3 == null ? default : TS.Load(K3 + channel), K4 = K4 == null ? default : TS.Load(K4 + channel),
    };
}

/// <summary><see cref="ChannelNumbers"/> of the channels that a vector's lanes belong to.</summary>
internal struct ChannelVectors<TV> where TV : unmanaged
{
    public TV K0, K1, K2, K3, K4;
}
