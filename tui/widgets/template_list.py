"""Templates as lines of how often, how bad, when, what they touch, and text."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from tui.query.templates import FAILED, NEW, Template, Templates
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, DIM, ENTITY, ERROR, PLAIN, letter, level_style
from tui.widgets.safe import shorten, visible
from tui.widgets.spark import spark
from tui.widgets.spell import time_of_day

_MARKS = {FAILED: ERROR, NEW: Style(color="yellow", bold=True)}
_NARROW, _WIDE = 10, 14
_SOURCE = 10


class TemplateList(LineList):
    """The templates of a selection; what is marked is brighter than what is common."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.found = Templates((), 0)
        self._things = 0
        self._sort = ""

    def set_templates(self, found: Templates, at: int = 0, top: int | None = None, sort: str = "") -> None:
        """Show *found*, which is in the order *sort*: where there is little room, a column of that instead of one over
        time."""
        self.found, self._sort = found, sort
        self._things = max((len(self._touched(t)) for t in found.rows), default=0)
        self.set_lines(len(found.rows), at, top)

    @property
    def current(self) -> Template | None:
        """The template under the cursor."""
        return self.found.rows[self.at] if self.found.rows else None

    def heading(self, width: int) -> str:
        """What the columns are."""
        cells = _cells(width)
        if width >= 110:
            over = f"{'over time':<{cells}} {'first':<9}{'last':<9}{'source':<{_SOURCE}}"
        else:
            over = f"{self._sort if self._sort in ('first', 'last', 'source') else 'over time':<{cells}}"
        return f"{'records':>9} share  {over} {'of':<{self._things}}     template"

    def _over(self, t: Template, width: int) -> str:
        """When it occurred, and what wrote it, as far as there is room."""
        cells, source = _cells(width), shorten(t.sources[0][0] if t.sources else "", _SOURCE)
        if width >= 110:
            return f"{spark(t.rate, cells)} {_clock(t.first)} {_clock(t.last)} {source:<{_SOURCE}}"
        known = {"first": _clock(t.first), "last": _clock(t.last), "source": source}
        return f"{known[self._sort]:<{cells}}" if self._sort in known else spark(t.rate, cells)

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``   1,006   4% I ▂▃▅▇█▂▁▁▂▃ 478 task F R Task <*> failed after <*> retry attempts``"""
        t = self.found.rows[index]
        share = f"{t.share:4.0%}" if t.share >= 0.005 else " <1%"
        marks = "".join(mark[0].upper() if mark in t.marks else " " for mark in ("failed", "new", "rare"))
        numbers, over = f"{t.count:>9,} {share} ", f" {self._over(t, width)} "
        things = f"{self._touched(t):<{self._things}} "
        text = visible(t.text)[self.aside :]
        text = shorten(text, max(10, width - len(numbers) - len(over) - len(things) - 5))
        if current:
            return [Segment(f"{numbers}{letter(t.level)}{over}{things}{marks} {text}", CURSOR)]
        strong = next((style for mark, style in _MARKS.items() if mark in t.marks), PLAIN)
        loud = level_style(t.level) if t.level >= 4 else strong
        return [
            Segment(numbers, DIM),
            Segment(letter(t.level), level_style(t.level)),
            Segment(over, DIM),
            Segment(things, ENTITY),
            Segment(marks, strong if strong is not PLAIN else BOLD),
            Segment(" ", PLAIN),
            *_placed(text, loud),
        ]

    @staticmethod
    def _touched(t: Template) -> str:
        return f"{t.touched:,} {shorten(t.kind, 8)}" if t.kind else ""


def _placed(text: str, look: Style) -> list[Segment]:
    """*text* with placeholders that do not draw the eye."""
    parts: list[Segment] = []
    for i, piece in enumerate(text.split("<*>")):
        if i:
            parts.append(Segment("<*>", DIM))
        parts.append(Segment(piece, look))
    return parts


def _cells(width: int) -> int:
    return _WIDE if width >= 110 else _NARROW


def _clock(nanos: int | None) -> str:
    return time_of_day(nanos, 0)
