#!/usr/bin/env python3
"""Kills a checkpointed training at random moments, resumes it, and compares its weights with those of a run that nobody disturbed.

    dotnet build -c Release && python3 Mnist/kill_and_resume.py [KILLS] [--every N] [--random SEED] [-- OPTIONS OF train]

A round starts `train --checkpoint-every N --resume` in an empty folder as a process of its own and kills it (SIGKILL: nothing in it gets to run) at a
random moment of its training, now and then of its start; every third round kills what goes on, too, up to five times. The last one is left to end. A round
fails where a run does not load the checkpoint, or its weights, accuracy or losses differ. The last line is `KILLS kills in ROUNDS rounds: N resumed, N failed`.
"""
import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT = ["--epochs", "5", "--limit", "20000", "--batch", "128", "--lr", "0.02"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kills", nargs="?", type=int, default=100)
    arguments.add_argument("--every", type=int, default=5, help="batches from one checkpoint to the next")
    arguments.add_argument("--random", type=int, default=None, help="seed of the moments")
    arguments.add_argument("--program", default=str(HERE / "bin/Release/net10.0/Mnist.dll"))
    arguments.add_argument("options", nargs="*", default=DEFAULT)
    given = arguments.parse_args()
    seed = given.random if given.random is not None else random.SystemRandom().randrange(1 << 32)
    moments = random.Random(seed)

    def command(folder, *more):
        return ["dotnet", given.program, "train", *given.options, "--out", str(folder / "out"), "--json", str(folder / "run.json"), *more]

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(command(folder), check=True, stdout=subprocess.DEVNULL)
        expected = numbers(folder)
        start = time.monotonic()
        subprocess.run(command(folder, "--checkpoint-every", str(given.every)), check=True, stdout=subprocess.DEVNULL)
        length = time.monotonic() - start
        begin = length - json.loads((folder / "run.json").read_text())["seconds"]
        if numbers(folder) != expected:
            sys.exit("checkpoints alone change the result")
    print(f"reference {expected['weights_sha256']}, a run takes {length:.2f} s, its training begins after {begin:.2f} s, seed of the moments {seed}", flush=True)

    kills = number = resumed = failed = 0
    while kills < given.kills:
        number += 1
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            story = []
            for _ in range(min(given.kills - kills, 5 if number % 3 == 0 else 1)):
                output, killed = run(command(folder, "--checkpoint-every", str(given.every), "--resume"), moments.uniform(0 if number % 10 == 0 else 0.9 * begin, length))
                story.append(moment(output) + (f", killed after {killed:.2f} s" if killed else ", ended"))
                if not killed:
                    break
                kills += 1
            left = [entry for entry in os.listdir(folder / "out") if entry.endswith(".tmp")] if (folder / "out").exists() else []
            output, _ = run(command(folder, "--checkpoint-every", str(given.every), "--resume"), None)
            story.append(moment(output))
            fine = numbers(folder) == expected
            resumed, failed = resumed + fine, failed + (not fine)
            print(f"{number}: {'; '.join(story)}{f'; {len(left)} temporary file left' if left else ''}: {'the same weights' if fine else 'FAILED'}", flush=True)
            if not fine:
                print(output, flush=True)
    print(f"{kills} kills in {number} rounds: {resumed} resumed, {failed} failed")
    return 1 if failed else 0


def run(command, seconds):
    """Output and, where it was killed, the time after which."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            return process.communicate(timeout=seconds)[0], None
        except subprocess.TimeoutExpired:
            process.kill()
            return process.communicate()[0], seconds


def moment(output):
    """Where a run began."""
    found = re.search(r"going on after (\d+ of \d+)", output)
    return f"from batch {found[1]}" if found else "from the beginning" if "no checkpoint at" in output else "nothing read yet"


def numbers(folder):
    """What a run came to, without its times."""
    try:
        report = json.loads((folder / "run.json").read_text())
    except FileNotFoundError:
        return None
    return {key: report[key] for key in ("weights_sha256", "accuracy", "parameters")} | {
        "epochs": [{key: epoch[key] for key in ("train_loss", "valid_loss", "accuracy")} for epoch in report["epochs"]]}


if __name__ == "__main__":
    sys.exit(main())
