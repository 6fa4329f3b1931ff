"""Everything about one record: where it stands, its whole body, its keys and where each of them came from."""

from __future__ import annotations

from rich.style import Style

from tui.query.model import Detail, Row
from tui.records import LEVELS
from tui.times import iso
from tui.widgets.lines_view import LinesView, Piece
from tui.widgets.look import BOLD, DIM, ENTITY, ERROR, NOTICE, PLAIN, level_style

#: Characters of a text, and of one line of it, that are shown: what stands below them must not be pages away.
LONGEST = 200_000
LINE = 4_000


class DetailPanel(LinesView):
    """The record under the cursor in full."""

    DEFAULT_CSS = """
    DetailPanel { height: 40%; border-top: solid ansi_blue; display: none; }
    DetailPanel:focus { border-top: heavy ansi_default; }
    DetailPanel.open { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(indent=2, id=id)
        self._shown: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.has_class("open")

    def toggle(self) -> bool:
        """Open or close it; whether it is open now."""
        self.toggle_class("open")
        return self.is_open

    def show_detail(self, detail: Detail) -> None:
        """Show *detail*."""
        self.set_lines(lines(detail), keep=detail.row.id == self._shown)
        self._shown = detail.row.id

    def clear(self, message: str = "") -> None:
        """Show nothing but *message*."""
        self._shown = None
        self.set_lines([[(message, NOTICE)]] if message else [])


def lines(detail: Detail) -> list[list[Piece]]:
    """The detail as lines of pieces: its place, the body, then keys aligned with what gave them."""
    row = detail.row
    made: list[list[Piece]] = [_place(row)]
    if row.error:
        made.append([(f"damaged: {row.error}", ERROR)])
    if detail.changed:
        made.append([("the file has changed since it was read; this is what it held then", NOTICE)])
    made += _text(row.body, PLAIN)
    made.append([])
    width = min(32, max((len(value.key) for value in detail.values), default=0))
    for value in detail.values:
        shown = "the text above" if len(value.value) > LINE and value.value == row.body else value.value
        pieces: list[Piece] = [(value.key.ljust(width) + "  ", ENTITY), (shown[:LINE], PLAIN)]
        if len(shown) > LINE:
            pieces.append(_more(len(shown) - LINE))
        if value.rule is not None:
            via = f" via {value.via}" if value.via else ""
            pieces.append((f"   ← {value.rule}{via}", DIM))
        made.append(pieces)
    if detail.copies:
        made.append([(f"also in {', '.join(detail.copies)}", DIM)])
    if detail.original.rstrip("\n") != row.body.rstrip("\n"):
        made += [[], [("as it stands in the file", DIM)]]
        made += _text(detail.original, DIM)
    return made


def _text(text: str, style: Style) -> list[list[Piece]]:
    """*text* as lines, with what is too long left out and counted."""
    made: list[list[Piece]] = []
    at = shown = 0
    for line in text.rstrip("\n").split("\n"):
        if shown >= LONGEST:
            made.append([_more(len(text) - at)])
            break
        made.append([(line[:LINE].rstrip("\r"), style)])
        if len(line) > LINE:
            made[-1].append(_more(len(line) - LINE))
        at += len(line) + 1
        shown += min(len(line), LINE) + 1
    return made


def _more(count: int) -> Piece:
    return (f" … {count:,} more characters: y copies, e exports", NOTICE)


def _place(row: Row) -> list[Piece]:
    pieces: list[Piece] = [(f"{row.file}:{row.line}", BOLD)]
    pieces.append((f"  {iso(row.time)}" if row.time is not None else "  no time", PLAIN))
    if 0 < row.level < len(LEVELS):
        pieces.append((f"  {LEVELS[row.level]}", level_style(row.level)))
    pieces.append((f"  {row.source}", DIM))
    if row.entity:
        pieces.append((f"  {row.entity}", ENTITY))
    return pieces


__all__ = ["DetailPanel", "lines"]
