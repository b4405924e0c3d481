"""Builds the wheel in a build folder that is there already, installs it into a fresh venv and works with it there.
Must not know functions. Arguments: the source's root, the build folder. Exit status 0: all of it worked."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

LARGEST = 60_000_000  # bytes


def run(*command, **how) -> str:
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def same_options(build: pathlib.Path) -> list[str]:
    """The build folder's own options, so that it stays what it was."""
    cache = (build / "CMakeCache.txt").read_text()
    kept = re.findall(
        r"^(LOCKSTEP_(?:PYTHON|TESTS|BENCH|CUDA|SANITIZE|SIM\w*)|CMAKE_PROJECT_lockstep_INCLUDE|CMAKE_BUILD_TYPE|Python_EXECUTABLE):\w+=(.+)$",
        cache,
        re.MULTILINE,
    )
    return [f"-Ccmake.define.{name}={value}" for name, value in kept]


def build_wheel(source: pathlib.Path, build: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        source,
        "--no-build-isolation",
        "--no-deps",
        "--disable-pip-version-check",
        "-w",
        folder,
        f"-Cbuild-dir={build}",
        *same_options(build),
    )
    (wheel,) = folder.glob("lockstep-*.whl")
    return wheel


def check_contents(wheel: pathlib.Path):
    assert wheel.stat().st_size < LARGEST, f"{wheel.name} has {wheel.stat().st_size} bytes"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
    for part in (
        "lockstep/__init__.py",
        "lockstep/__init__.pyi",
        "lockstep/_core.pyi",
        "lockstep/py.typed",
        "lockstep/include/lockstep/lockstep.h",
        "lockstep/include/lockstep/lockstep.hpp",
        "lockstep/lib/liblockstep.so.1",
        "lockstep/lib/libtbb.so.12",
    ):
        assert part in names, f"{wheel.name} lacks {part}"
    assert not [n for n in names if n.endswith((".cpp", ".a", ".in"))], names
    needed = re.findall(r"^Requires-Dist: ([\w-]+)(.*)$", metadata, re.MULTILINE)
    always = {name for name, condition in needed if "extra" not in condition}
    assert always == {"numpy", "scipy-openblas64", "ml_dtypes", "tqdm"} or always == {
        "numpy",
        "scipy_openblas64",
        "ml_dtypes",
        "tqdm",
    }, always
    assert [name for name, condition in needed if "cuda13" in condition and name.startswith("nvidia")], metadata


PROGRAM = """
import lockstep as np
x = np.linspace(0, 1, 12).reshape(3, 4)
assert (x @ x.T).shape == (3, 3) and abs(float(np.sum(x * x)) - 506 / 121) < 1e-12
own = __import__("pathlib").Path(np.__file__).parent
opened = {line.split()[-1] for line in open("/proc/self/maps") if "/" in line}
for name in ("liblockstep.so", "libtbb.so"):
    assert [p for p in opened if name in p] and all(p.startswith(str(own)) for p in opened if name in p), (name, opened)
"""


def main() -> int:
    source, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        wheel = build_wheel(source, build, folder)
        check_contents(wheel)
        venv = folder / "venv"
        run(sys.executable, "-m", "venv", venv)
        python = venv / "bin/python"
        run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel)
        bare = {"env": {"PATH": str(folder), "HOME": scratch}, "cwd": scratch}  # no compiler, nothing of the source
        run(python, "-c", PROGRAM, **bare)
        run(python, source / "tests/python/sample_program.py", **bare)
        assert " 0 disagree" in run(python, "-m", "lockstep", "audit", **bare)
        print(f"{wheel.name}: {wheel.stat().st_size} bytes")
        print(run(python, "-m", "lockstep", "info", **bare))
    return 0


if __name__ == "__main__":
    sys.exit(main())
