"""`cmake --install` gives a tree that works: a C program through pkg-config and a C++ one through find_package, both run.
Must not know the build's inside. Arguments: the build folder, the C compiler, the folder of the programs."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

EXPECTED = "5 25 61\n"


def run(*command, **options) -> str:
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nfailed with {done.returncode}:\n{done.stdout}")
    return done.stdout


def expect(what: str, text: str):
    if text != EXPECTED:
        sys.exit(f"{what} printed {text!r}, expected {EXPECTED!r}")
    print(f"{what}: {text.strip()}")


def main():
    build, compiler, programs = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        run("cmake", "--install", build, "--prefix", scratch / "first")
        prefix = shutil.move(scratch / "first", scratch / "moved")  # the tree may be moved
        found = {p.name for p in prefix.rglob("*")}
        wanted = {"lockstep.h", "lockstep.hpp", "liblockstep.so", "libnumpy.so", "lockstep.pc", "lockstep-config.cmake",
                  "lockstep-config-version.cmake", "LICENSE"}
        if wanted - found:
            sys.exit(f"not installed: {sorted(wanted - found)}")
        for file in prefix.rglob("*"):
            if file.is_file() and file.suffix in (".pc", ".cmake", ".h", ".hpp") and str(scratch) in file.read_text():
                sys.exit(f"{file.name} holds the path of the first installation")

        pc = next(prefix.rglob("lockstep.pc")).parent
        environment = {**os.environ, "PKG_CONFIG_PATH": str(pc)}
        library = run("pkg-config", "--variable=libdir", "lockstep", env=environment).strip()
        flags = run("pkg-config", "--cflags", "--libs", "lockstep", env=environment).split()
        run(compiler, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", programs / "program.c", *flags,
            "-o", scratch / "c_program")
        expect("C through pkg-config", run(scratch / "c_program", env={**os.environ, "LD_LIBRARY_PATH": library}))

        run("cmake", "-S", programs, "-B", scratch / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", scratch / "build")
        expect("C++ through find_package", run(scratch / "build/program"))


if __name__ == "__main__":
    main()
