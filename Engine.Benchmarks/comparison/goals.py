"""What the engine set out to reach: each goal with its figure from these rounds."""
import statistics

from .parts import FEW, LONG_MS, NETS, SPECS, split

LARGE_FLOPS = 1e9
CLIFF = 1.5
LINEAR = 0.15


def flops(spec):
    """Nominal: taps in the padding count, and so do those that Winograd saves."""
    n, cin, hw, cout, k, stride, pad = map(int, spec.split(","))
    out = (hw + 2 * pad - k) // stride + 1
    return 2.0 * n * out * out * cout * cin * k * k


def mean(rows):
    return statistics.geometric_mean(row.ratio for row in rows)


def lowest(rows):
    return min(rows, key=lambda row: row.ratio)


def per_image(rounds):
    """Microseconds an image by (shape without its batch, pass), then by batch, for the shapes that were measured at several."""
    rows = rounds.rows("batches")
    shapes = {split(row.name)[0].partition(",")[2] for row in rows}
    table = {}
    for row in rows + rounds.rows("convs"):
        spec, what = split(row.name)
        batch, _, shape = spec.partition(",")
        if shape in shapes:
            table.setdefault((shape, what), {})[int(batch)] = (row.ms * 1e3 / int(batch), row.ratio)
    return {key: dict(sorted(by_batch.items())) for key, by_batch in table.items()}


def cliffs(table):
    """The steepest rise of the time an image from one batch to the next larger one. Where oneDNN's rises too (the caches are full), the rise beyond it."""
    rises = []
    for (shape, what), by_batch in table.items():
        batches = list(by_batch)
        for before, after in zip(batches, batches[1:]):
            (small, small_ratio), (large, large_ratio) = by_batch[before], by_batch[after]
            peer_rise = large * large_ratio / (small * small_ratio)
            rises.append((large / small / max(1.0, peer_rise), f"{shape} {what} from {before} to {after}"))
    return max(rises)


def of_convolutions(rounds):
    rows = rounds.rows("convs")
    if rows:
        low, few = lowest(rows), "" if {split(row.name)[0] for row in rows} == set(SPECS) else " (not all shapes)"
        yield f"Convolutions, geometric mean of oneDNN's time / ours at least 1.5{few}", f"{mean(rows):.2f}", mean(rows) >= 1.5
        yield f"no single pass under 0.8{few}", f"{low.ratio:.2f} ({low.name})", low.ratio >= 0.8
        large = [(row.of_peak(flops(split(row.name)[0])), row.name) for row in rows if row.name.endswith(" fwd") and flops(split(row.name)[0]) >= LARGE_FLOPS]
        if large:
            yield "forward of at least 1 GFLOP, at least 80 % of the peak", f"{min(large)[0]:.0%} ({min(large)[1]})", min(large)[0] >= 0.8
    rows = rounds.rows("batches")
    if rows:
        low, (rise, where) = lowest(rows), cliffs(per_image(rounds))
        yield f"The first {FEW} shapes at other batches, geometric mean at least 1.5", f"{mean(rows):.2f}", mean(rows) >= 1.5
        yield "no single pass under 0.8", f"{low.ratio:.2f} ({low.name})", low.ratio >= 0.8
        yield f"no cliff: time an image at most {CLIFF} x that of the next smaller batch, or of what oneDNN makes of it", f"{rise:.2f} ({where})", rise <= CLIFF
    rows = [row for row in rounds.rows("threads") if row.peer_ms >= LONG_MS]
    if rows:
        low = lowest(rows)
        yield f"Second core, at least 1.8 x on passes of {LONG_MS:.0f} ms and more (on one thread)", f"{low.ratio:.2f} ({low.name})", low.ratio >= 1.8
    for row in rounds.rows("gemm"):
        if row.name == "gemm 1024 x 1024 x 1024":
            yield "Matrix product 1024 x 1024 x 1024, at least 1.3 x OpenBLAS", f"{row.ratio:.2f}", row.ratio >= 1.3


def of_steps(rounds):
    ratios = {row.name: row.ratio for row in rounds.rows("models")}
    book, others = NETS[:2], NETS[2:]
    for what, nets, batches, least in [("train", book, (64, 512), 8), ("train", others, (64, 512), 3), ("infer", book, (1,), 10), ("infer", book, (64,), 5), ("infer", others, (1, 64), 2)]:
        for net in nets:
            for batch in batches:
                name = f"{what} {net} b{batch}"
                if name in ratios:
                    yield f"{name}, at least {least} x PyTorch", f"{ratios[name]:.2f}", ratios[name] >= least
    for row in rounds.rows("ort"):
        least = 1.0 if row.name.endswith(" b1") else 1.2
        yield f"{row.name}, at least {least} x ONNX Runtime", f"{row.ratio:.2f}", row.ratio >= least
    times = rounds.ours("scaling")
    for net in NETS:
        images = {int(name.rpartition(" b")[2]): ms * 1e3 / int(name.rpartition(" b")[2]) for name, ms in times.items() if name.startswith(f"train {net} b")}
        if images:
            far = max(images, key=lambda batch: abs(images[batch] / images[64] - 1))
            off = images[far] / images[64] - 1
            yield f"train {net}, time an image from batch 64 to {max(images)} within {LINEAR:.0%}", f"{off:+.0%} at {far}", abs(off) <= LINEAR
    for row in rounds.rows("scaling"):
        if row.name.startswith("train "):
            yield f"{row.name}, second core at least 1.7 x", f"{row.ratio:.2f}", row.ratio >= 1.7


def goals(rounds):
    return [*of_convolutions(rounds), *of_steps(rounds)]
