"""The package as a whole: errors, signatures, docs, devices, errstate, threads, leaks, types, command line.
Must not know algorithms."""

import inspect
import os
import pathlib
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

import lockstep as ls
from lockstep import _core

HERE = pathlib.Path(__file__).parent
OWN = [n for n, f in _core.functions.items() if f.__name__ == n.rpartition(".")[2]]


def numpys(name):
    found = np
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", _core.functions)
def test_signature_and_doc(name):
    function = _core.functions[name]
    theirs = numpys(name)
    shown = str(inspect.signature(function))
    try:
        assert shown == str(inspect.signature(theirs))
    except ValueError:  # older NumPys have none for functions written in C
        pass
    assert (
        len(function.__doc__) > 80
        and f"C: ls_{function.__module__.partition('.')[2]}" in function.__doc__
        and "NumPy" in function.__doc__
    )
    assert function.__name__ in repr(function) or name in repr(function)


def test_method_signatures():
    for name in dir(ls.ndarray):
        theirs = getattr(np.ndarray, name, None)
        if not name.startswith("_") and callable(theirs):
            try:
                wanted = str(inspect.signature(theirs))
            except ValueError:
                continue
            assert str(inspect.signature(getattr(ls.ndarray, name))) == wanted, name


def test_missing_names_say_so():
    for place, name in ((ls, "tan"), (ls, "histogram"), (ls.fft, "fft2"), (ls.fft, "ifft2")):
        with pytest.raises(AttributeError, match="not there yet in Lockstep"):
            getattr(place, name)
    with pytest.raises(AttributeError) as caught:
        ls.nonsense
    assert "not there yet" not in str(caught.value)


def test_errors_are_numpys():
    x = ls.ones((2, 3))
    with pytest.raises(np.exceptions.AxisError, match="sum: axis"):
        x.sum(axis=2)
    assert ls.exceptions.AxisError is np.exceptions.AxisError and ls.linalg.LinAlgError is np.linalg.LinAlgError
    with pytest.raises(ValueError, match="add"):
        x + ls.ones(2)
    with pytest.raises(IndexError):
        x[2]
    with pytest.raises(TypeError, match="no dtype"):
        ls.zeros(3, dtype="S3")
    with pytest.raises(ZeroDivisionError):
        ls.arange(0, 1, 0)
    with pytest.raises(OverflowError):
        ls.full(3, 300, dtype="u1")
    with pytest.raises(MemoryError):
        ls.zeros(1 << 55)
    with pytest.raises(TypeError, match="casting|cast"):
        ls.add(1.5, 2, out=ls.zeros((), dtype="i4"))
    with pytest.raises(TypeError, match="missing required argument"):
        ls.sum()
    with pytest.raises(TypeError, match="multiple values"):
        ls.sum(x, a=x)


def test_devices():
    before = _core.get_default_device()
    assert ls.devices()[0] == "cpu"
    with ls.device("cpu") as d:
        assert ls.zeros(2).device == "cpu" and d == "cpu" and str(d) == "cpu"
        with pytest.raises(RuntimeError, match="nonsense"), ls.device("nonsense"):
            pass
    assert _core.get_default_device() == before
    ls.synchronize()
    text = ls.info()
    assert "Lockstep" in text and "NumPy" in text and ("CUDA" in text or "cuda:0" in text)
    assert set(ls.memory_info("cpu")) == {"used", "cached", "peak", "limit"}
    other = []
    with ls.device("cpu"):
        thread = threading.Thread(target=lambda: other.append(_core.get_default_device()))
        thread.start()
        thread.join()
    assert other


def test_errstate():
    x = ls.asarray([-1.0, 0.0, 1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ls.log(x)
    assert set(ls.geterr().values()) == {"ignore"}
    with ls.errstate(all="raise"):
        for call, word in (
            (lambda: ls.log(x[:1]), "invalid value"),
            (lambda: ls.log(x[1:2]), "divide by zero"),
            (lambda: 1 / x, "divide by zero"),
            (lambda: ls.exp(x * 1000), "overflow"),
            (lambda: x / x, "invalid value"),
            (lambda: ls.sqrt(x), "invalid value"),
        ):
            with pytest.raises(FloatingPointError, match=word):
                call()
        assert (x + 1).tolist() == [0, 1, 2]
    with ls.errstate(divide="warn"), pytest.warns(RuntimeWarning, match="divide by zero encountered in divide"):
        1 / x
    with ls.errstate(divide="warn"), ls.errstate(divide="ignore"):
        1 / x
    with pytest.raises(NotImplementedError):
        ls.seterr(under="warn")
    with pytest.raises(ValueError):
        ls.seterr(over="nonsense")
    assert set(ls.geterr().values()) == {"ignore"}


def test_long_calls_let_other_threads_run():
    x = ls.ones(20_000_000)
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.0005)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        time.sleep(0.01)
        spans = []
        for _ in range(5):
            start = time.perf_counter()
            ls.exp(x)
            spans.append((start, time.perf_counter()))
    finally:
        stop.set()
        thread.join()
    assert any(a < t < b for a, b in spans for t in ticks)


def test_many_threads_on_the_same_arrays():
    x = ls.arange(1000.0)
    wrong = []

    def work():
        for _ in range(300):
            y = (x * 2 + x[::-1]).sum()
            if y.item() != 1498500.0 or len(x[3:7]) != 4:
                wrong.append(y)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


def leaks(body, tolerance=20):
    """References and array bytes that stay behind after many calls. Caches that still fill let the next round decide."""
    import gc

    def grows():
        gc.collect()
        before, used = sys.getallocatedblocks(), ls.memory_info()["used"]
        for _ in range(300):
            body()
        gc.collect()
        return sys.getallocatedblocks() - before > tolerance or ls.memory_info()["used"] - used > 1000

    return all(grows() for _ in range(3))


def failing(call):
    try:
        call()
    except Exception:
        return


@pytest.mark.parametrize(
    "body",
    [
        lambda: ls.ones(3) + 1,
        lambda: ls.add([1, 2], np.ones(2)),
        lambda: ls.ones((2, 3))[1, ::2],
        lambda: ls.asarray(np.ones(9)) * 2,
        lambda: np.asarray(ls.ones(9)),
        lambda: np.from_dlpack(ls.ones(3)),
        lambda: ls.from_dlpack(np.ones(3)),
        lambda: ls.ones(3).__dlpack__(),
        lambda: ls.ones(3).sum(axis=0, keepdims=True),
        lambda: repr(ls.ones(3)),
        lambda: list(ls.ones(3)),
        lambda: ls.concatenate([ls.ones(2), np.ones(2)]),
        lambda: np.add(ls.ones(2), 1),
        lambda: np.sum(ls.ones(2)),
        lambda: failing(lambda: ls.ones(2) + ls.ones(3)),
        lambda: failing(lambda: ls.ones(2)[5]),
        lambda: failing(lambda: ls.sum(ls.ones(2), axis=9)),
        lambda: failing(lambda: ls.sum(nonsense=3)),
        lambda: ls.add.reduce(ls.ones((2, 2))),
        lambda: ls.ones((2, 3)).reshape(3, 2).transpose(1, 0),
        lambda: ls.multiply.outer(ls.ones(2), [1.0, 2.0]),
        lambda: memoryview(ls.ones(3)).tolist(),
        lambda: ls.ones(3, device="cpu"),
        lambda: bool((ls.arange(3) == 1).any()),
        lambda: 1.0 in ls.ones(2),
        lambda: divmod(ls.ones(2), 2),
        lambda: ls.ones(2).item(0),
        lambda: failing(lambda: ls.ones(2)["a"]),
        lambda: ls.add(ls.ones(2), 1, out=np.ones(2)),
    ],
)
def test_no_leaks(body):
    assert not leaks(body)


def python(*arguments, **variables):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env={**os.environ, **variables})


def test_import_opens_no_vendor_library():
    done = python("-c", "import lockstep, sys; print(open('/proc/self/maps').read()); print('ml_dtypes' in sys.modules)")
    assert done.returncode == 0, done.stderr
    opened = {line.split()[-1] for line in done.stdout.splitlines() if "/" in line}
    assert not [
        p for p in opened if "scipy_openblas64" in p and "numpy" not in p or "cuda" in p or "fftw" in p or "mkl" in p
    ]
    assert done.stdout.rstrip().endswith("False")


def test_sample_program():
    done = python(str(HERE / "sample_program.py"))
    assert done.returncode == 0 and done.stdout.startswith("3 4.1818 True 1 8 complex128 2.0"), done.stderr


def test_readme_example(tmp_path):
    """The first Python program of README prints the same with either import."""
    text = (HERE.parents[1] / "README.md").read_text()
    program = text.partition("```python\n")[2].partition("```")[0]
    if not program:
        pytest.skip("README has no Python program")
    printed = []
    for name in ("lockstep", "numpy"):
        path = tmp_path / f"with_{name}.py"
        path.write_text(program.replace("import lockstep as np", f"import {name} as np"))
        done = python(str(path))
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert printed[0] == printed[1] and printed[0]


def test_types_of_the_sample_program(tmp_path):
    done = python("-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(HERE / "sample_program.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import lockstep as np\nx: int = np.sum(np.ones(3))\nnp.zeros(3, order='X')\nnp.nonsense\n")
    done = python("-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(wrong))
    assert done.stdout.count("error:") == 3, done.stdout


def test_stubs_agree_with_the_package():
    done = python(
        "-m",
        "mypy.stubtest",
        "lockstep",
        "--mypy-config-file",
        str(HERE / "mypy.ini"),
        "--allowlist",
        str(HERE / "stubtest_allowlist.txt"),
        "--ignore-unused-allowlist",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_command_line():
    done = python("-m", "lockstep", "info")
    assert done.returncode == 0 and done.stdout.startswith("Lockstep")
    done = python("-m", "lockstep", "audit", "--missing")
    assert (
        done.returncode == 0 and " 0 disagree" in done.stdout and "FAIL" not in done.stdout and "tan" in done.stdout
    ), done.stdout
    done = python("-m", "lockstep", "bench", "sum", "--size", "100", "--repeats", "1")
    assert done.returncode == 0 and "x.sum()" in done.stdout, done.stderr
    done = python("-m", "lockstep", "--help")
    assert done.returncode == 0 and "examples:" in done.stdout
    assert python("-m", "lockstep", "nonsense").returncode == 2
