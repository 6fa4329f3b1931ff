"""A page to read over the explorer: the help, the conflicts."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.widgets.bars import Bar
from tui.widgets.lines_view import LinesView, Piece
from tui.widgets.look import BOLD, DIM


class Reading(ModalScreen[None]):
    """Lines under a title."""

    DEFAULT_CSS = "Reading { background: ansi_default; } Reading LinesView { height: 1fr; padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,backspace,question_mark,enter", "leave", "leave")]

    def __init__(self, title: str, lines: list[list[Piece]], indent: int = 4) -> None:
        super().__init__()
        self._title, self._lines, self._indent = title, lines, indent

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield Bar(id="title")
        yield LinesView(self._lines, indent=self._indent)

    def on_mount(self) -> None:
        """Be ready to scroll."""
        self.query_one(Bar).show(((f" {self._title}", BOLD),), ("j k scroll, esc leaves ", DIM))
        self.query_one(LinesView).focus()

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)
