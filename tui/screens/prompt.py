"""One line of text from the reader: what to search for, where to export to."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.widgets.bars import Bar
from tui.widgets.entry import Entry
from tui.widgets.look import BOLD, DIM


class Prompt(ModalScreen[str | None]):
    """Asks for a line; None when it was left with escape."""

    DEFAULT_CSS = """
    Prompt { align: left bottom; background: transparent; }
    Prompt > Vertical { height: 2; background: ansi_default; }
    Prompt Input, Prompt Input:focus {
        border: none; height: 1; padding: 0; background: ansi_default; color: ansi_default; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]

    def __init__(self, title: str, value: str = "", hint: str = "") -> None:
        super().__init__()
        self._title, self._value, self._hint = title, value, hint

    def compose(self) -> ComposeResult:
        """What is asked, and the line."""
        with Vertical():
            yield Bar(id="asked")
            line = Entry(self._value, compact=True, select_on_focus=False)
            line.cursor_blink = False
            yield line

    def on_mount(self) -> None:
        """Be ready to type."""
        self.query_one(Bar).show(((self._title, BOLD),), (self._hint, DIM))
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Escape."""
        self.dismiss(None)
