"""Options and inputs of the Python package's tests; `both` makes the same call with NumPy and with Lockstep and compares.
Must not know single functions."""

import pathlib
import secrets
import sys
import tempfile
import warnings
import zlib

import numpy as np
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "table"))

import compare  # noqa: E402
from arrays import twins  # noqa: E402
import lockstep as ls  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--device", default=None, help="where Lockstep's arrays are; the default device when not given")
    parser.addoption("--seed", type=int, default=None, help="of the random inputs; a fresh one when not given")
    parser.addoption("--effort", type=float, default=1.0, help="factor on the number of random cases")


def pytest_configure(config):
    set_hypothesis_home_dir(tempfile.mkdtemp(prefix="hypothesis-"))  # not into the source
    given = config.getoption("--seed")
    config.lockstep_seed = secrets.randbelow(1 << 32) if given is None else given
    device = config.getoption("--device")
    if device:
        ls.device(device).use()


def pytest_report_header(config):
    return f"lockstep {ls.__version__} from {ls.__file__}: --seed {config.lockstep_seed} --device {ls._core.get_default_device()}"


@pytest.fixture
def rng(request, pytestconfig):
    return np.random.default_rng([pytestconfig.lockstep_seed, zlib.crc32(request.node.nodeid.encode())])


@pytest.fixture(scope="session")
def on_cpu():
    if ls._core.get_default_device() != "cpu":
        pytest.skip("shares the host's memory: on the CPU only")


def outcome(call):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return call(), None
        except Exception as error:
            return None, error


def ours_of(value):
    """NumPy arrays as Lockstep's on the default device, in lists and dicts, too; all else as it is."""
    if isinstance(value, np.ndarray):
        return ls.asarray(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(ours_of, value))
    return {k: ours_of(v) for k, v in value.items()} if isinstance(value, dict) else value


def same_results(ours, theirs, text, steps=0, layout=False):
    if isinstance(theirs, tuple):
        assert isinstance(ours, tuple) and len(ours) == len(theirs), text
        for o, t in zip(ours, theirs):
            same_results(o, t, text, steps, layout)
        return
    if not isinstance(ours, ls.ndarray):
        assert type(ours) is type(theirs) and ours == theirs, f"{text}: ours {ours!r}, NumPy {theirs!r}"
        return
    theirs = np.asarray(theirs)
    assert (
        ours.dtype == theirs.dtype and ours.shape == theirs.shape
    ), f"{text}: ours {ours.dtype}{ours.shape}, NumPy {theirs.dtype}{theirs.shape}"
    if layout and ls._core.get_default_device() == "cpu":  # copies to other devices are in C order
        for name in ("c_contiguous", "f_contiguous"):
            assert getattr(ours.flags, name) == getattr(
                theirs.flags, name
            ), f"{text}: {name}, strides {ours.strides} and {theirs.strides}"
    values = ls.asnumpy(ours)
    with np.errstate(all="ignore"):
        if steps and theirs.dtype.kind == "c":  # of the modulus: parts may cancel
            equal = np.abs(values - theirs) <= 4 * steps * np.finfo(theirs.dtype).eps * np.abs(theirs)
            equal |= compare.same_elements(values, theirs).all(-1)
        elif steps and theirs.dtype.kind in "fV":
            equal = compare.steps(values, theirs) <= steps
        else:
            equal = compare.same_elements(values, theirs)
    assert np.all(equal), f"{text}: ours {values!r}, NumPy {theirs!r}"


def same_class(ours, theirs, text):
    assert ours is not None, f"{text}: NumPy raises {theirs!r}, ours does not"
    assert theirs is not None, f"{text}: ours raises {ours!r}, NumPy does not"
    assert isinstance(ours, NotImplementedError) or isinstance(
        theirs, type(ours)
    ), f"{text}: ours {ours!r}, NumPy {theirs!r}"


@pytest.fixture
def both():
    """both(lambda xp, *arrays: ..., *arrays): the same body with NumPy and with Lockstep."""

    def run(body, *inputs, text="", **how):
        copies = twins(inputs)  # same layouts in memory of their own: what one side writes the other must not see
        theirs, their_error = outcome(lambda: body(np, *copies))
        ours, our_error = outcome(lambda: body(ls, *ours_of(list(inputs))))
        if their_error is not None or our_error is not None:
            return same_class(our_error, their_error, text)
        same_results(ours, theirs, text, **how)

    return run
