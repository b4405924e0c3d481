"""What became slower between two runs' results.json, beyond their noise: for developers. Exit status 1 when
something did, 2
when the files cannot be compared. Must not know how figures were measured.

    python bench/compare.py OLD NEW [--least 10] [--beside numpy] [--absolute]

A case is compared by how many times faster than a peer it is, as both were measured in turn and the machine's state
hurts both;
with --absolute, and where no peer ran, by its time. It counts as changed when the medians differ by more than
--least percent
and the spreads (from quartile to quartile) do not meet.
"""

import argparse
import sys

import results
import timing
from analysis import our_labels


def cost(case: dict, ours: str, peer: str, absolute: bool) -> tuple[dict, str]:
    """A figure that grows when Lockstep becomes slower, and what it is of."""
    figure = None if absolute else case["ratios"].get(ours, {}).get(peer)
    if figure is None:
        return case["times"][ours], "seconds"
    return {"median": 1 / figure["median"], "q1": 1 / figure["q3"], "q3": 1 / figure["q1"]}, f"of {peer}'s time"


def changes(old: dict, new: dict, peer: str = "numpy", least: float = 0.1, absolute: bool = False) -> dict:
    """{"slower": [...], "faster": [...], "compared": n, "gone": [ids]}; each change {"id", "side", "of", "old",
    "new", "factor"},
    the greatest first."""
    before = {case["id"]: case for case in old["cases"]}
    after = {case["id"]: case for case in new["cases"]}
    found: dict = {"slower": [], "faster": [], "compared": 0, "gone": sorted(set(before) - set(after))}
    for ours in our_labels(new):
        for name, case in after.items():
            if ours not in case["times"] or ours not in before.get(name, {"times": {}})["times"]:
                continue
            both_ran = all(peer in c["ratios"].get(ours, {}) for c in (before[name], case))
            (was, of), (is_, _) = (cost(c, ours, peer, absolute or not both_ran) for c in (before[name], case))
            found["compared"] += 1
            factor = is_["median"] / was["median"]
            change = {"id": name, "side": ours, "of": of, "old": was["median"], "new": is_["median"], "factor": factor}
            if factor > 1 + least and is_["q1"] > was["q3"]:
                found["slower"].append(change)
            elif factor < 1 / (1 + least) and is_["q3"] < was["q1"]:
                found["faster"].append(change)
    found["slower"].sort(key=lambda c: -c["factor"])
    found["faster"].sort(key=lambda c: c["factor"])
    return found


def text(found: dict, shown: int = 40) -> str:
    lines = []
    for kind in ("slower", "faster"):
        lines.append(f"{len(found[kind])} {kind}")
        lines += [
            f"  {c['factor']:6.2f}  {c['id']}  ({c['side']}: {c['old']:.3g} to {c['new']:.3g} {c['of']})"
            for c in found[kind][:shown]
        ]
        lines += [f"  and {len(found[kind]) - shown} more"] if len(found[kind]) > shown else []
    factors = [c["factor"] for kind in ("slower", "faster") for c in found[kind]]
    mean = f", their geometric mean {timing.geometric_mean(factors):.2f}" if factors else ""
    lines.append(f"{found['compared']} cases compared, {len(factors)} changed{mean}; {len(found['gone'])} are gone")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", help="results.json of the run before")
    parser.add_argument("new", help="results.json of the run after")
    parser.add_argument("--least", type=float, default=10, help="percent by which a median must change")
    parser.add_argument("--beside", default="numpy", help="the peer whose time is the measure")
    parser.add_argument("--absolute", action="store_true", help="compare seconds: for runs on one idle machine")
    options = parser.parse_args(arguments)
    try:
        old, new = results.read(options.old), results.read(options.new)
    except results.BadResults as bad:
        print(bad, file=sys.stderr)
        return 2
    if options.absolute and old["machine"]["processor"] != new["machine"]["processor"]:
        print(f"another processor: {old['machine']['processor']}, {new['machine']['processor']}", file=sys.stderr)
    found = changes(old, new, options.beside, options.least / 100, options.absolute)
    if not found["compared"]:
        print("the runs have no case in common", file=sys.stderr)
        return 2
    print(text(found))
    return 1 if found["slower"] else 0


if __name__ == "__main__":
    sys.exit(main())
