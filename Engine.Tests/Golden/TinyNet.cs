using Engine.Nn;

namespace Engine.Tests.Golden;

/// <summary>fc2(tanh(fc1(x))) with the mean squared error, forward and backward in plain double loops over the parameters' float values.</summary>
internal sealed class TinyNet(Parameter[] parameters, int batch, int inputs, int outputs)
{
    private readonly int _hidden = parameters[1].Value.Count;

    /// <summary>The loss; adds its gradients to the parameters'.</summary>
    public double LossAndGradients(float[] x, float[] y)
    {
        float[][] w = Array.ConvertAll(parameters, parameter => parameter.Value.ToArray()); // [hidden, inputs], [hidden], [outputs, hidden], [outputs]
        double[][] gradients = Array.ConvertAll(w, values => new double[values.Length]);
        double loss = 0;
        for (int n = 0; n < batch; n++)
        {
            double[] h = new double[_hidden], dh = new double[_hidden];
            for (int j = 0; j < _hidden; j++)
            {
                double sum = w[1][j];
                for (int i = 0; i < inputs; i++) sum += (double)w[0][j * inputs + i] * x[n * inputs + i];
                h[j] = Math.Tanh(sum);
            }
            for (int o = 0; o < outputs; o++)
            {
                double sum = w[3][o];
                for (int j = 0; j < _hidden; j++) sum += w[2][o * _hidden + j] * h[j];
                double error = sum - y[n * outputs + o], d = 2 * error / (batch * outputs);
                loss += error * error / (batch * outputs);
                gradients[3][o] += d;
                for (int j = 0; j < _hidden; j++)
                {
                    gradients[2][o * _hidden + j] += d * h[j];
                    dh[j] += d * w[2][o * _hidden + j];
                }
            }
            for (int j = 0; j < _hidden; j++)
            {
                double d = dh[j] * (1 - h[j] * h[j]);
                gradients[1][j] += d;
                for (int i = 0; i < inputs; i++) gradients[0][j * inputs + i] += d * x[n * inputs + i];
            }
        }
        for (int p = 0; p < parameters.Length; p++)
        {
            Span<float> gradient = parameters[p].Value.GradientToAddTo().Span;
            for (int i = 0; i < gradient.Length; i++) gradient[i] += (float)gradients[p][i];
        }
        return loss;
    }
}
