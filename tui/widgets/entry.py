"""A line to type in. What a completion puts there came from a log, and is shown as all else that did."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input

from tui.widgets.safe import in_place


class Entry(Input):
    """An input whose text the terminal cannot obey; its value is what it is."""

    @property
    def _value(self) -> Text:
        """The text to show, one character for each of the value's."""
        return Text(in_place(self.value), no_wrap=True, overflow="ignore", end="")
