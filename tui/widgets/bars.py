"""The two lines around the lists: the trail above, the status below."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.look import BOLD, DIM
from tui.widgets.safe import shorten, visible

Part = tuple[str, Style]


class Bar(Widget):
    """One line: parts on the left, one part on the right where it fits."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: tuple[Part, ...] = ()
        self._right: Part = ("", DIM)

    def show(self, left: tuple[Part, ...], right: Part | None = None) -> None:
        """Change what it says; nothing is sent when it says that already."""
        right = right or self._right
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What it says, without looks."""
        return "".join(text for text, _ in (*self._left, self._right))

    def render_line(self, y: int) -> Strip:
        """The whole bar."""
        width = self.size.width
        left = Strip([Segment(visible(text), look) for text, look in self._left])
        room = width - left.cell_length - 2
        right, look = self._right
        while "  " in right and len(right) > room:  # hints give way one by one
            right = right.rpartition("  ")[0]
        if room < min(12, len(right)):
            return left.adjust_cell_length(width)
        text = shorten(right, room)
        return Strip([*left.adjust_cell_length(width - Strip([Segment(text)]).cell_length), Segment(text, look)])


class Trail(Bar):
    """What was narrowed and followed, oldest first; the oldest give way when there is no room."""

    def trail(self, labels: list[str], right: str) -> None:
        """Show *labels*, the last one strong."""
        room = max(20, self.size.width - 4)
        shown: list[str] = []
        for label in reversed([shorten(label, 40) for label in labels]):
            if sum(len(text) + 3 for text in shown) + len(label) > room:
                shown.insert(0, "…")
                break
            shown.insert(0, label)
        parts: list[Part] = [(f"{label} › ", DIM) for label in shown[:-1]]
        self.show((*parts, *((label, BOLD) for label in shown[-1:])), (right, DIM))
