"""Numbers over time as a line of small bars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_BARS = " ▁▂▃▄▅▆▇█"


def spark(counts: Sequence[int], cells: int) -> str:
    """*counts* in *cells* characters, the greatest as a full bar; what is not nothing can be seen."""
    if cells <= 0 or not counts:
        return " " * max(0, cells)
    edges = [i * len(counts) // cells for i in range(cells + 1)]
    sums = [sum(counts[a : max(b, a + 1)]) for a, b in pairwise(edges)]
    most = max(sums)
    return "".join(_BARS[-(-8 * each // most) if most else 0] for each in sums)
