#!/usr/bin/env python3
"""Times the engine and its peers in turn on this machine and writes a table of ratios.

    python3 Engine.Benchmarks/compare.py --onednn PROGRAM --torch SCRIPT [--threads T] [--rounds R] [--parts convs,models,gemm] [--out FILE] [SPEC...]

The peers are not part of this project:
  --onednn   or ONEDNN_BASELINE: a program that takes convolutions as arguments (n,cin,hw,cout,k,stride,pad) and prints a JSON object with fwd_ms,
             bwd_data_ms and bwd_weights_ms under "conv " + the numbers joined by "x". Threads by OMP_NUM_THREADS. Needs libdnnl-dev to build.
  --torch    or TORCH_BASELINE: a Python script that takes a number of threads and one of convs, models, gemm, and prints a JSON object: "train NET bN",
             "infer NET bN", "gemm MxNxK", and "conv ..." with fwd_ms and fwd_bwd_ms. Run with --python (/usr/bin/python3), which needs python3-torch.
What is missing is told and left out.

Machines are shared and change their clock, so nothing is timed alone: a round is the engine, then the peer, on the same work, between two runs of the
engine's own peak probe (multiply-adds in registers). Rounds whose probes fall more than 15 % below the best probe of the whole run are dropped. A ratio is
the engine's time over the peer's: below 1 the engine is faster. Given are the median of the rounds' ratios and the ratio of the best times.
"""
import argparse, datetime, json, os, platform, re, shutil, statistics, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DROP = 0.85  # of the best probe
SPECS = ["64,1,28,8,5,2,2", "64,8,14,16,3,2,1", "64,16,7,32,3,2,1", "64,32,4,64,3,2,1", "64,64,2,10,3,2,1", "64,1,28,32,3,1,1", "64,32,28,64,3,1,1",
         "64,3,32,16,3,1,1", "64,16,32,16,3,1,1", "64,16,32,32,3,2,1", "64,32,16,32,3,1,1", "64,64,8,64,3,1,1", "64,128,8,128,3,1,1", "32,64,56,64,3,1,1",
         "32,256,14,256,3,1,1", "32,64,56,64,1,1,0", "8,3,224,64,7,2,3"]
PASSES = ["fwd_ms", "bwd_data_ms", "bwd_weights_ms"]


class Missing(Exception):
    """Something that is needed for a part is not here."""


def call(command, **variables):
    done = subprocess.run(command, env=dict(os.environ, **variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Missing(f"'{' '.join(command[:3])} ...' ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


class Engine:
    def __init__(self, options):
        self.threads, self.seconds = str(options.threads), str(options.seconds)
        self.program = os.path.join(ROOT, "Engine.Benchmarks", "bin", "Release", "net10.0", "Engine.Benchmarks.dll")
        if not options.no_build:
            call(["dotnet", "build", "-c", "Release", os.path.join(ROOT, "Engine.Benchmarks")])
        if not os.path.exists(self.program):
            raise Missing(f"the engine's benchmarks are not built ({self.program})")

    def door(self, name, *arguments, seconds=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out.json")
            call(["dotnet", self.program, name, "--threads", self.threads, "--seconds", seconds or self.seconds, "--json", path, *arguments])
            with open(path) as file:
                return json.load(file)

    def probe(self):
        return self.door("peak", seconds="0.3")["gflops"]


class OneDnn:
    def __init__(self, options):
        self.program = options.onednn or os.environ.get("ONEDNN_BASELINE")
        if not self.program or not os.path.exists(self.program):
            raise Missing("oneDNN: give its baseline program by --onednn or ONEDNN_BASELINE" + (f" ('{self.program}' does not exist)" if self.program else ""))
        self.variables = {"OMP_NUM_THREADS": str(options.threads)}

    def convs(self, spec):
        result = json.loads(call([self.program, spec], **self.variables))["conv " + spec.replace(",", "x")]
        return {name: result[name] for name in PASSES if name != "bwd_data_ms" or int(spec.split(",")[1]) > 3}  # images need no gradient


class Torch:
    def __init__(self, options):
        self.script, self.python, self.threads = options.torch or os.environ.get("TORCH_BASELINE"), options.python, str(options.threads)
        if not self.script or not os.path.exists(self.script):
            raise Missing("PyTorch: give its baseline script by --torch or TORCH_BASELINE" + (f" ('{self.script}' does not exist)" if self.script else ""))
        if shutil.which(self.python) is None:
            raise Missing(f"PyTorch: there is no '{self.python}'; choose a Python by --python")
        try:
            call([self.python, "-c", "import torch"])
        except Missing:
            raise Missing(f"PyTorch: '{self.python}' has no torch; install python3-torch or choose another by --python")

    def part(self, name):
        found = json.loads(call([self.python, self.script, self.threads, name]))
        flat = {}
        for key, value in found.items():
            if isinstance(value, dict):
                flat.update({f"{key} {inner}": number for inner, number in value.items()})
            else:
                flat[key] = value
        return flat


class Rounds:
    """Times of the engine and of one peer, round by round, with the probes around them."""

    def __init__(self, engine):
        self.engine, self.rounds = engine, []

    def run(self, ours, theirs):
        before = self.engine.probe()
        mine, peer = ours(), theirs()
        self.rounds.append((min(before, self.engine.probe()), mine, peer))

    def table(self, best_probe):
        kept = [entry for entry in self.rounds if entry[0] >= DROP * best_probe]
        rows = []
        for key in self.rounds[0][1]:
            pairs = [(mine[key], peer[key]) for _, mine, peer in kept if key in peer]
            if pairs:
                mine, peer = zip(*pairs)
                rows.append((key, statistics.median(mine), statistics.median(peer), statistics.median(m / p for m, p in pairs), min(mine) / min(peer), len(pairs)))
            elif key in self.rounds[0][2]:
                rows.append((key, None, None, None, None, 0))  # every round was dropped
        return rows, len(self.rounds) - len(kept)


def from_shapes(result):
    return {f"{spec} {name[:-3].replace('_', ' ')}": value for spec, passes in result.items() for name, value in passes.items()}


def torch_convs(found):
    times = {}
    for key, value in found.items():
        match = re.fullmatch(r"conv ([\dx]+) (fwd|fwd_bwd)_ms", key)
        if match:
            times[f"{match[1].replace('x', ',')} {match[2].replace('_', ' + ')}"] = value
    return times


def engine_convs(engine, specs):
    times = {}
    for spec, passes in engine.door("shapes", *specs).items():
        times[f"{spec} fwd"] = passes["fwd_ms"]
        times[f"{spec} fwd + bwd"] = sum(passes[name] for name in PASSES)
    return times


def models(engine):
    return {key: value for key, value in engine.door("steps", "--batches", "1,64,512").items() if key.startswith(("train ", "infer "))}


def measure(options, engine, missing):
    parts, done = options.parts.split(","), []
    for part in parts:
        if part not in ("convs", "models", "gemm"):
            raise Missing(f"--parts: expected some of convs, models, gemm, got '{part}'")

    def peer(kind):
        try:
            return kind(options)
        except Missing as gap:
            missing.append(str(gap))

    onednn, torch = peer(OneDnn) if "convs" in parts else None, peer(Torch)
    if onednn:
        per_spec = [(spec, Rounds(engine)) for spec in options.specs]
        for number in range(options.rounds):
            for spec, rounds in per_spec:
                print(f"round {number + 1}: {spec}", file=sys.stderr)
                rounds.run(lambda: from_shapes(engine.door("shapes", spec)), lambda: from_shapes({spec: onednn.convs(spec)}))
        done.append(("Convolutions: oneDNN in its own layouts", [rounds for _, rounds in per_spec]))
    if torch:
        for part in parts:
            rounds = Rounds(engine)
            known = []  # what the script times
            for number in range(options.rounds):
                print(f"round {number + 1}: PyTorch {part}", file=sys.stderr)
                if not known and part != "models":
                    known.extend(torch.part(part))
                if part == "convs":
                    specs = sorted({key.split(" ")[1].replace("x", ",") for key in known if key.startswith("conv ")})
                    rounds.run(lambda: engine_convs(engine, specs), lambda: torch_convs(torch.part(part)))
                elif part == "models":
                    rounds.run(lambda: models(engine), lambda: torch.part(part))
                else:
                    sizes = [key[5:-3].replace("x", ",") for key in known if key.startswith("gemm ") and key.endswith(" ms")]
                    rounds.run(lambda: {f"gemm {size.replace(',', 'x')} ms": times["ms"] for size, times in engine.door("gemm", *sizes).items()}, lambda: torch.part(part))
            done.append(({"convs": "Convolutions: PyTorch", "models": "Whole steps: PyTorch", "gemm": "Matrix products: PyTorch"}[part], [rounds]))
    return done


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
        return found[1] if found else platform.processor()
    except OSError:
        return platform.processor() or platform.machine()


def report(options, engine, done):
    peak = engine.door("peak", seconds="0.5")
    all_rounds = [rounds for _, group in done for rounds in group]
    best = max(probe for rounds in all_rounds for probe, _, _ in rounds.rounds)
    lines = [f"# {processor()}", "",
             f"{datetime.date.today().isoformat()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors, {options.threads} threads, {peak['instruction_set']}; best peak probe {best:.0f} GFLOP/s.",
             f"Written by `python3 Engine.Benchmarks/compare.py {' '.join(options.shown)}`.", "",
             "Ratio: the engine's time over the peer's, below 1 the engine is faster; the median over the rounds, and best time over best time.", ""]
    for title, group in done:
        lines += [f"## {title}", "", "| What | Engine, ms | Peer, ms | Ratio, median | Ratio, best | Rounds |", "|---|---:|---:|---:|---:|---:|"]
        dropped = 0
        ratios = []
        for rounds in group:
            rows, gone = rounds.table(best)
            dropped += gone
            for key, mine, peer, ratio, best_ratio, count in rows:
                if count == 0:
                    lines.append(f"| {key} | | | | | 0 |")
                    continue
                ratios.append(ratio)
                lines.append(f"| {key} | {mine:.4f} | {peer:.4f} | {ratio:.2f} | {best_ratio:.2f} | {count} |")
        lines.append("")
        if ratios:
            mean = statistics.geometric_mean(ratios)
            lines.append(f"Geometric mean of the median ratios: {mean:.2f} (the engine is {1 / mean:.2f} times as fast); the highest is {max(ratios):.2f}.")
        lines += [f"{dropped} of {sum(len(rounds.rounds) for rounds in group)} rounds dropped: the probe was more than 15 % below its best.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specs", nargs="*", metavar="SPEC", help="convolutions for oneDNN, n,cin,hw,cout,k,stride,pad")
    parser.add_argument("--onednn", metavar="PROGRAM")
    parser.add_argument("--torch", metavar="SCRIPT")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that has torch")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of measuring the engine, a pass")
    parser.add_argument("--parts", default="convs,models,gemm")
    parser.add_argument("--no-build", action="store_true", help="the benchmarks are built already")
    parser.add_argument("--out", metavar="FILE", help="default: docs/benchmarks/<processor>-<threads>-threads.md")
    options = parser.parse_args()
    options.specs = options.specs or SPECS
    options.shown = [f"--{name} {value}" for name, value in (("threads", options.threads), ("rounds", options.rounds), ("seconds", options.seconds), ("parts", options.parts))]
    if options.specs != SPECS:
        options.shown += options.specs
    missing = []
    try:
        engine = Engine(options)
        done = measure(options, engine, missing)
    except Missing as gap:
        sys.exit(f"error: {gap}")
    for gap in missing:
        print(f"left out: {gap}", file=sys.stderr)
    if not done:
        sys.exit("error: there is nothing to compare with")
    name = re.sub(r"[^a-z0-9]+", "-", processor().lower()).strip("-")
    path = options.out or os.path.join(ROOT, "docs", "benchmarks", f"{name}-{options.threads}-threads.md")
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w") as file:
        file.write(report(options, engine, done))
    print(path)


if __name__ == "__main__":
    main()
