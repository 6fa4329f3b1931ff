"""Where a reader is, so that going back leads exactly there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tui.query.model import Entity, Selection
from tui.records import LEVELS
from tui.times import duration
from tui.widgets.spell import time_of_day

STREAM, FLOW, KEYS = "stream", "flow", "keys"
TEMPLATES, STEPS, CHARTS = "templates", "steps", "charts"


@dataclass(frozen=True, slots=True)
class Place:
    """A view, what it shows, and the lines that are on the screen."""

    view: str
    label: str
    chosen: Selection = Selection()
    """What the view shows, or counts."""
    entity: Entity | None = None
    """What the flow is of."""
    hierarchy: str = ""
    """What the key navigator shows."""
    what: str = ""
    """What else the view shows: the name of a chart, the keys that steps are grouped by."""
    record: int | None = None
    """The record under the cursor."""
    at: int = 0
    """The line of the cursor."""
    top: int = 0
    """The first line on the screen."""


class History:
    """The places one came through; the last is where one is."""

    def __init__(self, first: Place) -> None:
        self.places = [first]

    @property
    def here(self) -> Place:
        """The place one is at."""
        return self.places[-1]

    def stay(self, place: Place) -> None:
        """Remember how far one has moved here."""
        self.places[-1] = place

    def go(self, place: Place) -> None:
        """Go on to *place*."""
        self.places.append(place)

    def back(self) -> Place | None:
        """The place before, which one is at then; None at the first."""
        if len(self.places) < 2:
            return None
        self.places.pop()
        return self.places[-1]

    @property
    def labels(self) -> list[str]:
        """The trail. Of several windows or levels in a row the last is enough."""
        labels: list[str] = []
        for before, place in zip([None, *self.places[:-1]], self.places, strict=True):
            if before is not None and labels and kind(before.label) == kind(place.label) != "":
                labels.pop()
            labels.append(place.label)
        return labels


def kind(label: str) -> str:
    """What sort of step of the trail *label* is, for those of which only the last is shown."""
    for word in ("level ", "time "):
        if label.startswith(word):
            return word
    return ""


def label_of(before: Selection, after: Selection) -> str:
    """What *after* narrows or widens, as a step of the trail."""
    if after.level != before.level:
        return f"level ≥{LEVELS[after.level]}" if after.level else "level any"
    if after.window != before.window:
        if after.window is None:
            return "time all"
        start, end = after.window
        return f"time {time_of_day(start)} +{duration(end - start)}"
    if after.entity != before.entity:
        return entity_label(after.entity) if after.entity else "any entity"
    if after.expression != before.expression:
        return after.expression or "no expression"
    return "the same"


def entity_label(entity: Entity) -> str:
    """``task 5 of 000``"""
    return f"{entity.label} of {entity.run}" if entity.run and entity.run not in entity.label else entity.label


_OR = re.compile(r"\|\||\bor\b", re.IGNORECASE)


def with_term(chosen: Selection, term: str, exclude: bool) -> Selection:
    """*chosen* with one more term of the expression that must, or must not, hold."""
    expression = chosen.expression.strip()
    if _OR.search(expression):
        expression = f"({expression})"
    term = f"NOT {term}" if exclude else term
    return replace(chosen, expression=f"{expression} AND {term}" if expression else term)


def zoomed(chosen: Selection, extent: tuple[int, int], time: int, closer: bool) -> Selection:
    """*chosen* with half or twice the time window, around *time* but within *extent*; without one beyond that."""
    start, end = chosen.window or extent
    length = max(1_000, (end - start) // 2 if closer else (end - start) * 2)
    if length >= (extent[1] - extent[0]) * 0.99:
        return replace(chosen, window=None)
    start = min(max(extent[0], time - length // 2), extent[1] - length)
    return replace(chosen, window=(start, start + length))
