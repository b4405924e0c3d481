"""How a number of runs is chosen and what is made of the times: the statistics of all figures, written once.
Must not know what is run."""

import statistics

MOST_RUNS = 1_000_000


def enough_runs(seconds, least: float) -> tuple[int, float]:
    """How many runs take `least` seconds, and what one takes. `seconds` (number of runs -> seconds) is called to
    find out."""
    number = 1
    while True:
        taken = max(seconds(number), 1e-9)
        if taken >= least or number >= MOST_RUNS:
            return number, taken / number
        number = min(MOST_RUNS, max(2 * number, int(1.2 * number * least / taken)))


def summary(samples: list[float]) -> dict:
    """Median with the quartiles as its spread, and the least."""
    low, middle, high = quartiles(samples)
    return {"median": middle, "q1": low, "q3": high, "least": min(samples), "samples": len(samples)}


def quartiles(samples: list[float]) -> tuple[float, float, float]:
    if len(samples) == 1:
        return samples[0], samples[0], samples[0]
    return tuple(statistics.quantiles(samples, n=4, method="inclusive"))


def ratio(theirs: list[float], ours: list[float]) -> dict:
    """How many times longer theirs takes, from pairs taken in turn: what slows the machine for a while hurts both."""
    return summary([t / o for t, o in zip(theirs, ours, strict=True)])


def geometric_mean(values: list[float]) -> float | None:
    return statistics.geometric_mean(values) if values else None


def spread(figure: dict) -> float:
    """The distance of the quartiles as a share of the median."""
    return (figure["q3"] - figure["q1"]) / figure["median"]
