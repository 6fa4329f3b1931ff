"""Charts of a selection."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult

from tui.screens.desk import Desk, Pane
from tui.screens.place import Place
from tui.widgets.record_list import RecordList


class ChartsPane(Pane):
    """Charts of a selection."""

    COUNTS: ClassVar[bool] = True

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines = RecordList(set())

    def compose(self) -> ComposeResult:
        """Its list."""
        yield self.lines

    def show(self, place: Place) -> None:
        """Be at *place* again, exactly."""
        self.chosen = place.chosen

    def place(self, place: Place) -> Place:
        """*place* with how far the reader has moved since."""
        return replace(place, at=self.lines.at, top=self.lines.top)
