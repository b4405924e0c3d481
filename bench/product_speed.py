"""Products beside NumPy, through Python: ratios in one run.

    python bench/product_speed.py [--repeats 7] [--only cross]

Needs `lockstep` importable. Each time is the minimum of interleaved repeats; the ratio is NumPy's time over ours, so above 1
Lockstep is faster.
"""

import argparse
import os
import sys
import time

import numpy as np

import lockstep as ls

# What is asked of it, at least; NumPy's time over ours.
LARGE = [
    ("einsum ij,jk,kl 8x8", 1, "xp.einsum('ij,jk,kl', q8, q8, q8, optimize=True)"),
    ("einsum ij,jk,kl 50x50", 1, "xp.einsum('ij,jk,kl', q50, q50, q50, optimize=True)"),
    ("einsum ij,jk,kl 500x500", 1, "xp.einsum('ij,jk,kl', q500, q500, q500, optimize=True)"),
    ("einsum ij,jk 500x500", None, "xp.einsum('ij,jk', q500, q500, optimize=True)"),
    ("einsum ij,jk->ki 500x500", None, "xp.einsum('ij,jk->ki', q500, q500, optimize=True)"),
    ("einsum bij,bjk->bik", None, "xp.einsum('bij,bjk->bik', b30, b30, optimize=True)"),
    ("einsum bi,bi->b 10^5 x 10", None, "xp.einsum('bi,bi->b', r10, r10)"),
    ("einsum ijkl,ijml->kmij", None, "xp.einsum('ijkl,ijml->kmij', t4, t4, optimize=True)"),
    ("einsum ij->i 1000x1000", None, "xp.einsum('ij->i', q1000)"),
    ("einsum ij,ij-> 1000x1000", None, "xp.einsum('ij,ij->', q1000, q1000)"),
    ("einsum i,j 1000", None, "xp.einsum('i,j', v1000, v1000)"),
    ("cross 10^5 x 3", 2, "xp.cross(c5, d5)"),
    ("cross 3*10^5 x 3", 2, "xp.cross(c6, d6)"),
    ("cross float32 10^5 x 3", 2, "xp.cross(e5, e5[::-1])"),
    ("cross 3 x 10^5", 2, "xp.cross(w5, w5, axis=0)"),
    ("kron 100x100, 10x10", 2, "xp.kron(q100, q10)"),
    ("kron 10x10, 100x100", 2, "xp.kron(q10, q100)"),
    ("kron 30x30, 20x20", 2, "xp.kron(q30, q20)"),
    ("kron 1000, 1000", 2, "xp.kron(v1000, v1000)"),
    ("kron 100x100, 3x3", 2, "xp.kron(q100, q3)"),
    ("outer 1000", None, "xp.outer(v1000, v1000)"),
    ("tensordot 2 axes", None, "xp.tensordot(t3, t3, ([0, 1], [0, 1]))"),
    ("inner 500x500", None, "xp.inner(q500, q500)"),
    ("vdot 10^6", None, "xp.vdot(x6, x6)"),
    ("vdot complex 10^6", None, "xp.vdot(z6, z6)"),
    ("vecdot 10^5 x 10", None, "xp.vecdot(r10, r10)"),
    ("vecdot 10^5 x 3", None, "xp.vecdot(c5, d5)"),
    ("matvec 10^5 of 3x3", None, "xp.matvec(m3, c5)"),
    ("vecmat 10^5 of 3x3", None, "xp.vecmat(c5, m3)"),
    ("norm 10^6", None, "xp.linalg.norm(x6)"),
    ("norm rows 10^5 x 10", None, "xp.linalg.norm(r10, axis=1)"),
    ("norm rows ord 1", None, "xp.linalg.norm(r10, 1, axis=1)"),
    ("norm ord 3 10^6", None, "xp.linalg.norm(x6, 3)"),
    ("norm fro 1000x1000", None, "xp.linalg.norm(q1000, 'fro', axis=(0, 1))"),
    ("multi_dot 4", None, "xp.linalg.multi_dot([q100, q100, q100, v100])"),
    ("matrix_power 100x100 10", None, "xp.linalg.matrix_power(q100, 10)"),
]
SMALL = [
    "xp.dot(q3, q3)", "xp.vdot(v3, v3)", "xp.inner(v3, v3)", "xp.outer(v3, v3)", "xp.cross(v3, v3)", "xp.kron(q3, q3)",
    "xp.tensordot(q3, q3, 1)", "xp.vecdot(v3, v3)", "xp.linalg.norm(v3)", "xp.linalg.norm(q3, axis=0)",
    "xp.linalg.vector_norm(v3)", "xp.linalg.matrix_power(q3, 3)", "xp.linalg.multi_dot([q3, q3, v3])",
    "xp.einsum('ij,jk', q3, q3)", "xp.einsum('ii->i', q3)", "xp.einsum('i,i', v3, v3)", "xp.einsum('ij->ji', q3)",
]  # fmt: skip


def data(rng):
    square = {f"q{n}": rng.standard_normal((n, n)) for n in (3, 8, 10, 20, 30, 50, 100, 500, 1000)}
    vectors = {f"v{n}": rng.standard_normal(n) for n in (3, 100, 1000)}
    x6 = rng.standard_normal(1_000_000)
    return square | vectors | {
        "x6": x6, "z6": x6 + 1j * x6[::-1], "r10": x6.reshape(-1, 10), "c5": x6[:300_000].reshape(-1, 3),
        "d5": x6[300_000:600_000].reshape(-1, 3), "c6": x6[:900_000].reshape(-1, 3), "d6": x6[100_000:].reshape(-1, 3),
        "e5": x6[:300_000].astype("f4").reshape(-1, 3), "w5": x6[:300_000].reshape(3, -1), "m3": x6[:900_000].reshape(-1, 3, 3),
        "b30": rng.standard_normal((200, 30, 30)), "t3": rng.standard_normal((50, 60, 70)), "t4": rng.standard_normal((10, 10, 40, 50)),
    }  # fmt: skip


def ours(arrays):
    return {name: ls.asarray(a) for name, a in arrays.items()}


def measure(text, arrays, repeats, seconds=0.2):
    """(NumPy's seconds, ours): minima of interleaved repeats."""
    code = compile(text, text, "eval")
    scopes = ({"xp": np, **arrays}, {"xp": ls, **ours(arrays)})
    start = time.perf_counter()
    eval(code, scopes[0])
    eval(code, scopes[1])
    each = max((time.perf_counter() - start) / 2, 1e-7)
    loops = max(1, min(10_000, int(seconds / repeats / each / 2)))
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        for side, scope in enumerate(scopes):
            start = time.perf_counter()
            for _ in range(loops):
                eval(code, scope)
            best[side] = min(best[side], (time.perf_counter() - start) / loops)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(f"NumPy {np.__version__}, Lockstep {ls.__version__}, {os.cpu_count()} cores", file=sys.stderr)
    arrays = data(np.random.default_rng(1))
    for name, least, text in [*LARGE, *((text, None, text) for text in SMALL)]:
        if options.only not in name:
            continue
        theirs, own = measure(text, arrays, options.repeats)
        asked = f"asked {least:g}" if least else ""
        print(f"{name:32} NumPy {theirs * 1e6:10.1f} us  ours {own * 1e6:10.1f} us  ratio {theirs / own:6.2f}  {asked}", flush=True)


if __name__ == "__main__":
    main()
