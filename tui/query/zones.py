"""Local times without a zone become UTC.

Parsl's text logs carry epoch and local time side by side: they prove how far local time was ahead of UTC. A time of a
run takes what the run's own logs prove, else what the logs of the runs beside it prove, else the zone the user gave,
else this machine's.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tui import times
from tui.query.place import Scope


@dataclass
class Zones:
    """What is known of local time. *given* is the zone named by the user, None for this machine's own."""

    given: ZoneInfo | None = None
    proofs: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Scope -> (UTC nanoseconds, seconds ahead of UTC from then on), sorted."""

    def prove(self, scope: int, pairs: Iterable[tuple[int, int]]) -> None:
        """A file of *scope* proves these (UTC nanoseconds, seconds ahead)."""
        known = self.proofs.setdefault(scope, [])
        known += pairs
        known.sort()

    def nearest(self, scope: Scope, scopes: list[Scope]) -> int | None:
        """The scope whose proof serves *scope*: itself, else the one beside, below or above it; None for none."""
        if self.proofs.get(scope.id):
            return scope.id
        parent = os.path.dirname(scope.path)
        for base in (scope.path, parent):
            for other in scopes:
                if self.proofs.get(other.id) and (os.path.dirname(other.path) == base or other.path == base):
                    return other.id
        return None

    def utc(self, local: int, scope: int | None) -> int:
        """Local nanoseconds as UTC ones, by the proof of *scope* or, when it is None, by the zone."""
        if scope is None:
            return times.shift(local, self.given)
        proofs = self.proofs[scope]
        at = bisect_right(proofs, (local, 1 << 40)) - 1
        ahead = proofs[max(at, 0)][1]
        if len(proofs) > 1:  # near a change of the clocks: the proof in force at that moment, in UTC
            at = bisect_right(proofs, (local - ahead * times.SECOND, 1 << 40)) - 1
            ahead = proofs[max(at, 0)][1]
        return local - ahead * times.SECOND

    def describe(self, scope: int | None) -> str:
        """The zone in words, for ``info``."""
        if scope is None:
            return f"zone {self.given}" if self.given else "this machine's zone"
        offsets = sorted({ahead for _, ahead in self.proofs[scope]})
        return (
            " and ".join(
                f"UTC{'-' if ahead < 0 else '+'}{abs(ahead) // 3600:02d}:{abs(ahead) // 60 % 60:02d}"
                for ahead in offsets
            )
            + " by its text logs"
        )
