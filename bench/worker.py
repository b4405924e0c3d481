"""One library in a process of its own, asked by lines of JSON: {"do": "load", "case": {...}} -> {"number": 7, ...}.
Must not know who asks, or which cases there are.

load: makes the arrays, runs the call once, finds how many runs a sample needs; sample: the seconds of one run, after
an untimed
one; first: the first run of a call in this process; transfer: bytes to the device or back; an exception is {"error":
"..."}.
"""

import json
import os
import sys
import time

import numpy as np

import timing
from sides import SIDES, Side


LONG = 0.3  # seconds of a call that is not made again only to be warm


class Worker:
    def __init__(self, name: str, device: str, threads: int):
        self.side: Side = SIDES[name](device, threads)
        self.number, self.seconds = 1, 0.0

    def hello(self) -> dict:
        return self.side.describe()

    def load(self, case: dict, least: float) -> dict:
        self.side.load(case)
        found = self.side.facts()
        self.number, self.seconds = 1, self.side.seconds(1)
        if self.seconds < LONG:
            self.number, self.seconds = timing.enough_runs(self.side.seconds, least)
        return {"facts": found, "number": self.number, "seconds": self.seconds}

    def sample(self) -> dict:
        if self.seconds < LONG:
            self.side.seconds(1)  # the other libraries' threads go to sleep meanwhile, and the caches are ours again
        return {"seconds": self.side.seconds(self.number) / self.number}

    def first(self, case: dict) -> dict:
        self.side.load(case)
        self.side.wait()
        return {"seconds": self.side.seconds(1), "again": self.side.seconds(1)}

    def transfer(self, nbytes: int, samples: int) -> dict:
        """Pageable host memory to a fresh array on the device, and back to fresh host memory."""
        host = np.ones(max(1, nbytes // 8))
        there, back = [], []
        for _ in range(samples + 1):
            start = time.perf_counter()
            array = self.side.to_device(host)
            self.side.wait()
            middle = time.perf_counter()
            self.side.to_numpy(array)
            back.append(time.perf_counter() - middle)
            there.append(middle - start)
        return {"to_device": timing.summary(there[1:]), "to_host": timing.summary(back[1:])}


def main():
    """Arguments: the library's name, its device, the number of threads. Answers go to the stdout of the start, and
    nothing else."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    name, device, threads = sys.argv[1:4]
    worker = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            worker = worker or Worker(name, device, int(threads))
            answer = getattr(worker, question.pop("do"))(**question)
        except Exception as error:  # one case that fails must not cost the others
            refused = isinstance(error, LookupError) and not isinstance(error, (KeyError, IndexError))  # our own words
            answer = {"error": (str(error) if refused else f"{type(error).__name__}: {error}")[:300]}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
