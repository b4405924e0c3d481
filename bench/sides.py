"""The libraries that are measured, one class each: what a case's text means there, how it is run, how one waits for it.
Must not know which cases there are. A worker process (worker.py) imports one of them only.

Each is in its fair form: warm, a fresh result as a user writes it, the device waited for; `form` says how."""

import importlib
import itertools
import os
import time

import numpy as np

import operands

CHECKED = 1_000_000  # results of more elements are not compared: the same call was at a smaller size
KEPT = 4  # arrays of earlier cases, which neighbours often share


def facts(results: list[np.ndarray], inputs: list[np.ndarray]) -> dict:
    """What the results have in common in any library: the checksum does not depend on their order."""
    if results[0] is None:  # writes to its argument
        return {"elements": 0, "nbytes": 0, "view": False}
    first = results[0]
    found = {"elements": int(first.size), "nbytes": int(sum(r.nbytes for r in results))}
    found["view"] = any(np.may_share_memory(r, i) for r in results for i in inputs)
    if first.size <= CHECKED:
        numbers = first.astype(np.complex128 if first.dtype.kind == "c" else np.float64).ravel()
        parts = np.concatenate([np.abs(numbers.real), np.abs(numbers.imag)])
        found["checksum"] = float(parts[np.isfinite(parts)].sum())
    return found


class Side:
    """A library in this process. `device` is where its arrays are; `threads` how many it may use, 0 for its default."""

    module = ""  # that is imported
    form = ""
    has_views = True
    single_threaded = False

    def __init__(self, device: str, threads: int):
        self.device, self.threads = device, threads
        self.kept: dict[str, object] = {}
        self.case: dict = {}
        self.open()

    def open(self):
        self.library = importlib.import_module(self.module)

    def describe(self) -> dict:
        """For the report: version, threads and form."""
        return {
            "version": self.library.__version__,
            "threads": 1 if self.single_threaded else self.threads,
            "form": self.form,
        }

    # ---- what each library does in its own way ----

    def own(self, array: np.ndarray):
        """The array on the library's device."""
        return array

    def bind(self, text: str, arrays: dict):
        """A function (number of runs -> seconds, the last wait included)."""
        modules = {
            name: getattr(self.library, name) for name in ("fft", "linalg", "random") if hasattr(self.library, name)
        }
        return self.python_loop(text, arrays, {**vars(self.library), **modules})

    def wait(self):
        """Until all queued work is done."""

    def to_numpy(self, result) -> np.ndarray:
        return np.frombuffer(result, np.uint8) if isinstance(result, bytes) else np.asarray(result)

    def generator(self, generator: np.random.Generator):
        raise LookupError("draws other random numbers than NumPy's")

    # ---- what is the same for all ----

    def load(self, case: dict):
        """Makes the arrays and the call, which is not yet run."""
        views = {d["view"] for d in case["arrays"].values()}
        if not self.has_views and views != {"contiguous"} and views:
            raise LookupError("has no views")
        self.case = case
        self.arrays = {name: operands.viewed(self.array(d), d["view"]) for name, d in case["arrays"].items()}
        self.seconds = self.bind(case["call"], self.arrays)

    def array(self, description: dict):
        """The contiguous array on the device, made once for cases that follow each other; a generator is fresh for
        each."""
        if operands.is_generator(description):
            return self.generator(operands.base(description))
        key = repr(sorted((k, v) for k, v in description.items()))
        if key not in self.kept:
            while len(self.kept) >= KEPT:
                del self.kept[next(iter(self.kept))]
            self.kept[key] = self.own(operands.base(description))
        return self.kept[key]

    def facts(self) -> dict:
        """Runs the call once."""
        results = self.once()
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        inputs = [a for a in self.arrays.values() if isinstance(a, np.ndarray)]
        return facts([None if r is None else self.to_numpy(r) for r in results], inputs)

    def python_loop(self, text: str, arrays: dict, scope: dict):
        """The call in a loop, as a user's program has it; a few nanoseconds a turn."""
        names = ", ".join(arrays)
        code = f"def loop(turns{', ' + names if names else ''}):\n for _ in turns:\n  {text}\n"
        code += f"def once({names}):\n return {text}\n"
        made: dict = {}
        exec(code, {**scope}, made)
        self.once = lambda: made["once"](**arrays)

        def seconds(number: int) -> float:
            turns = itertools.repeat(None, number)
            start = time.perf_counter()
            made["loop"](turns, **arrays)
            self.wait()
            return time.perf_counter() - start

        return seconds

    def to_device(self, array: np.ndarray):
        return self.own(array)


class NumPy(Side):
    module, form, single_threaded = "numpy", "eager; one thread but for matrix products", True

    def open(self):
        super().open()
        np.seterr(all="ignore")

    def generator(self, generator):
        return generator


class Lockstep(Side):
    """Through the C ABI, from a compiled loop."""

    form = "eager; C functions called from compiled code, the result freed"

    def open(self):
        import compiled_loop
        from lockstep_abi import Library

        self.compiled_loop = compiled_loop
        build = os.environ["LOCKSTEP_BUILD"]
        self.library = Library(build, self.device)
        self.loop = compiled_loop.open_loop(build)
        self.library.c.ls_set_num_threads(self.threads)
        if self.device != "cpu":
            self.library.set_default_device(self.device)

    def describe(self):
        version = self.library.c.ls_version().decode()
        return {"version": version, "threads": self.threads, "form": self.form}

    def own(self, array):
        return self.library.from_host(array, device=self.device)

    def load(self, case):
        self.case = case
        self.arrays = {name: self.viewed(self.array(d), d["view"]) for name, d in case["arrays"].items()}
        self.program = self.compiled_loop.Program(
            self.library, self.loop, case["call"], self.arrays, None if self.device == "cpu" else self.device
        )
        self.seconds = self.program.seconds

    def generator(self, generator):
        return generator

    def viewed(self, array, view: str):
        step = {"strided": 2, "reversed": -1}.get(view)
        if step:
            return self.library.get(array, (Ellipsis, slice(None, None, step)))
        return self.library.invoke("transpose", array) if view == "transposed" else array

    def wait(self):
        self.library.c.ls_synchronize(None)

    def facts(self):
        results = self.program.results() or [None]
        arrays = [r for r in results if hasattr(r, "numpy")]
        if not arrays:
            return facts([None if r is None else np.asarray(r) for r in results], [])
        if arrays[0].size > CHECKED:
            return {"elements": arrays[0].size, "nbytes": sum(a.nbytes for a in arrays), "view": False}
        return facts([a.numpy() for a in arrays], [])

    def to_numpy(self, result):
        return result.numpy()


class NumExpr(Side):
    """Its own small language: element-wise expressions and full sums."""

    module, form = "numexpr", "evaluate(text) of the whole expression, compiled before"
    OPERATORS = {
        "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "remainder": "%", "equal": "==",
        "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "bitwise_and": "&",
        "bitwise_or": "|", "bitwise_xor": "^", "left_shift": "<<", "right_shift": ">>",
    }  # fmt: skip
    FUNCTIONS = {
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
        "where",
        "sum",
        "prod",
        "min",
        "max",
        "real",
        "imag",
        "isnan",
        "isinf",
        "isfinite",
        "sign",
        "maximum",
        "minimum",
    }
    RENAMED = {"absolute": "abs", "negative": "-", "invert": "~"}

    def open(self):
        super().open()
        self.library.set_num_threads(self.threads)

    def bind(self, text, arrays):
        expression = self.translated(text)
        return self.python_loop(f"evaluate({expression!r})", arrays, vars(self.library))

    def translated(self, text: str) -> str:
        from expression import Operand, Result, steps

        made: list[str] = []
        for step in steps(text):
            if step.options or any(isinstance(a, (list, tuple)) for a in step.args):
                raise LookupError(f"has no such {step.function}")
            args = [
                made[a.step] if isinstance(a, Result) else a.name if isinstance(a, Operand) else repr(a)
                for a in step.args
            ]
            if step.function in self.OPERATORS:
                made.append(f"({f' {self.OPERATORS[step.function]} '.join(args)})")
            elif step.function in self.FUNCTIONS or step.function in self.RENAMED:
                made.append(f"{self.RENAMED.get(step.function, step.function)}({', '.join(args)})")
            else:
                raise LookupError(f"has no {step.function}")
        return made[-1]


class Jax(Side):
    module, form, has_views = "jax.numpy", "jit, compiled before; block_until_ready after each call", False

    def open(self):
        os.environ.setdefault("JAX_PLATFORMS", self.device)
        import jax

        jax.config.update("jax_enable_x64", True)
        self.jax = jax
        super().open()

    def describe(self):
        return {"version": self.jax.__version__, "threads": self.threads, "form": self.form}

    def own(self, array):
        return self.library.asarray(array).block_until_ready()

    def bind(self, text, arrays):
        if not arrays:
            raise LookupError("a call without arrays is a constant to jit")
        scope: dict = {}
        exec(f"def call({', '.join(arrays)}):\n return {text}\n", {**vars(self.library)}, scope)
        compiled = self.jax.jit(scope["call"])
        return self.python_loop(
            f"block(call({', '.join(arrays)}))", arrays, {"call": compiled, "block": self.jax.block_until_ready}
        )

    def wait(self):
        pass


class Torch(Side):
    """NumPy's words are PyTorch's but for these."""

    module, form = "torch", "eager, without gradients"

    def open(self):
        super().open()
        torch = self.library
        if self.threads:
            torch.set_num_threads(self.threads)
        torch.set_grad_enabled(False)
        self.words = {
            **vars(torch),
            "equal": torch.eq,
            "not_equal": torch.ne,
            "power": torch.pow,
            "invert": torch.bitwise_not,
            "left_shift": torch.bitwise_left_shift,
            "right_shift": torch.bitwise_right_shift,
            "min": torch.amin,
            "max": torch.amax,
            "concatenate": torch.cat,
            "astype": lambda a, to: a.to(getattr(torch, to)),
            "copy": self.copy,
            "zeros": lambda shape: torch.zeros(shape, dtype=torch.float64, device=self.device),
            "ones": lambda shape: torch.ones(shape, dtype=torch.float64, device=self.device),
            "var": lambda a, axis=None: torch.var(a, dim=axis, correction=0),
            "std": lambda a, axis=None: torch.std(a, dim=axis, correction=0),
        }

    def describe(self):
        return {"version": self.library.__version__, "threads": self.library.get_num_threads(), "form": self.form}

    def copy(self, a, order="C"):
        return a.clone(memory_format=self.library.contiguous_format)

    def own(self, array):
        return self.library.from_numpy(np.array(array)).to(self.device)

    def bind(self, text, arrays):
        if any(d["view"] == "reversed" for d in self.case["arrays"].values()):
            raise LookupError("has no negative strides")
        return self.python_loop(text, arrays, self.words)

    def wait(self):
        if self.device.startswith("cuda"):
            self.library.cuda.synchronize()

    def to_numpy(self, result):
        return result.cpu().numpy()


class CuPy(Side):
    module, form = "cupy", "eager"

    def own(self, array):
        return self.library.asarray(array)

    def wait(self):
        self.library.cuda.Device().synchronize()

    def to_numpy(self, result):
        return self.library.asnumpy(result)


SIDES = {"lockstep": Lockstep, "numpy": NumPy, "numexpr": NumExpr, "jax": Jax, "torch": Torch, "cupy": CuPy}
