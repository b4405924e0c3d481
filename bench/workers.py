"""The worker processes as this one sees them: started where their library is installed, asked in turn.
Must not know what the libraries do: sides.py does, in the workers."""

import contextlib
import json
import os
import pathlib
import selectors
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
MODULES = {"numpy": "numpy", "numexpr": "numexpr", "jax": "jax", "torch": "torch", "cupy": "cupy"}
ON_A_GPU = ("cupy", "torch")


class Worker:
    """A library in its process: `name` as in sides.py, `label` as in the report."""

    def __init__(
        self, name: str, device: str, python: str, build: pathlib.Path, threads: int, extra: dict | None = None
    ):
        self.name, self.device, self.label = name, device, label_of(name, device)
        self.command = [python, "-B", str(HERE / "worker.py"), name, device, str(threads)]
        self.environment = {**environment(build), **(extra or {})}
        for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_MAX_THREADS"):
            self.environment.setdefault(variable, str(threads))
        self.process: subprocess.Popen | None = None

    def anew(self, more: dict) -> "Worker":
        """Another process of the same library, with more in its environment."""
        build, threads = pathlib.Path(self.environment["LOCKSTEP_BUILD"]), int(self.command[-1])
        return Worker(self.name, self.device, self.command[0], build, threads, more)

    def ask(self, do: str, timeout: float = 120, **question) -> dict:
        """The answer; {"error": text} where the library refused, or the process ended or took too long: the next question
        starts it afresh."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                bufsize=1,
            )
        try:
            self.process.stdin.write(json.dumps({"do": do, **question}) + "\n")
        except BrokenPipeError:
            return self.lost("the process ended")
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(timeout):
                return self.lost(f"no answer in {timeout:.0f} s")
        line = self.process.stdout.readline()
        return json.loads(line) if line else self.lost(f"the process ended with status {self.process.wait()}")

    def lost(self, why: str) -> dict:
        self.stop()
        return {"error": why}

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            with contextlib.suppress(BrokenPipeError):  # a question that was not sent
                self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


def environment(build: pathlib.Path) -> dict:
    """Of a process that opens the build's library by ctypes. No default device: the simulated one is listed where it
    is that."""
    path = os.pathsep.join(filter(None, (str(ROOT / "capi/ctypes_abi"), os.environ.get("PYTHONPATH"))))
    made = {**os.environ, "LOCKSTEP_BUILD": str(build), "PYTHONPATH": path}
    made.pop("LOCKSTEP_DEVICE", None)
    return made


def label_of(name: str, device: str) -> str:
    """NumPy and the like are on the CPU only, which then goes without saying."""
    return f"{name} {device}" if name in ("lockstep", "torch", "jax") else name


def devices(build: pathlib.Path) -> tuple[list[str], str]:
    """Lockstep's devices, and why there is no GPU among them ("" where there is). The simulated device is never one."""
    code = (
        "import ctypes, os, lockstep_abi; ls = lockstep_abi.Library(os.environ['LOCKSTEP_BUILD'])\n"
        "text = ctypes.create_string_buffer(4096); ls.c.ls_device_why(b'cuda', text, 4096, None)\n"
        "print(*[d for d in ls.devices() if not d.startswith('sim')]); print(text.value.decode())"
    )
    out = subprocess.run([sys.executable, "-B", "-c", code], env=environment(build), capture_output=True, text=True)
    if out.returncode:
        raise RuntimeError(f"Lockstep of {build} does not load: {out.stderr.strip().splitlines()[-1]}")
    names, _, why = out.stdout.partition("\n")
    found = names.split()
    return found, "" if any(d != "cpu" for d in found) else why.strip().replace(f"{ROOT}/", "") or "no CUDA device"


def pythons(venv: pathlib.Path) -> list[str]:
    """Where peers are looked for: their venv, this Python, the system's."""
    candidates = [str(venv / "bin/python"), sys.executable, "/usr/bin/python3"]
    return [p for i, p in enumerate(candidates) if pathlib.Path(p).exists() and p not in candidates[:i]]


def python_with(module: str, candidates: list[str]) -> str | None:
    """The first interpreter that has the module and NumPy 2, without importing it."""
    code = f"import importlib.util as u, sys, numpy; sys.exit(not u.find_spec({module!r}) or numpy.__version__ < '2')"
    for python in candidates:
        if subprocess.run([python, "-c", code], capture_output=True).returncode == 0:
            return python
    return None


def all_workers(build: pathlib.Path, venv: pathlib.Path, threads: int, wanted: set[str] | None = None):
    """The workers of every library that is here, and {label: why} of those that are not. `wanted`: names, all when
    None."""
    here, why_no_gpu = devices(build)
    gpus, candidates = [d for d in here if d != "cpu"], pythons(venv)
    found = [Worker("lockstep", device, sys.executable, build, threads) for device in here]
    skipped = {} if gpus else {"lockstep cuda": why_no_gpu}
    for name, module in MODULES.items():
        if wanted is not None and name not in wanted:
            continue
        places = ([] if name == "cupy" else ["cpu"]) + ([gpus[0]] if gpus and name in ON_A_GPU else [])
        if not places:
            skipped[name] = "needs a GPU"
            continue
        python = sys.executable if name == "numpy" else python_with(module, candidates)
        if python is None:
            skipped[name] = "not installed (bench/run.sh --peers)"
            continue
        found += [Worker(name, device, python, build, threads) for device in places]
    for worker in list(found):
        answer = worker.ask("hello")
        if "error" in answer:
            skipped[worker.label] = answer["error"]
            worker.stop()
            found.remove(worker)
        else:
            worker.about = {"name": worker.name, "device": worker.device, **answer}
    return found, skipped
