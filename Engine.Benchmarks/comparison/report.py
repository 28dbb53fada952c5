"""The table of a processor, in Markdown."""
import datetime, os, platform, re, statistics

from .goals import flops, goals, lowest, mean, per_image
from .parts import PARTS, split
from .rounds import DROP

TITLES = {"convs": "Convolutions beside oneDNN in its own layouts", "threads": "Second core", "gemm": "Matrix products beside OpenBLAS", "torch": "Convolutions beside PyTorch",
          "models": "Whole steps beside PyTorch", "ort": "Inference beside ONNX Runtime"}


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            text = file.read()
    except OSError:
        return platform.processor() or platform.machine()
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    family = re.search(r"^cpu family\s*:\s*(\d+)$", text, re.MULTILINE)
    model = re.search(r"^model\s*:\s*(\d+)$", text, re.MULTILINE)
    if not name:
        return platform.machine()
    bare = len(name[1].split()) < 3 and family and model  # "AMD EPYC" of a virtual machine: every generation calls itself that
    return f"{name[1]} family {family[1]} model {model[1]}" if bare else name[1]


def grid(header, rows):
    return ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|", *("| " + " | ".join(row) + " |" for row in rows), ""]


def beside(part, rounds):
    rows = rounds.rows(part)
    ours, peer = ("2 and more threads" if part == "threads" else "Engine"), ("1 thread" if part == "threads" else "Peer")
    header, lines = [*("What", f"{ours}, ms", f"{peer}, ms", "Times as fast, median", "best / best", "Rounds")], []
    if part == "convs":
        header.append("GFLOP; % of the peak")
    for row in rows:
        cells = [row.name, f"{row.ms:.4f}", f"{row.peer_ms:.4f}", f"{row.ratio:.2f}", f"{row.best_ratio:.2f}", str(len(row.ours))]
        if part == "convs":
            work = flops(split(row.name)[0])
            cells.append(f"{work / 1e9:.3f}; {row.of_peak(work):.0%}")
        lines.append(cells)
    low = lowest(rows)
    return [f"## {TITLES[part]}", "", *grid(header, lines), f"Geometric mean {mean(rows):.2f}; the lowest is {low.ratio:.2f}, {low.name}.", ""]


def batches(rounds):
    table = per_image(rounds)
    all_batches = sorted({batch for by_batch in table.values() for batch in by_batch})
    rows = [[f"{shape} {what}", *(f"{by_batch[batch][0]:.3f} ({by_batch[batch][1]:.2f})" if batch in by_batch else "" for batch in all_batches)] for (shape, what), by_batch in table.items()]
    return ["## Batches: microseconds an image (times as fast as oneDNN)", "", *grid(["cin,hw,cout,k,stride,pad", *(f"batch {batch}" for batch in all_batches)], rows)]


def scaling(rounds):
    times = rounds.ours("scaling")
    rows = [[name, f"{ms:.4f}", f"{ms * 1e3 / int(name.rpartition(' b')[2]):.3f}"] for name, ms in times.items()]
    return ["## Batch and time", "", *grid(["What", "ms", "us an image"], rows), *beside_one_thread(rounds)]


def beside_one_thread(rounds):
    rows = [[row.name, f"{row.ms:.4f}", f"{row.peer_ms:.4f}", f"{row.ratio:.2f}"] for row in rounds.rows("scaling")]
    return grid(["What", "all threads, ms", "1 thread, ms", "gain"], rows)


def where(rounds):
    """For each net and batch: sums by kind beside PyTorch's, then every operation."""
    lines, entries = ["## Where a training step's time goes", "", "Microseconds; PyTorch's by its profiler, scaled to a step without it. A convolution with `relu` in its name, and batch norm where a ReLU follows,",
             "contain it. `the rest` is bookkeeping: the graph, changes of shape, gradients to zero.", ""], {}
    for entry in rounds.kept("where"):
        entries.setdefault(entry["what"], []).append(entry)
    for what, found in entries.items():
        ours = {key: statistics.median(entry["ours"][key] for entry in found) for key in found[0]["ours"]}
        theirs = {key: statistics.median(entry["theirs"].get(key, 0.0) for entry in found) for key in found[0]["theirs"]}
        kinds = [key for key in ours if "|" not in key]
        kinds += [key for key in theirs if key not in kinds]
        rows = [[key, f"{ours.get(key, 0):.1f}", f"{theirs.get(key, 0):.1f}"] for key in sorted(kinds, key=lambda key: -theirs.get(key, 0))]
        rows.append(["**all**", f"{sum(ours.get(key, 0) for key in kinds):.1f}", f"{sum(theirs.values()):.1f}"])
        lines += [f"### {what}", "", *grid(["Kind and pass", "Engine, us", "PyTorch, us"], rows), "<details><summary>Every operation of the engine</summary>", "",
                  *grid(["Operation, its result", "Pass", "us"], [[key.split("|")[1], key.split("|")[0], f"{us:.1f}"] for key, us in ours.items() if "|" in key]), "</details>", ""]
    return lines


def report(rounds, options, instruction_set):
    lines = [f"# {processor()}", "",
             f"{datetime.date.today().isoformat()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors, {options.threads} threads, {instruction_set}; "
             f"best multiply-add peak {rounds.best_probe:.0f} GFLOP/s. Written by `python3 Engine.Benchmarks/compare.py {options.shown}`.", "",
             "Ratios are the peer's time over the engine's: above 1 the engine is faster; the median over the rounds, and best time over best time.", "",
             "## Goals", ""]
    lines += grid(["Goal", "Here", "Reached"], [[goal, figure, "yes" if reached else "**no**"] for goal, figure, reached in goals(rounds)])
    for part in PARTS:
        entries, kept = rounds.of(part), rounds.kept(part)
        if kept:
            lines += batches(rounds) if part == "batches" else scaling(rounds) if part == "scaling" else where(rounds) if part == "where" else beside(part, rounds)
        if len(kept) < len(entries):
            lines += [f"{len(entries) - len(kept)} of {len(entries)} measurements of `{part}` dropped: a peak beside them was below {DROP:.0%} of the best.", ""]
    return "\n".join(lines)
