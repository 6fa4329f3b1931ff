"""Colours of the terminal's own sixteen, and what a level looks like. Nothing is told by colour alone."""

from __future__ import annotations

from rich.style import Style

PLAIN = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
CURSOR = Style(reverse=True)
CURSOR_STRONG = Style(reverse=True, bold=True, underline=True)
HIT = Style(color="black", bgcolor="yellow", bold=True, underline=True)
SLOW = Style(color="yellow", bold=True, reverse=True)
ENTITY = Style(color="blue")
ERROR = Style(color="red", bold=True)
NOTICE = Style(color="yellow")

#: By level rank.
LETTERS = " TDIWEC"
LEVEL_STYLES = (
    DIM, DIM, DIM, PLAIN, Style(color="yellow", bold=True), ERROR, Style(color="red", bold=True, reverse=True),
)  # fmt: skip

_SOURCE_COLOURS = ("cyan", "green", "magenta", "blue", "bright_cyan", "bright_green", "bright_magenta", "bright_blue")
SOURCE_STYLES = tuple(Style(color=name) for name in _SOURCE_COLOURS)


class Palette:
    """One colour a source, in order of first appearance; red and yellow are left to what is wrong or slow."""

    def __init__(self) -> None:
        self._known: dict[str, Style] = {}

    def style(self, name: str) -> Style:
        """The colour of *name*."""
        style = self._known.get(name)
        if style is None:
            style = self._known[name] = SOURCE_STYLES[len(self._known) % len(SOURCE_STYLES)]
        return style


def letter(rank: int) -> str:
    """One letter for a level rank."""
    return LETTERS[rank] if 0 <= rank < len(LETTERS) else "?"


def level_style(rank: int) -> Style:
    """The style of a level rank."""
    return LEVEL_STYLES[rank] if 0 <= rank < len(LEVEL_STYLES) else PLAIN
