"""The machine, the driver, the libraries and the bundle, as JSON on standard output, for the record.
Must not know what is run. Arguments: the build folder, the device, the bundle's manifest.
"""

import ctypes
import json
import pathlib
import platform
import subprocess
import sys

QUERY = "name,driver_version,memory.total,clocks.max.sm,clocks.max.mem,power.limit,ecc.mode.current"


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def text_of(function, *before):
    text, needed = ctypes.create_string_buffer(1 << 16), ctypes.c_size_t()
    function(*before, text, ctypes.c_size_t(len(text)), ctypes.byref(needed))
    return text.value.decode(errors="replace")


def main():
    build, device, manifest = sys.argv[1:]
    library = ctypes.CDLL(build + "/lib/liblockstep.so")
    print(json.dumps({
        "gpu": run("nvidia-smi", f"--query-gpu={QUERY}", "--format=csv,noheader"),
        "info": text_of(library.ls_info), "why": text_of(library.ls_device_why, device.split(":")[0].encode()),
        "python": platform.python_version(), "system": platform.platform(), "processors": run("nproc"),
        "nvcc": run("nvcc", "--version").split("\n")[-1],
        "manifest": json.loads(pathlib.Path(manifest).read_text())}, indent=1))


if __name__ == "__main__":
    main()
