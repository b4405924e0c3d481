"""Draws of every distribution and bit generator: NumPy's time over Lockstep's, through the C ABI, in one process.
Usage: LOCKSTEP_BUILD=build/release PYTHONPATH=capi/ctypes_abi python bench/random_speed.py [draws, 10**6] [part of a name].
Ours pays for lending NumPy's generator, some 50 us a call. Short bursts in turn, the shortest of each counts: other work on the machine makes single times useless. Must not know how draws are made."""

import os
import sys
import time

import numpy as np

from lockstep_abi import Library

KINDS = ["PCG64", "PCG64DXSM", "Philox", "SFC64", "MT19937"]
CASES = [
    ("random", (), {}),
    ("random", (), {"dtype": "float32"}),
    ("uniform", (), {"low": -1.0, "high": 2.0}),
    ("standard_normal", (), {}),
    ("standard_normal", (), {"dtype": "float32"}),
    ("normal", (), {"loc": 1.0, "scale": 2.0}),
    ("standard_exponential", (), {}),
    ("standard_exponential", (), {"method": "inv"}),
    ("standard_gamma", (0.5,), {}),
    ("standard_gamma", (3.0,), {}),
    ("beta", (0.5, 0.5), {}),
    ("beta", (2.0, 3.0), {}),
    ("standard_t", (1.0,), {}),
    ("standard_t", (5.0,), {}),
    ("noncentral_chisquare", (2.0, 2.0), {}),
    ("noncentral_f", (2.0, 2.0, 2.0), {}),
    ("wald", (1.0, 1.0), {}),
    ("triangular", (0.0, 1.0, 2.0), {}),
    ("laplace", (), {}),
    ("gumbel", (), {}),
    ("lognormal", (), {}),
    ("vonmises", (0.0, 4.0), {}),
    ("binomial", (10, 0.3), {}),
    ("binomial", (1000, 0.3), {}),
    ("poisson", (), {"lam": 3.0}),
    ("poisson", (), {"lam": 100.0}),
    ("geometric", (0.1,), {}),
    ("zipf", (2.0,), {}),
    ("hypergeometric", (100, 200, 50), {}),
    ("negative_binomial", (10, 0.3), {}),
    ("logseries", (0.5,), {}),
    ("dirichlet", ([0.2, 0.3, 0.5],), {}),
    ("multinomial", (10, [0.2, 0.3, 0.5]), {}),
    ("multivariate_hypergeometric", ([10, 20, 30], 10), {}),
]


def burst(call, least=0.002):
    """Seconds of one call: of as many as take `least` together."""
    calls, start = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        passed = time.perf_counter() - start
        if passed >= least:
            return passed / calls


def main():
    count = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10**6
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    library = Library(os.environ.get("LOCKSTEP_BUILD", "build/release"), "cpu")
    print(f"{count} draws; ns a draw: NumPy, Lockstep; the ratio")
    for name, args, options in CASES:
        if part not in name:
            continue
        for kind in KINDS if not args and len(options) < 2 else KINDS[:1]:
            generator = np.random.Generator(getattr(np.random, kind)(1))
            its = mine = float("inf")
            for _ in range(9):
                its = min(its, burst(lambda: getattr(generator, name)(*args, **options, size=count)))
                mine = min(mine, burst(lambda: library.invoke(f"random_{name}", generator, *args, **options, size=(count,))))
            text = f"{name}({', '.join([*map(str, args), *(f'{k}={v}' for k, v in options.items())])})"
            print(f"{text:42s} {kind:10s} {its / count * 1e9:7.2f} {mine / count * 1e9:7.2f} {its / mine:6.2f}", flush=True)


if __name__ == "__main__":
    main()
