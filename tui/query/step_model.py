"""What the answer about typical steps is made of; times are nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: Of everything, whatever its variant.
ALL = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """*count* lengths of time in short; nanoseconds."""

    count: int
    mean: float
    median: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Variant:
    """Entities with the same set of steps. *number* counts from 1, the commonest; :data:`ALL` is all entities.

    *share* is that of all entities; *name* says which states they reach, or else their last step; *groups* what they
    are (apps of tasks, with counts, the commonest first). Variant *like* is the commonest of the same name; this one is
    *with* some templates (numbers) more, and *without* others. *whole* is the time from first to last step.
    """

    number: int
    name: str
    count: int
    share: float
    templates: tuple[int, ...]
    states: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    like: int
    with_: tuple[int, ...]
    without: tuple[int, ...]
    whole: Spread | None


@dataclass(frozen=True, slots=True)
class TypicalStep:
    """A step of a variant. *position* counts from 0 in the order of median first times, but a step
    stands after those that it mostly follows; *source* is the role of what
    wrote it (``worker``); *count* entities have it.

    *since* is the time since the entity's first step; *waited* that since the step before in the same source, or for
    the first in a source since the last step anywhere, and *waited_from* the template of that step in most entities.
    Both are of its first occurrence, and None where no entity tells. *share* is the part of the whole (of the sum over
    all entities, first to last step) in which nothing had happened anywhere when this step came, repeats included: the
    shares of a variant add up to 1. *waiting* is how many entities wait for it at most at one moment. *most*: this is
    where the time goes. *times* is how often it occurs in an entity that has it, on average, and *repeated* the part of
    the whole that belongs to its repeats; *share* holds it. *spans*: most of a wait
    that is not short went by at other steps, so it is no time of its own.
    """

    position: int
    template: int
    text: str
    source: str
    count: int
    since: Spread | None
    waited: Spread | None
    waited_from: int | None
    share: float
    waiting: int
    most: bool
    times: float = 1.0
    repeated: float = 0.0
    spans: bool = False

    @property
    def often(self) -> str:
        """``×2.0`` for a step that repeats; empty for one that, by and large, does not."""
        return f"×{self.times:,.1f}" if self.times >= 1.05 else ""


@dataclass(frozen=True, slots=True)
class Swap:
    """In *count* of the *of* entities that have both steps, *later* (a template's number) comes before *earlier*, the
    step that is listed right before it."""

    earlier: int
    later: int
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Bins:
    """A step's time in *counts* between *edges* (nanoseconds, one more than counts; the last bin holds its right edge),
    and the *things* in each bin, see :meth:`Steps.entity`."""

    edges: Array
    counts: Array
    things: tuple[Array, ...]


def spread(times: Array) -> Spread | None:
    """*times* in short; None when there are none."""
    if not len(times):
        return None
    median, p95, p99 = np.percentile(times, (50, 95, 99)).tolist()
    return Spread(len(times), float(times.mean()), median, p95, p99)
