"""The programs that are timed, each behind a method that returns milliseconds by name."""
import ctypes.util, json, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSES = ["fwd", "bwd data", "bwd weights"]
OVERRIDES = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]  # would tune OpenBLAS for another processor than this one


class Missing(Exception):
    """Something that a part needs is not here."""


def call(command, **variables):
    environment = {name: value for name, value in os.environ.items() if name not in OVERRIDES}
    try:
        done = subprocess.run(command, env=dict(environment, **variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as fault:
        raise Missing(f"'{command[0]}' does not run: {fault.strerror}")
    if done.returncode != 0:
        raise Missing(f"'{' '.join(command[:3])} ...' ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def given(what, path, option, variable):
    """A file named by an option or by a variable of the environment."""
    path = path or os.environ.get(variable)
    if not path or not os.path.exists(path):
        raise Missing(f"{what}: give it by {option} or {variable}" + (f" ('{path}' does not exist)" if path else ""))
    return path


def is_image(spec):
    """A first layer: its input are pixels, which need no gradient."""
    return int(spec.split(",")[1]) <= 3


def passes(spec, found):
    times = {name: found[name.replace(" ", "_") + "_ms"] for name in PASSES}
    return {f"{spec} {name}": ms for name, ms in times.items() if name != "bwd data" or not is_image(spec)}


class Engine:
    def __init__(self, options):
        self.threads, self.seconds = options.threads, str(options.seconds)
        self.program = os.path.join(ROOT, "Engine.Benchmarks", "bin", "Release", "net10.0", "Engine.Benchmarks.dll")
        if not options.no_build:
            call(["dotnet", "build", "-c", "Release", os.path.join(ROOT, "Engine.Benchmarks")])
        if not os.path.exists(self.program):
            raise Missing(f"the engine's benchmarks are not built ({self.program})")

    def door(self, name, *arguments, seconds=None, threads=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out.json")
            call(["dotnet", self.program, name, "--threads", str(threads or self.threads), "--seconds", seconds or self.seconds, "--json", path, *arguments])
            with open(path) as file:
                return json.load(file)

    def probe(self):
        return self.door("peak", seconds="0.15")["gflops"]

    def convs(self, spec, threads=None):
        return passes(spec, self.door("shapes", spec, threads=threads)[spec])

    def steps(self, batches, names=None, threads=None, what="train,infer"):
        arguments = ["--batches", batches, "--what", what] + (["--models", names] if names else [])
        return {key: ms for key, ms in self.door("steps", *arguments, threads=threads).items() if key.startswith(("train ", "infer "))}

    def where(self, net, batch):
        """Microseconds of a training step by (pass, operation and shape), in order."""
        return [(lap["pass"], lap["what"], lap["us"]) for lap in self.door("where", "--models", net, "--batches", batch)["laps"]]

    def gemm(self, sizes):
        return {f"gemm {size.replace(',', ' x ')}": found["ms"] for size, found in self.door("gemm", *sizes).items()}


class OneDnn:
    def __init__(self, options):
        self.program = given("oneDNN", options.onednn, "--onednn", "ONEDNN_BASELINE")
        self.threads = str(options.threads)

    def convs(self, spec):
        found = json.loads(call([self.program, spec], OMP_NUM_THREADS=self.threads))
        return passes(spec, found["conv " + spec.replace(",", "x")])


class OpenBlas:
    def __init__(self, options):
        self.blas = options.openblas or ctypes.util.find_library("openblas")
        self.threads = str(options.threads)
        if not self.blas:
            raise Missing("OpenBLAS: its shared library is not installed; name it by --openblas")

    def gemm(self, sizes):
        child = os.path.join(os.path.dirname(os.path.abspath(__file__)), "openblas.py")
        return json.loads(call([sys.executable, child, self.blas, *sizes], OPENBLAS_NUM_THREADS=self.threads))


class Torch:
    def __init__(self, options):
        self.script, self.python = given("PyTorch", options.torch, "--torch", "TORCH_BASELINE"), options.python
        self.threads = str(options.threads)
        if shutil.which(self.python) is None:
            raise Missing(f"PyTorch: there is no '{self.python}'; choose a Python by --python")
        try:
            call([self.python, "-c", "import torch"])
        except Missing:
            raise Missing(f"PyTorch: '{self.python}' has no torch; install python3-torch or choose another by --python")

    def steps(self):
        found = json.loads(call([self.python, self.script, self.threads, "models"]))
        return {key: ms for key, ms in found.items() if key.startswith(("train ", "infer "))}

    def where(self, net, batch):
        """Microseconds of a training step by kind of operation and pass."""
        child = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_ops.py")
        return json.loads(call([self.python, child, self.script, self.threads, net, batch]))

    def convs(self):
        times = {}
        for key, found in json.loads(call([self.python, self.script, self.threads, "convs"])).items():
            if key.startswith("conv "):
                spec = key[5:].replace("x", ",")
                times[f"{spec} fwd"], times[f"{spec} fwd + bwd"] = found["fwd_ms"], found["fwd_bwd_ms"]
        return times


class OnnxRuntime:
    def __init__(self, options):
        self.script = given("ONNX Runtime", options.ort, "--ort", "ORT_BASELINE")
        self.models = given("ONNX Runtime's models", options.ort_models, "--ort-models", "ORT_MODELS")
        self.node = options.node
        if options.threads != 2:
            raise Missing("ONNX Runtime: its script runs with 2 threads; use --threads 2")
        if shutil.which(self.node) is None:
            raise Missing(f"ONNX Runtime: there is no '{self.node}'; choose a Node by --node")

    def steps(self):
        lines = call([self.node, self.script, self.models])
        return {f"infer {net} {batch}": float(ms) for net, batch, ms in re.findall(r"^(\w+) (b\d+) median ([\d.]+)", lines, re.MULTILINE)}
