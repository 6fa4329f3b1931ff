"""The steps of one entity: when, after how long a wait, who, and what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment

from tui.query.model import Flow, Step
from tui.times import duration
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, DIM, ERROR, NOTICE, PLAIN, SLOW, Palette, letter, level_style
from tui.widgets.safe import first_line, shorten
from tui.widgets.spell import offset

if TYPE_CHECKING:
    from tui.query.typical import Usual

BAR = 10
EIGHTHS = " ▏▎▍▌▋▊▉█"


def share(part: int, whole: int, cells: int = BAR) -> str:
    """A bar whose length is *part* of *whole*; anything that can be seen is seen."""
    if part <= 0 or whole <= 0:
        return ""
    eighths = min(cells * 8, max(1, round(part / whole * cells * 8)))
    if part * 1000 < whole:
        return ""
    full, rest = divmod(eighths, 8)
    return "█" * full + (EIGHTHS[rest] if rest else "")


class FlowList(LineList):
    """Steps, the slow ones brighter than anything else on the screen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.steps: Sequence[Step] = ()
        self.usual: Mapping[int, Usual] = {}
        """How usual the waits are of which that is worth a word, by record; empty until that is known."""
        self._start: int | None = None
        self._length = 0
        self._palette = Palette()

    def set_flow(self, flow: Flow, at: int = 0, top: int | None = None) -> None:
        """Show *flow*."""
        self.steps, self.usual = flow.steps, {}
        self._start = flow.start
        self._length = (flow.end or 0) - (flow.start or 0)
        self._palette = Palette()
        for step in flow.steps[:200]:
            self._palette.style(step.row.file)
        self.empty = "nothing is known about this"
        self.set_lines(len(flow.steps), at, top)

    @property
    def current(self) -> Step | None:
        """The step under the cursor."""
        return self.steps[self.at] if self.steps else None

    def set_usual(self, usual: Mapping[int, Usual]) -> None:
        """Say of waits how usual they are."""
        self.usual = usual
        self.refresh()
        self.post_message(self.Moved(self))

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``+0.004980    4.98 s ↑2 ████▌      I worker 1    Running task 5``"""
        step = self.steps[index]
        row, wide = step.row, width >= 110
        wait = step.waited if step.slow and step.waited is not None else step.since
        back = index - step.waited_from if step.slow and step.waited_from is not None else 1
        when = (
            offset(row.time - self._start, 6 if wide else 3) if row.time is not None and self._start is not None else ""
        )
        waited = duration(wait) if wait is not None else ""
        source_width, cells = (17, BAR) if wide else (10, BAR // 2)
        bar = share(wait or 0, self._length, cells).ljust(cells)
        source = shorten(row.source, source_width - 1).ljust(source_width)
        body, more = first_line(row.body, self.aside + width)
        body = body[self.aside :] + (f" ⏎ +{more}" if more and not self.aside else "")
        body = f"(inferred) {body}" if step.inferred and not self.aside else body
        among = self.usual.get(row.id) if not self.aside else None
        told = f"p{among.percentile:.0f}, typical {duration(round(among.typical))}  " if among is not None else ""
        base = CURSOR if current else PLAIN
        dim = CURSOR if current else DIM
        level = ERROR if row.error else level_style(row.level)
        parts = [Segment(f" {when:>{12 if wide else 9}} ", dim)]
        if step.slow:
            parts.append(Segment(f"{waited:>9}", SLOW))
            parts.append(Segment(f"{f' ↑{back}' if back > 1 else '':<5}", BOLD if not current else CURSOR))
            parts.append(Segment(f"{bar} ", SLOW.without_color if current else SLOW + NO_REVERSE))
        else:
            parts.append(Segment(f"{waited:>9}     {bar} ", dim))
        parts += [
            Segment(f"{'!' if row.error else letter(row.level)} ", CURSOR if current else level),
            Segment(source, CURSOR if current else self._palette.style(row.file)),
            Segment(told, CURSOR if current else NOTICE if among is not None and among.notable else DIM),
            Segment(body, base if current or row.level < 4 else level),
        ]
        return parts


NO_REVERSE = type(SLOW)(reverse=False)
