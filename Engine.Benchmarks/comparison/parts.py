"""What can be measured: each part is one round of it."""
from .programs import PASSES, Missing, OneDnn, OnnxRuntime, OpenBlas, Torch

SPECS = ["64,1,28,8,5,2,2", "64,8,14,16,3,2,1", "64,16,7,32,3,2,1", "64,32,4,64,3,2,1", "64,64,2,10,3,2,1", "64,1,28,32,3,1,1", "64,32,28,64,3,1,1",
         "64,3,32,16,3,1,1", "64,16,32,16,3,1,1", "64,16,32,32,3,2,1", "64,32,16,32,3,1,1", "64,64,8,64,3,1,1", "64,128,8,128,3,1,1", "32,64,56,64,3,1,1",
         "32,256,14,256,3,1,1", "32,64,56,64,1,1,0", "8,3,224,64,7,2,3"]
FEW = 7  # of them are measured at other batches as well
LONG_MS = 2.0  # passes from here on, on one thread, must gain by the second core
NETS = ["simple_cnn", "simple_cnn_bn", "lenet_3x3", "resnet_s"]
SCALED = "64,128,256,512,1024"


def split(name):
    """A shape and what was done with it."""
    spec, _, what = name.partition(" ")
    return spec, what


def convs(rounds, options, engine, peer, swap):
    for spec in options.specs:
        rounds.run("convs", spec, lambda: engine.convs(spec), lambda: peer.convs(spec), swap)


def batches(rounds, options, engine, peer, swap):
    for spec in options.specs[:FEW]:
        for batch in options.batches.split(","):
            other = ",".join([batch, *spec.split(",")[1:]])
            if other not in options.specs:
                rounds.run("batches", other, lambda: engine.convs(other), lambda: peer.convs(other), swap)


def threads(rounds, options, engine, peer, swap):
    known = rounds.ours("convs")
    for spec in options.specs:
        times = [known[key] for key in (f"{spec} {name}" for name in PASSES) if key in known]
        if not times or max(times) * options.threads * 1.2 >= LONG_MS:  # the others are short on one thread too
            rounds.run("threads", spec, lambda: engine.convs(spec), lambda: engine.convs(spec, threads=1), swap)


def gemm(rounds, options, engine, peer, swap):
    sizes = options.sizes.split(" ")
    rounds.run("gemm", options.sizes, lambda: engine.gemm(sizes), lambda: peer.gemm(sizes), swap)


def torch(rounds, options, engine, peer, swap):
    def ours(specs):
        times = {}
        for spec in specs:
            found = engine.door("shapes", spec)[spec]
            times[f"{spec} fwd"], times[f"{spec} fwd + bwd"] = found["fwd_ms"], sum(found.values())
        return times

    rounds.run("torch", "PyTorch's convolutions", lambda: ours(options.specs), peer.convs, swap)


def models(rounds, options, engine, peer, swap):
    rounds.run("models", "whole steps", lambda: engine.steps("1,64,512"), peer.steps, swap)


def ort(rounds, options, engine, peer, swap):
    rounds.run("ort", "inference", lambda: engine.steps("1,64,512", what="infer"), peer.steps, swap)


def scaling(rounds, options, engine, peer, swap):
    for net in NETS:
        rounds.run("scaling", net, lambda: engine.steps(SCALED, net), lambda: engine.steps("512", net, threads=1), swap)


def where(rounds, options, engine, peer, swap):
    for net in NETS:
        for batch in ("64", "512"):
            rounds.run("where", f"{net} b{batch}", lambda: laps(engine.where(net, batch)), lambda: peer.where(net, batch), swap)


def laps(found):
    """By "pass|operation and shape|number", in order; then, beside the peer's, by "kind pass"."""
    times = {f"{which}|{what}|{number}": us for number, (which, what, us) in enumerate(found)}
    for which, what, us in found:
        name = what.split(" ")[0] + f" {which}" if which in ("forward", "backward") else which
        name = KINDS.get(name.split(" ")[0], name.split(" ")[0]) + name[len(name.split(" ")[0]):]
        name = name if name.split(" ")[0] in KNOWN else "the rest"
        times[name] = times.get(name, 0.0) + us
    return times


KINDS = {"adaptive_avg_pool2d": "pool", "max_pool2d": "pool"}  # names of ours that are several of the peer's one
KNOWN = {"conv2d", "batch_norm", "pool", "linear", "cross_entropy", "relu", "optimizer"}

# by name: a round of it, and whom it needs
PARTS = {"convs": (convs, OneDnn), "batches": (batches, OneDnn), "threads": (threads, None), "gemm": (gemm, OpenBlas), "torch": (torch, Torch),
         "models": (models, Torch), "ort": (ort, OnnxRuntime), "scaling": (scaling, None), "where": (where, Torch)}
STANDARD = "convs,batches,threads,gemm"


def measure(rounds, options, engine, missing):
    """Runs the chosen parts, a round of each after the other; tells in missing whom it could not find."""
    peers = {}
    if options.rounds > 0:
        for kind in dict.fromkeys(PARTS[part][1] for part in options.parts if PARTS[part][1]):
            try:
                peers[kind] = kind(options)
            except Missing as gap:
                missing.append(str(gap))
    for number in range(options.rounds):
        for part in options.parts:
            run, kind = PARTS[part]
            if kind is None or kind in peers:
                run(rounds, options, engine, peers.get(kind), number % 2 == 1)
