"""When the tasks of a made-up run happen: submitted as fast as they can be, run by all workers, some tried twice."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass
from typing import NamedTuple

RECORDS = 1_200_000
START = 1795160037.0
WORKERS = 4
RETRIED, FAILED = 0.01, 0.002
"""Share of the tasks whose first try fails, and of those whose second fails too."""

DONE, RETRY, LOST = "done", "retry", "failed"
PER_TASK = 8
PER_TRY = {DONE: 9 + 4 + 12 + 5 + 3, RETRY: 9 + 6 + 12 + 5 + 3, LOST: 9 + 6 + 12 + 5 + 3}
FIXED = 7 + 4 + 4 + 3 * WORKERS
"""How many records the writers below write for a task, a try, and a run."""


class Try(NamedTuple):
    """A try of a task and when it gets where."""

    task: int
    number: int
    executor_task: int
    launched: float
    started: float
    ended: float
    worker: int
    outcome: str


@dataclass
class Run:
    """What is going to be written. *filler* idle messages of the interchange make up the number of records."""

    submitted: list[float]
    tries: list[Try]
    filler: int
    end: float


def plan(records: int, seed: int) -> Run:
    """Tasks and tries that make *records* records: submitted as fast as they can be, run by all workers."""
    draw = random.Random(seed)
    left = records - FIXED
    clock = START + 1.2
    submitted: list[float] = []
    ready: list[tuple[float, int, int, tuple[str, ...]]] = []
    while True:
        fate = draw.random()
        outcomes: tuple[str, ...] = (DONE,) if fate >= RETRIED else (RETRY, DONE) if fate >= FAILED else (RETRY, LOST)
        cost = PER_TASK + sum(PER_TRY[outcome] for outcome in outcomes)
        if cost > left:
            break
        left -= cost
        clock += 0.0006 + draw.random() * 0.0003
        ready.append((clock + 0.0003, len(submitted), 0, outcomes))
        submitted.append(clock)
    free = [START + 4.0 + i * 0.002 for i in range(WORKERS)]
    tries: list[Try] = []
    launcher = 0.0
    while ready:
        at, task, number, outcomes = heapq.heappop(ready)
        launcher = max(at, launcher) + 0.0004 + draw.random() * 0.0002
        worker = min(range(WORKERS), key=free.__getitem__)
        started = max(launcher + 0.0015, free[worker])
        ended = started + 0.0006 + draw.expovariate(500.0)
        free[worker] = ended + 0.0012
        tries.append(Try(task, number, len(tries) + 1, launcher, started, ended, worker, outcomes[0]))
        if outcomes[0] == RETRY:
            heapq.heappush(ready, (ended + 0.004, task, 1, outcomes[1:]))
    return Run(submitted, tries, max(0, left), max([*free, clock, launcher]) + 1)
