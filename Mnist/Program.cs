using Mnist;

return new App(Console.Out, Console.Error).Run(args);
