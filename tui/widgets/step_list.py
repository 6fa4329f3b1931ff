"""A list that shows one of several tables of numbers: variants, steps, bins, things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.segment import Segment

from tui.widgets.line_list import LineList
from tui.widgets.look import CURSOR


class Table(Protocol):
    """Lines by number, and what their columns are."""

    def __len__(self) -> int:
        """How many lines."""

    def heading(self, width: int) -> str:
        """What the columns are, in *width* cells."""

    def draw(self, index: int, width: int, aside: int) -> list[Segment]:
        """The line *index*; its text is scrolled *aside* cells to the left."""


class StepList(LineList):
    """The lines of a table, the one under the cursor reversed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.table: Table | None = None

    def set_table(self, table: Table | None, empty: str = "", at: int = 0, top: int | None = None) -> None:
        """Show *table*; *empty* is said when it has no lines."""
        self.table, self.empty, self.aside = table, empty, 0
        self.set_lines(len(table) if table is not None else 0, at, top)

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """As the table draws it."""
        parts: Sequence[Segment] = self.table.draw(index, width, self.aside) if self.table is not None else ()
        if not current:
            return list(parts)
        # what is brightest anyway stays so under the cursor
        return [Segment(part.text, part.style if _loud(part) else CURSOR) for part in parts]


def _loud(part: Segment) -> bool:
    return part.style is not None and bool(part.style.reverse)
