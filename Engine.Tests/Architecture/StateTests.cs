using System.Reflection;
using Engine.Nn;
using Engine.Tensors;
using Module = Engine.Nn.Module;

namespace Engine.Tests.Architecture;

/// <summary>Registration is by hand, so a test looks for the forgotten ones.</summary>
[TestFixture]
internal sealed class StateTests
{
    /// <summary>One example of every public module.</summary>
    private static readonly Func<Rng, Module>[] Examples =
    [
        rng => new Conv2d(4, 6, rng, (3, 2), groups: 2), rng => new Linear(3, 5, rng), _ => new BatchNorm1d(3), _ => new BatchNorm2d(3),
        _ => new Relu(), _ => new Flatten(), _ => new MaxPool2d(2), _ => new AvgPool2d(2), _ => new AdaptiveAvgPool2d(1), _ => new AdaptiveMaxPool2d(1), _ => new AdaptiveConcatPool2d(1),
        rng => new Residual(new Linear(3, 3, rng), new Linear(3, 3, rng)), rng => new Sequential { new Linear(3, 5, rng), new Relu(), new BatchNorm1d(5) },
    ];

    [Test]
    public void Every_public_module_has_an_example() => Assert.That(Examples.Select(make => make(new Rng(1)).GetType()),
        Is.EquivalentTo(Compiled.Types.Where(type => type.IsPublic && !type.IsAbstract && type.IsSubclassOf(typeof(Module)))));

    [TestCaseSource(nameof(Examples))]
    public void Every_tensor_a_module_holds_is_in_its_state(Func<Rng, Module> make)
    {
        Module module = make(new Rng(2));
        HashSet<Tensor> state = [.. module.State().Select(entry => entry.Value)];
        for (Type? type = module.GetType(); type != typeof(object); type = type!.BaseType)
            foreach (FieldInfo field in type!.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                if (field.GetValue(module) is Tensor tensor) Assert.That(state, Does.Contain(tensor), $"{type.Name}.{field.Name}");
                if (field.GetValue(module) is Module) Assert.Fail($"{type.Name}.{field.Name} holds a module that is not looked into; register it as a child");
            }
        foreach (PropertyInfo property in module.GetType().GetProperties().Where(property => property.PropertyType == typeof(Tensor)))
            if (property.GetValue(module) is Tensor tensor) Assert.That(state, Does.Contain(tensor), property.Name);
    }

    [Test]
    public void Parameters_are_trained_and_buffers_are_not()
    {
        foreach (Func<Rng, Module> make in Examples)
        {
            Module module = make(new Rng(3));
            Assert.That(module.State().Where(entry => entry.IsParameter).Select(entry => entry.Value), Is.EqualTo(module.Parameters().Select(parameter => parameter.Value)));
            foreach (StateEntry entry in module.State()) Assert.That(entry.Value.RequiresGrad, Is.EqualTo(entry.IsParameter), $"{module.Kind}.{entry.Name}");
        }
    }
}
