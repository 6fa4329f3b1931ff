"""A small choice: by cursor, by number, or by first letter."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.widgets.bars import Bar
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, DIM, PLAIN
from tui.widgets.safe import shorten


class MenuList(LineList):
    """Choices by number."""

    def __init__(self, choices: list[str], dim: Collection[int] = ()) -> None:
        super().__init__(id="choices")
        self.choices = choices
        self.dim = dim

    def on_mount(self) -> None:
        """Show them."""
        self.set_lines(len(self.choices), self.at)

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``1 task 5``"""
        digit = f"{index + 1}" if index < 9 else " "
        text = shorten(self.choices[index], width - 4)
        if current:
            return [Segment(f" {digit} {text}", CURSOR)]
        return [Segment(f" {digit} ", DIM), Segment(text, DIM if index in self.dim else PLAIN)]


class Menu(ModalScreen[int | None]):
    """Asks for one of *choices*, those numbered in *dim* less visible; the answer is its index, or None."""

    DEFAULT_CSS = """
    Menu { align: center bottom; background: transparent; }
    Menu > Vertical {
        width: 80%; max-width: 100; height: auto; max-height: 80%; margin-bottom: 1;
        border: solid ansi_blue; background: ansi_default;
    }
    Menu MenuList { height: auto; max-height: 20; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,backspace", "dismiss_none", "choose nothing")]

    def __init__(self, title: str, choices: list[str], at: int = 0, dim: Collection[int] = ()) -> None:
        super().__init__()
        self._title = title
        self._list = MenuList(choices, dim)
        self._list.at = at

    def compose(self) -> ComposeResult:
        """Title and choices."""
        with Vertical():
            yield Bar(id="title")
            yield self._list

    def on_mount(self) -> None:
        """Name the choice."""
        self.query_one("#title", Bar).show(((f" {self._title}", BOLD),), ("j k enter, number or letter ", DIM))
        self._list.styles.height = len(self._list.choices)
        self._list.focus()

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.dismiss(self._list.at)

    def on_key(self, event: events.Key) -> None:
        """Numbers choose; a letter chooses what alone begins with it, else goes to the next that does."""
        char = event.character or ""
        choices = self._list.choices
        if char in tuple("123456789") and int(char) <= len(choices):
            event.stop()
            self.dismiss(int(char) - 1)
        elif char.isalpha() and char not in "jkgGq":
            fits = [i for i, choice in enumerate(choices) if choice.lower().startswith(char.lower())]
            if len(fits) == 1:
                event.stop()
                self.dismiss(fits[0])
            elif fits:
                event.stop()
                self._list.go(next((i for i in fits if i > self._list.at), fits[0]))

    def action_dismiss_none(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
