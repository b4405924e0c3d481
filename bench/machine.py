"""Where and of what a run was made, for its record.
Must not know what is measured."""

import json
import os
import pathlib
import platform
import subprocess


def described(root: pathlib.Path) -> dict:
    return {
        "processor": processor(), "processors": len(os.sched_getaffinity(0)), "memory_bytes": memory(),
        "caches": caches(), "gpus": gpus(), "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(), "commit": commit(root), "load_at_start": round(os.getloadavg()[0], 2),
    }  # fmt: skip


def processor() -> str:
    for line in lines("/proc/cpuinfo"):
        if line.lower().startswith(("model name", "cpu model")):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def caches() -> str:
    found = []
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind, level, size = (" ".join(lines(index / name)) for name in ("type", "level", "size"))
        if kind != "Instruction":
            found.append(f"L{level} {size}")
    return ", ".join(found)


def gpus() -> list[str]:
    return output(["nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]).splitlines()


def commit(root: pathlib.Path) -> str:
    """The commit, with a + where files differ from it; in a bundle of tests/gpu that of its manifest."""
    if (root / "manifest.json").exists():
        return json.loads((root / "manifest.json").read_text())["commit"][:12]
    name = output(["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"]).strip()
    changed = output(["git", "-C", str(root), "status", "--porcelain", "--untracked-files=no"]).strip()
    return (name + "+" * bool(changed)) or "unknown"


def available_memory() -> int:
    for line in lines("/proc/meminfo"):
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) * 1024
    return memory() // 2


def lines(path) -> list[str]:
    try:
        return pathlib.Path(path).read_text().splitlines()
    except OSError:
        return []


def output(command: list[str], timeout: float = 20) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
