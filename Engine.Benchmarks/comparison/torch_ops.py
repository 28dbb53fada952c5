"""Where PyTorch's time goes in a training step: torch_ops.py SCRIPT THREADS NET BATCH. SCRIPT is the peer's, which defines the nets and step_fn.

Prints microseconds a step by "kind pass" as a JSON object: the profiler's own times, scaled so that they add up to a step without the profiler."""
import contextlib, io, json, runpy, sys, time

KINDS = [("conv", "conv2d"), ("batch_norm", "batch_norm"), ("batchnorm", "batch_norm"), ("max_pool", "pool"), ("maxpool", "pool"), ("mean", "pool"), ("addmm", "linear"), ("linear", "linear"),
         ("aten::mm", "linear"), ("softmax", "cross_entropy"), ("nll", "cross_entropy"), ("cross_entropy", "cross_entropy"), ("relu", "relu"), ("threshold", "relu"), ("clamp", "relu")]
WARM_UP, STEPS = 20, 50


def kind(name, in_step):
    lower = name.lower()
    for part, known in KINDS:
        if part in lower and not in_step:
            return f"{known} {'backward' if 'backward' in lower or part in ('threshold', 'aten::mm') else 'forward'}"
    return "optimizer" if in_step or "optimizer" in lower or "zero_grad" in lower else "the rest"


def main(script, threads, net, batch):
    sys.argv = [script, threads, "nothing"]
    with contextlib.redirect_stdout(io.StringIO()):
        peer = runpy.run_path(script)
    import torch
    from torch.profiler import ProfilerActivity, profile, record_function
    makers = {"simple_cnn": (lambda: peer["simple_cnn"](False), (1, 28, 28)), "simple_cnn_bn": (lambda: peer["simple_cnn"](True), (1, 28, 28)),
              "lenet_3x3": (peer["lenet"], (1, 28, 28)), "resnet_s": (peer["resnet"], (3, 32, 32))}
    make, image = makers[net]
    model, x, y = make(), torch.randn(batch, *image), torch.randint(0, 10, (batch,))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        with record_function("OPTIMIZER"):
            optimizer.step()
        return loss.item()

    for _ in range(WARM_UP):
        step()
    times = []
    for _ in range(STEPS):
        before = time.perf_counter()
        step()
        times.append((time.perf_counter() - before) * 1e6)
    times.sort()
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        for _ in range(STEPS):
            step()
    spans = [event.time_range for event in profiler.events() if event.name == "OPTIMIZER"]
    found, position = {}, 0
    for event in sorted(profiler.events(), key=lambda event: event.time_range.start):
        while position < len(spans) and spans[position].end < event.time_range.start:
            position += 1
        in_step = position < len(spans) and spans[position].start <= event.time_range.start <= spans[position].end
        name = kind(event.name, in_step)
        found[name] = found.get(name, 0.0) + event.self_cpu_time_total
    scale = times[len(times) // 2] / sum(found.values())
    print(json.dumps({name: us * scale for name, us in found.items()}))


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
