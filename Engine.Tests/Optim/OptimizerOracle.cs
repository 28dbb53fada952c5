namespace Engine.Tests.Optim;

/// <summary>The optimizers once more, one element at a time in double precision, straight from PyTorch's and fastai's documentation.</summary>
internal abstract class OptimizerOracle
{
    private int _t;

    public double Rate { get; set; } = 0.01;

    public double Momentum { get; set; }

    public double Decay { get; init; }

    /// <summary>The new value of an element.</summary>
    public double Step(double p, double g)
    {
        _t++;
        return Next(p, g, _t);
    }

    protected abstract double Next(double p, double g, int t);

    internal sealed class Sgd : OptimizerOracle
    {
        private double? _buffer;

        public double Dampening { get; init; }

        public bool Nesterov { get; init; }

        public bool Maximize { get; init; }

        public bool Decoupled { get; init; }

        protected override double Next(double p, double g, int t)
        {
            if (Maximize) g = -g;
            if (Decoupled) p *= 1 - Rate * Decay;
            else g += Decay * p;
            if (Momentum != 0)
            {
                _buffer = _buffer is { } old ? Momentum * old + (1 - Dampening) * g : g;
                g = Nesterov ? g + Momentum * _buffer.Value : _buffer.Value;
            }
            return p - Rate * g;
        }
    }

    internal sealed class Adam : OptimizerOracle
    {
        private double _mean, _square, _largest;

        public double Beta2 { get; init; } = 0.999;

        public double Epsilon { get; init; } = 1e-8;

        public bool Decoupled { get; init; }

        public bool Amsgrad { get; init; }

        protected override double Next(double p, double g, int t)
        {
            if (Decoupled) p *= 1 - Rate * Decay;
            else g += Decay * p;
            _mean = Momentum * _mean + (1 - Momentum) * g;
            _square = Beta2 * _square + (1 - Beta2) * g * g;
            _largest = Math.Max(_largest, _square);
            double debias1 = 1 - Math.Pow(Momentum, t), debias2 = 1 - Math.Pow(Beta2, t);
            return p - Rate / debias1 * _mean / (Math.Sqrt((Amsgrad ? _largest : _square) / debias2) + Epsilon);
        }
    }

    internal sealed class RmsProp : OptimizerOracle
    {
        private double _mean, _square, _buffer;

        public double Alpha { get; init; } = 0.99;

        public double Epsilon { get; init; } = 1e-8;

        public bool Centered { get; init; }

        public bool Decoupled { get; init; }

        /// <summary>The buffer is of the gradient, not of the step.</summary>
        public bool Fastai { get; init; }

        protected override double Next(double p, double g, int t)
        {
            if (Decoupled) p *= 1 - Rate * Decay;
            else g += Decay * p;
            _square = Alpha * _square + (1 - Alpha) * g * g;
            _mean = Alpha * _mean + (1 - Alpha) * g;
            if (Fastai)
            {
                _buffer = Momentum * _buffer + g;
                return p - Rate * _buffer / (Math.Sqrt(_square) + Epsilon);
            }
            double step = g / (Math.Sqrt(_square - (Centered ? _mean * _mean : 0)) + Epsilon);
            _buffer = Momentum * _buffer + step;
            return p - Rate * (Momentum > 0 ? _buffer : step);
        }
    }
}
