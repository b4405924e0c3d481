"""What follows from a run's figures: speed-ups, shares of the limit, worst lines, break-even sizes. One place for
all reports.
Must not know how figures were measured, or how they are shown."""

import collections
import math

import timing

LARGE = 1_000_000  # elements from which calls no longer count, nearly


def our_labels(document: dict) -> list[str]:
    return [label for label, side in document["sides"].items() if side["name"] == "lockstep"]


def peer_labels(document: dict) -> list[str]:
    return [label for label, side in document["sides"].items() if side["name"] != "lockstep"]


def rows(document: dict, ours: str) -> list[dict]:
    """A line for each case that `ours` ran: seconds, spread, share of the limit, {peer: times faster}."""
    device, made = document["sides"][ours]["device"], []
    for case in document["cases"]:
        if ours not in case["times"]:
            continue
        seconds = case["times"][ours]["median"]
        limit = case["limits"].get(device)
        row = {key: case[key] for key in ("id", "group", "function", "call", "dtype", "layout", "size")}
        row |= {"seconds": seconds, "spread": timing.spread(case["times"][ours])}
        row["limit"] = limit["seconds"] / seconds if limit else None
        row["bound"] = limit["bound"] if limit else ""
        row["bytes_per_second"] = limit["bytes"] / seconds if limit else None
        row["faster"] = {label: figure["median"] for label, figure in case["ratios"][ours].items()}
        made.append(row)
    return made


def worst(lines: list[dict], peer: str, count: int = 10) -> list[dict]:
    """The lines where the peer is fastest beside us."""
    return sorted((r for r in lines if peer in r["faster"]), key=lambda r: r["faster"][peer])[:count]


def furthest(lines: list[dict], count: int = 10) -> list[dict]:
    """The large lines furthest from the limit."""
    return sorted((r for r in lines if r["limit"] and r["size"] >= LARGE), key=lambda r: r["limit"])[:count]


def by_group(lines: list[dict], peers: list[str]) -> list[dict]:
    """Geometric means of how many times faster, and the median share of the limit, for small and large sizes of each
    group."""
    made = []
    for group, _ in collections.Counter(r["group"] for r in lines).most_common():
        for name, chosen in (("below", lambda r: r["size"] < LARGE), ("from", lambda r: r["size"] >= LARGE)):
            of_group = [r for r in lines if r["group"] == group and chosen(r)]
            if of_group:
                means = {
                    p: timing.geometric_mean([r["faster"][p] for r in of_group if p in r["faster"]]) for p in peers
                }
                shares = [r["limit"] for r in of_group if r["limit"]]
                made.append(
                    {
                        "group": group,
                        "sizes": name,
                        "lines": len(of_group),
                        "faster": means,
                        "limit": timing.summary(shares)["median"] if shares else None,
                    }
                )
    return made


# ---- where a device begins to pay ----


def break_even(here: dict[int, float], there: dict[int, float]) -> float | None:
    """The size from which `there` takes less time than `here` ({size: seconds}), up to the largest measured; None
    when it does
    not at the largest. Between two sizes the times are taken as powers of the size."""
    sizes = sorted(set(here) & set(there))
    if not sizes or there[sizes[-1]] >= here[sizes[-1]]:
        return None
    first = len(sizes) - 1
    while first > 0 and there[sizes[first - 1]] < here[sizes[first - 1]]:
        first -= 1
    if first == 0:
        return float(sizes[0])
    low, high = sizes[first - 1], sizes[first]
    lost, won = math.log(there[low] / here[low]), math.log(there[high] / here[high])
    return math.exp(math.log(low) + (math.log(high) - math.log(low)) * lost / (lost - won))


def transfer_seconds(rows: list[dict], direction: str, nbytes: float) -> float:
    """Of so many bytes, between the measured sizes as a power of the size; beyond the largest at its rate."""
    points = sorted((r["bytes"], r[direction]["median"]) for r in rows)
    if nbytes <= points[0][0]:
        return points[0][1]
    for (low, t0), (high, t1) in zip(points, points[1:]):
        if nbytes <= high:
            return t0 * (t1 / t0) ** (math.log(nbytes / low) / math.log(high / low))
    return points[-1][1] * nbytes / points[-1][0]


def break_evens(document: dict) -> list[dict]:
    """For each operation and dtype: from which size each of our devices beats the CPU, its arrays there already
    ("resident"),
    or sent and fetched for this call ("travelling")."""
    made = []
    for ours in our_labels(document):
        device = document["sides"][ours]["device"]
        moves = [r for r in document["transfers"] if r["side"] == ours]
        if device == "cpu":
            continue
        curves: dict[tuple, dict] = {}
        for case in document["cases"]:
            if ours in case["times"] and "lockstep cpu" in case["times"]:
                key = (case["group"], case["function"], case["dtype"], case["layout"])
                here, there, travel = curves.setdefault(key, ({}, {}, {}))
                size = case["size"]
                here[size], there[size] = case["times"]["lockstep cpu"]["median"], case["times"][ours]["median"]
                if moves:
                    travel[size] = (
                        there[size]
                        + transfer_seconds(moves, "to_device", case["reads"])
                        + transfer_seconds(moves, "to_host", case["written"])
                    )
        for (group, function, dtype, layout), (here, there, travel) in curves.items():
            if len(here) > 1:
                made.append(
                    {
                        "group": group,
                        "function": function,
                        "dtype": dtype,
                        "layout": layout,
                        "side": ours,
                        "largest": max(here),
                        "resident": break_even(here, there),
                        "travelling": break_even(here, travel) if travel else None,
                    }
                )
    return made


def roofline(document: dict, ours: str) -> list[dict]:
    """Operations per byte and per second of every case that moves something."""
    device, points = document["sides"][ours]["device"], []
    for case in document["cases"]:
        moved = case["reads"] + case["written"]
        if ours in case["times"] and moved and device in case["limits"]:
            seconds = case["times"][ours]["median"]
            points.append(
                {
                    "x": case["operations"] / moved,
                    "y": case["operations"] / seconds,
                    "size": case["size"],
                    "group": case["group"],
                    "dtype": case["dtype"],
                    "name": f"{case['call']}, {case['dtype']}, {case['layout']}, {case['size']:,} elements",
                }
            )
    return points
