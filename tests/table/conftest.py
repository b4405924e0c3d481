"""Options, the library under test, and `check`, which makes the same call with Lockstep and with NumPy.
Must not know single functions."""

import json
import os
import pathlib
import secrets
import warnings
import zlib

import numpy as np
import pytest

import bit_generators
import compare
from arrays import twins
from lockstep_abi import Library, LockstepError
from mirror import keeps_layout

SHOWN = 6  # differences a test prints
MOST_DRAWS = 100_000  # of one distribution at a time


def pytest_addoption(parser):
    parser.addoption("--build", default=os.environ.get("LOCKSTEP_BUILD", "build/release"), help="the build folder")
    parser.addoption("--device", default="cpu", help="where arguments are put before a call")
    parser.addoption("--seed", type=int, default=None, help="of the random inputs; a fresh one when not given")
    parser.addoption("--effort", type=float, default=1.0, help="factor on the number of random cases")


def pytest_configure(config):
    given = config.getoption("--seed")
    config.lockstep_seed = secrets.randbelow(1 << 32) if given is None else given
    config.lockstep_cases = 0


def pytest_generate_tests(metafunc):
    """The argument `row` of a test is each ufunc's row of the inventory in turn."""
    if "row" in metafunc.fixturenames:
        build = pathlib.Path(metafunc.config.getoption("--build"))
        functions = json.loads((build / "generated/inventory.json").read_text())["functions"]
        rows = [f for f in functions if f["type"] == "ufunc"]
        metafunc.parametrize("row", rows, ids=[f["name"] for f in rows])


def pytest_report_header(config):
    return f"lockstep: --seed {config.lockstep_seed} --device {config.getoption('--device')}"


def pytest_terminal_summary(terminalreporter, config):
    terminalreporter.write_line(f"{config.lockstep_cases} cases compared with NumPy {np.__version__}, "
                                f"--seed {config.lockstep_seed}")


@pytest.fixture(scope="session")
def ls(pytestconfig):
    return Library(pytestconfig.getoption("--build"), pytestconfig.getoption("--device"))


@pytest.fixture
def rng(request, pytestconfig):
    return np.random.default_rng([pytestconfig.lockstep_seed, zlib.crc32(request.node.nodeid.encode())])


@pytest.fixture
def effort(pytestconfig):
    return lambda n: max(1, round(n * pytestconfig.getoption("--effort")))


@pytest.fixture
def draws(effort):
    """n draws times the effort, and how many seeds have them: 10^5 draws, which are the most, have five."""
    return lambda n: (min(MOST_DRAWS, effort(n)), 5 if effort(n) >= MOST_DRAWS else 1)


@pytest.fixture
def check(ls, pytestconfig):
    return Check(ls, pytestconfig)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    result = yield
    if "check" in pyfuncitem.funcargs:
        pyfuncitem.funcargs["check"].finish()
    return result


def describe(value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(describe, value))}]"
    if bit_generators.is_generator(value):
        return str(value)
    if isinstance(value, np.ndarray):
        order = f" strides {value.strides}" if value.ndim else ""
        content = f" = {value.tolist()}" if value.size <= 4 else ""
        return f"{value.dtype}{list(value.shape)}{order}{content}"
    return repr(value)


def called(call) -> str:
    """The text of a call; a function that makes it, so that it is made for differences only."""
    return call if isinstance(call, str) else call()


def outcome(function):
    """(result, None) or (None, exception)."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(), None
        except (LockstepError, ArithmeticError, ValueError, TypeError, IndexError, NotImplementedError) as error:
            return None, error


class Check:
    """Calls of one test; differences are collected, so that one of them does not hide the others."""

    def __init__(self, ls, config):
        self.ls, self.config, self.differences = ls, config, []
        self.python_classes = {row["python"] for row in ls.inventory["statuses"]} | {"AxisError"}

    def finish(self):
        if self.differences:
            shown = "\n".join(self.differences[:SHOWN])
            pytest.fail(f"{len(self.differences)} differences (--seed {self.config.lockstep_seed}):\n{shown}", pytrace=False)

    def differ(self, text):
        self.differences.append(text)

    def that(self, condition, text):
        self.config.lockstep_cases += 1
        if not condition:
            self.differ(text)

    def numpy_function(self, name):
        full = self.ls.functions[name]["numpy"]
        if full.startswith(("numpy.random.Generator.", "numpy.random.RandomState.")):  # of whatever generator is given
            method = full.rpartition(".")[2]
            return lambda generator, *args, **options: getattr(generator, method)(*args, **options)
        function = np
        for part in self.ls.functions[name]["numpy"].split(".")[1:]:
            function = getattr(function, part)
        return function

    def __call__(self, name, *args, oracle=None, same=None, strides=False, **options):
        """ls_<name> and NumPy's function (or `oracle`) with the same arguments: exception class or dtype, shape and
        elements (`same(ours, theirs) -> bool array` in place of equal bits; strides: those too) agree. Memory that ours
        writes, `out` or the first argument of a function without result, is a twin of what NumPy writes. A generator (NumPy's,
        the first argument) stands behind the draws of the call afterwards; NumPy draws from a twin, whose state must agree."""
        self.config.lockstep_cases += 1
        oracle = oracle or self.numpy_function(name)
        given = {key: value for key, value in options.items() if value is not None or key not in ("where", "dtype")}
        in_place = not self.ls.functions[name]["returns"]
        out = bit_generators.target_of(args) if in_place else options.get("out")
        copies = twins([*args, *options.values()]) if out is not None else [*args, *options.values()]
        our_options = dict(zip(options, copies[len(args):]))
        drawn = bool(args) and bit_generators.is_generator(args[0])
        seen, seen_options = self.as_placed(args), dict(zip(given, self.as_placed(given.values())))
        if drawn:
            seen[0] = bit_generators.twin(args[0])
        theirs, their_error = outcome(lambda: oracle(*seen, **seen_options))
        written = bit_generators.target_of(seen) if in_place else seen_options.get("out")
        if written is not out:
            out[...] = written
        ours, our_error = outcome(lambda: self.ls.invoke(name, *copies[: len(args)], **our_options))

        def call(suffix=""):
            return f"{name}({', '.join([*map(describe, args), *(f'{k}={describe(v)}' for k, v in options.items())])}){suffix}"

        if drawn and their_error is None and our_error is None and not bit_generators.same_state(args[0], seen[0]):
            self.differ(f"{called(call)}: the generators are in different states")
        if their_error is not None or our_error is not None:
            return self.same_errors(call, our_error, their_error)
        if out is not None:
            self.same_arrays(lambda: call(" out"), bit_generators.target_of(copies) if in_place else our_options["out"], out, same)
        if drawn and isinstance(theirs, (int, float)):  # of no size: ours is an array of the draw's dtype, as all results
            theirs = np.asarray(theirs).astype(ours.dtype) if np.asarray(theirs).astype(ours.dtype) == theirs else theirs
        self.same_results(call, ours, theirs, same, strides and out is None)

    def as_placed(self, values) -> list:
        """The arguments as a device has them: what cannot keep its layout there is packed, which NumPy sums in another order."""
        if self.ls.device == "cpu":
            return list(values)
        loose = lambda v: isinstance(v, np.ndarray) and not keeps_layout(v)
        return [np.array(v, order="C") if loose(v) else v for v in values]

    def same_errors(self, call, ours, theirs):
        if theirs is None or ours is None:
            self.differ(f"{called(call)}: ours {'raises ' + str(ours) if ours else 'succeeds'}, "
                        f"NumPy {'raises ' + repr(theirs) if theirs else 'succeeds'}")
            return
        wanted = next(c.__name__ for c in type(theirs).__mro__ if c.__name__ in self.python_classes)
        raised = getattr(ours, "python", None)  # an AxisError is an IndexError and a ValueError: handlers of those see it
        if raised != wanted and not (raised == "AxisError" and wanted in ("IndexError", "ValueError")):
            self.differ(f"{called(call)}: ours {ours!r}, NumPy {theirs!r}")

    def same_results(self, call, ours, theirs, same, strides):
        if isinstance(theirs, tuple) and isinstance(ours, tuple) and len(ours) == len(theirs):
            for o, t in zip(ours, theirs):
                self.same_results(call, o, t, same, strides)
            return
        if isinstance(theirs, np.dtype) or not hasattr(ours, "numpy"):
            if ours != theirs:
                self.differ(f"{called(call)}: ours {ours}, NumPy {theirs}")
            return
        theirs = np.asarray(theirs)
        if strides and ours.shape == theirs.shape and theirs.size:
            wide = [k for k, n in enumerate(theirs.shape) if n > 1]
            if [ours.strides[k] for k in wide] != [theirs.strides[k] for k in wide]:
                self.differ(f"{called(call)}: shape {ours.shape} strides ours {ours.strides}, NumPy {theirs.strides}")
        self.same_arrays(call, ours.numpy(), theirs, same)

    def same_arrays(self, call, ours, theirs, same=None):
        if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            self.differ(f"{called(call)}: ours {ours.dtype}{list(ours.shape)}, NumPy {theirs.dtype}{list(theirs.shape)}")
            return
        with np.errstate(all="ignore"):
            equal = (same or compare.same_elements)(ours, theirs)
        if not np.all(equal):
            first = tuple(int(i) for i in np.argwhere(~equal)[0])[: ours.ndim]
            self.differ(f"{called(call)}: {np.size(equal) - np.count_nonzero(equal)} of {np.size(equal)} differ, at {first} ours "
                        f"{ours[first]!r}, NumPy {theirs[first]!r}")
