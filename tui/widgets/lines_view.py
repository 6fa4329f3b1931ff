"""Text to read: styled lines wrapped to the width, scrolled by the keys of the lists."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.safe import visible

Piece = tuple[str, Style]


def wrap(pieces: list[Piece], width: int, indent: int = 0) -> list[Strip]:
    """One line of *pieces* as strips of at most *width* cells; what is continued stands *indent* cells in."""
    strips: list[Strip] = []
    line: list[Segment] = []
    room = width
    for text, look in pieces:
        text = visible(text)
        while text:
            part = ""
            if room > 0:
                part = text[:room] if text.isascii() else (chop_cells(text[: 4 * room], room) or [""])[0]
            if part:
                segment = Segment(part, look)
                line.append(segment)
                room -= segment.cell_length
                text = text[len(part) :]
            if text and (not part or room <= 0):
                strips.append(Strip(line))
                line, room = [Segment(" " * indent)], max(2, width - indent)
    return [*strips, Strip(line)]


class LinesView(ScrollView, can_focus=True):
    """Lines of styled pieces."""

    HELP_TITLE = "Reading"
    DEFAULT_CSS = "LinesView { scrollbar-size: 0 0; overflow-x: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "by(1)", "scroll down"),
        Binding("k,up", "by(-1)", "scroll up"),
        Binding("pagedown,space,ctrl+f", "pages(1)", "page down"),
        Binding("pageup,ctrl+b", "pages(-1)", "page up"),
        Binding("g,home", "end(0)", "first line"),
        Binding("G,end", "end(1)", "last line"),
    ]

    def __init__(self, lines: list[list[Piece]] | None = None, *, indent: int = 0, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines = lines or []
        self._indent = indent
        self._strips: list[Strip] = []
        self._width = 0

    def set_lines(self, lines: list[list[Piece]], keep: bool = False) -> None:
        """Show other lines, from the first one unless told to *keep* the place."""
        self._lines = lines
        self._lay()
        if not keep:
            self._to(0)
        self.refresh()

    @property
    def text(self) -> str:
        """What it says, unwrapped, as shown."""
        return "\n".join("".join(visible(text) for text, _ in line) for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """The line at *y* of the screen."""
        index = self.scroll_offset.y + y
        strip = self._strips[index] if index < len(self._strips) else Strip([])
        return strip.adjust_cell_length(self.size.width)

    def on_resize(self) -> None:
        """Wrap again."""
        if self.size.width != self._width:
            self._lay()

    def action_by(self, lines: int) -> None:
        """Scroll by lines."""
        self._to(self.scroll_offset.y + lines)

    def action_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self._to(self.scroll_offset.y + pages * max(1, self.size.height - 1))

    def action_end(self, end: int) -> None:
        """Scroll to the first or last line."""
        self._to(len(self._strips) if end else 0)

    def _to(self, y: int) -> None:
        self.scroll_to(y=max(0, min(y, len(self._strips) - self.size.height)), animate=False, force=True)

    def _lay(self) -> None:
        self._width = self.size.width
        width = max(10, self._width)
        self._strips = [strip for line in self._lines for strip in wrap(line, width, self._indent)]
        self.virtual_size = Size(width, len(self._strips))
