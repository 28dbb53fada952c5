#!/usr/bin/env python3
"""Times the engine and its peers in turn on this machine and writes a table: what was set out to reach, what was, and every figure behind it.

    python3 Engine.Benchmarks/compare.py --onednn PROGRAM [--torch SCRIPT] [--threads T] [--rounds R] [--parts PART,...] [--out FILE] [SPEC...]

Parts, in any number (standard: convs,batches,threads,gemm):
  convs     three passes of 17 convolutions (or of SPEC...), beside oneDNN; forward also in % of the multiply-add peak
  batches   the first seven of them at --batches, beside oneDNN: is there a batch that costs out of proportion?
  threads   passes that take 2 ms or more on one thread: what the other threads gain
  gemm      matrix products, beside OpenBLAS
  torch     the convolutions that PyTorch's script times
  models    whole training steps and inference, beside PyTorch
  ort       inference, beside ONNX Runtime
  where     what each operation of a training step takes, beside PyTorch's profiler
  scaling   training steps at batches 64 to 1024, and on one thread

The peers are not part of this project. What is missing is told and left out.
  --onednn      or ONEDNN_BASELINE: a program that takes convolutions as arguments (n,cin,hw,cout,k,stride,pad) and prints a JSON object with fwd_ms,
                bwd_data_ms and bwd_weights_ms under "conv " + the numbers joined by "x". Threads by OMP_NUM_THREADS. Needs libdnnl-dev to build.
  --torch       or TORCH_BASELINE: a Python script that takes a number of threads and one of convs, models, and prints a JSON object: "train NET bN" and
                "infer NET bN" in ms, "conv ..." with fwd_ms and fwd_bwd_ms. Run with --python (/usr/bin/python3), which needs python3-torch.
  --openblas    its shared library; found by itself where it is installed.
  --ort         or ORT_BASELINE: a Node script that takes the folder --ort-models (ORT_MODELS) and prints lines "NET bN median MS"; NODE_PATH tells Node where
                onnxruntime-node is.

Machines are shared and change their clock, so nothing is timed alone: a round is both sides on the same work, in turns of who is first, between two runs of
the engine's own peak probe (multiply-adds in registers). Rounds whose probes fall more than 15 % below the best one are dropped.
--data FILE keeps the rounds, and adds them to those that are in it: a long comparison may be made in several runs, --rounds 0 only writes the table again.
"""
import argparse, os, re, sys

from comparison.parts import PARTS, SPECS, STANDARD, measure
from comparison.programs import ROOT, Engine, Missing
from comparison.report import processor, report
from comparison.rounds import Rounds


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specs", nargs="*", metavar="SPEC", help="convolutions, n,cin,hw,cout,k,stride,pad")
    for name, metavar in (("onednn", "PROGRAM"), ("torch", "SCRIPT"), ("openblas", "LIBRARY"), ("ort", "SCRIPT"), ("ort-models", "FOLDER")):
        parser.add_argument(f"--{name}", metavar=metavar)
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that has torch")
    parser.add_argument("--node", default="node")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="of measuring the engine, a pass")
    parser.add_argument("--parts", default=STANDARD)
    parser.add_argument("--batches", default="1,10,100,512")
    parser.add_argument("--sizes", default="1024,1024,1024", help="of matrix products: M,N,K, a space between them")
    parser.add_argument("--data", metavar="FILE", help="keeps the rounds")
    parser.add_argument("--no-build", action="store_true", help="the benchmarks are built already")
    parser.add_argument("--out", metavar="FILE", help="default: docs/benchmarks/<processor>-<threads>-threads.md")
    options = parser.parse_args()
    options.parts = options.parts.split(",")
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"--parts: expected some of {', '.join(PARTS)}, got '{part}'")
    options.specs = options.specs or SPECS
    return options


def main():
    options, missing = arguments(), []
    try:
        engine = Engine(options)
        rounds = Rounds(engine, options.data)
        measure(rounds, options, engine, missing)
        if not rounds.entries:
            raise Missing("there is nothing to compare with: " + "; ".join(missing))
        instruction_set = engine.door("peak", seconds="0.1")["instruction_set"]
    except Missing as gap:
        sys.exit(f"error: {gap}")
    for gap in missing:
        print(f"left out: {gap}", file=sys.stderr)
    measured = [part for part in PARTS if rounds.of(part)]
    options.shown = " ".join([f"--threads {options.threads} --parts {','.join(measured)}"] + (options.specs if options.specs != SPECS else []))
    name = re.sub(r"[^a-z0-9]+", "-", processor().lower()).strip("-")
    path = options.out or os.path.join(ROOT, "docs", "benchmarks", f"{name}-{options.threads}-threads.md")
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w") as file:
        file.write(report(rounds, options, instruction_set))
    print(path)


if __name__ == "__main__":
    main()
