"""No object compiled for one instruction set may define a symbol that the linker could use for another processor.
Must not know the sources. Arguments: object files whose path names their set (..._isa_v3...).

A weak symbol (an inline function, a template instance) is merged over all objects: if the v4 object's copy wins, every caller
runs AVX-512 code. So each weak or global symbol must carry the name of its set, as a namespace does."""

import re
import subprocess
import sys


def faults(listing: str, instruction_set: str) -> list[str]:
    """nm's lines of defined symbols that another object could pick up. Data of the C++ library is harmless: it holds no code.
    (DW.ref...: the address of what unwinds the stack of functions that keep a vector.)"""
    found = []
    for line in listing.splitlines():
        kind, _, name = line[17:].partition(" ")
        if kind in ("T", "W", "V") and not re.search(rf"\b{instruction_set}\b", name):
            if kind == "V" and name.startswith(("typeinfo", "vtable", "guard variable", "DW.ref.")):
                continue
            found.append(f"{kind} {name}")
    return found


def main() -> int:
    bad = 0
    for path in sys.argv[1:]:
        instruction_set = re.search(r"_isa_(v\d|plain)", path)[1]
        listing = subprocess.run(["nm", "-C", "--defined-only", path], check=True, text=True, stdout=subprocess.PIPE).stdout
        for fault in faults(listing, instruction_set):
            print(f"{path.split('/')[-1]} ({instruction_set}): {fault}")
            bad += 1
    print(f"{len(sys.argv) - 1} objects, {bad} symbols that the linker could share between instruction sets")
    return bool(bad or len(sys.argv) < 2)


if __name__ == "__main__":
    sys.exit(main())
