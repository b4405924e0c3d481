"""The command line: python -m lockstep info | audit | bench.
Must not know what is audited or measured."""

import argparse
import sys

EXAMPLES = """examples:
  python -m lockstep info                          versions, devices, why there is no GPU, BLAS and FFT
  python -m lockstep audit                         every function beside NumPy's, and what is missing
  python -m lockstep audit sum fft --device cuda:0 those whose name has "sum" or "fft" in it, on the GPU
  python -m lockstep bench                         common calls beside NumPy's, small and large
  python -m lockstep bench add --size 1000000      one call, at a size of your own
"""


def info(options) -> int:
    import lockstep

    print(lockstep.info())
    return 0


def audit(options) -> int:
    from lockstep import _audit

    return _audit.run(options.names, options.device, options.seed, options.missing)


def bench(options) -> int:
    from lockstep import _bench

    return _bench.run(options.names, options.device, options.size, options.repeats)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m lockstep",
        description="Lockstep: NumPy's functions on CPU and GPU.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="info | audit | bench")
    commands.add_parser("info", help="what is installed, and what is missing").set_defaults(run=info)
    for name, run, text in (("audit", audit, "every function beside NumPy's"), ("bench", bench, "times beside NumPy's")):
        sub = commands.add_parser(name, help=text, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
        sub.add_argument("names", nargs="*", help="parts of function names; all when none is given")
        sub.add_argument(
            "--device", default=None, help="where the arrays are: cpu, cuda:0; the default device when not given"
        )
        sub.set_defaults(run=run)
        if name == "audit":
            sub.add_argument("--seed", type=int, default=0, help="of the random inputs")
            sub.add_argument("--missing", action="store_true", help="list NumPy's names that are not there yet")
        else:
            sub.add_argument("--size", type=int, default=None, help="elements; 8 and 10^7 when not given")
            sub.add_argument("--repeats", type=int, default=7, help="measurements, of which the shortest counts")
    return top


def main(arguments=None) -> int:
    options = parser().parse_args(arguments)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
