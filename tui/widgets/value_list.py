"""Values with how often each occurs, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment

from tui.widgets.flow_list import share
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, DIM, PLAIN
from tui.widgets.safe import shorten

if TYPE_CHECKING:
    from tui.query.placeholders import Distribution

_BAR = 20


class ValueList(LineList):
    """The commonest values of a placeholder."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.values: Sequence[tuple[str, int]] = ()
        self._whole = 0

    def set_values(self, values: Sequence[tuple[str, int]], whole: int) -> None:
        """Show *values*, of *whole* records."""
        self.values, self._whole = values, whole
        self.set_lines(len(values))

    @property
    def current(self) -> tuple[str, int] | None:
        """The value under the cursor."""
        return self.values[self.at] if self.values else None

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``     481  88 % ██████████████████   htex_Local``"""
        value, count = self.values[index]
        most = self.values[0][1]
        bar = share(count, most, _BAR).ljust(_BAR)
        part = f"{count / self._whole:4.0%}" if self._whole and count * 200 >= self._whole else " <1%"
        numbers, text = f" {count:>9,} {part} ", shorten(value or "(empty)", max(10, width - _BAR - 18))
        if current:
            return [Segment(f"{numbers}{bar} {text}", CURSOR)]
        return [Segment(numbers, DIM), Segment(f"{bar} ", DIM), Segment(text, BOLD if index == 0 else PLAIN)]


def figures(found: Distribution) -> list[tuple[str, bool]]:
    """What the values come to, piece by piece, each with whether it says what is not known."""
    many = f" {found.distinct:,} different value{'' if found.distinct == 1 else 's'}"
    pieces = [(many, False), (f" in {found.looked:,} records", False)]
    if numbers := found.numbers:
        pieces.append(
            (
                f"  least {plain(numbers.least)}  median {plain(numbers.median)}  p95 {plain(numbers.p95)}"
                f"  most {plain(numbers.most)}",
                False,
            )
        )
    if found.looked < found.records:
        pieces.append((f"  a sample of {found.records:,}", True))
    if len(found.values) < found.distinct:
        pieces.append((f"  the commonest {len(found.values)} shown", False))
    if found.unmatched:
        pieces.append((f"  {found.unmatched:,} do not fit", True))
    if found.ambiguous:
        pieces.append((f"  {found.ambiguous:,} fit in several ways", True))
    return pieces


def plain(number: float) -> str:
    """A number as short as it can be: ``3``, ``0.0213``, ``1,200,000``."""
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e15 else f"{number:,.4g}"
