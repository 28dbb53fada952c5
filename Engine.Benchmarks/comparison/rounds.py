"""What was measured, round by round, and the figures made of it."""
import json, os, statistics, sys, time

DROP = 0.85  # of the best probe: below it something else had the machine
FRESH = 2.0  # seconds for which a probe speaks for the moment


class Row:
    """One timed thing over all rounds: milliseconds of the engine and of the peer, and the multiply-add peak around them."""

    def __init__(self, name, triples):
        self.name = name
        self.ours, self.theirs, self.peaks = map(list, zip(*triples))

    @property
    def ms(self):
        return statistics.median(self.ours)

    @property
    def peer_ms(self):
        return statistics.median(self.theirs)

    @property
    def ratio(self):
        """How many times as fast as the peer the engine is."""
        return statistics.median(peer / mine for mine, peer in zip(self.ours, self.theirs))

    @property
    def best_ratio(self):
        return min(self.theirs) / min(self.ours)

    def of_peak(self, flops):
        return statistics.median(flops / mine / 1e6 / peak for mine, peak in zip(self.ours, self.peaks))


class Rounds:
    def __init__(self, engine, path):
        self.engine, self.path, self.entries = engine, path, []
        self.last = (-FRESH, 0.0)
        if path and os.path.exists(path):
            with open(path) as file:
                self.entries = json.load(file)

    def probe(self):
        if time.monotonic() - self.last[0] > FRESH:
            peak = self.engine.probe()
            self.last = (time.monotonic(), peak)
        return self.last[1]

    def run(self, part, what, ours, theirs, peer_first):
        """Times both sides between two probes; the sides take turns in being first."""
        before = self.probe()
        if peer_first:
            peer = theirs()
            mine = ours()
        else:
            mine = ours()
            peer = theirs()
        self.last = (-FRESH, 0.0)
        self.entries.append({"part": part, "what": what, "ours": mine, "theirs": peer, "probes": [before, self.probe()]})
        told = ", ".join(f"{peer[key] / mine[key]:.2f}" for key in list(mine)[:8] if key in peer)
        print(f"{time.strftime('%H:%M:%S')} {part} {what}: peak {before:.0f}, ratios {told}", file=sys.stderr, flush=True)
        if self.path:
            with open(self.path, "w") as file:
                json.dump(self.entries, file, indent=1)

    @property
    def best_probe(self):
        return max(max(entry["probes"]) for entry in self.entries)

    def of(self, part):
        return [entry for entry in self.entries if entry["part"] == part]

    def kept(self, part):
        return [entry for entry in self.of(part) if min(entry["probes"]) >= DROP * self.best_probe]

    def rows(self, part):
        """The things timed on both sides, in the order in which they came."""
        found = {}
        for entry in self.kept(part):
            peak = sum(entry["probes"]) / 2
            for key, mine in entry["ours"].items():
                if key in entry["theirs"]:
                    found.setdefault(key, []).append((mine, entry["theirs"][key], peak))
        return [Row(name, triples) for name, triples in found.items()]

    def ours(self, part):
        """The engine's median milliseconds by name, whether a peer was timed or not."""
        found = {}
        for entry in self.kept(part):
            for key, mine in entry["ours"].items():
                found.setdefault(key, []).append(mine)
        return {key: statistics.median(times) for key, times in found.items()}
