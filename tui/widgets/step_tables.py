"""The tables of the steps screen: variants, the steps of one, a step's time in bins, and the things in a bin.

Lengths of time are nanoseconds. What is failed, slow or selected is told by more than a colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui.query.bins import Binned
from tui.query.step_model import Spread, Swap, TypicalStep, Variant
from tui.times import SECOND, duration
from tui.widgets.flow_list import NO_REVERSE, share
from tui.widgets.look import BOLD, DIM, ENTITY, ERROR, PLAIN, SLOW, Palette
from tui.widgets.safe import first_line, shorten, shortened
from tui.widgets.spell import number, offset

Array = np.ndarray[Any, Any]

WIDE = 110
ROOMY = 130
MARK = "»"
"""Where the time goes, for those who see no colour."""


def percent(part: float) -> str:
    """``96 %``; blank where it is next to nothing, ``<1 %`` where it is little."""
    told = f"{100 * part:.0f} %"
    return told if told != "0 %" else "<1 %" if part >= 0.0005 else ""


def length(nanos: float | None) -> str:
    """A length of time, a dash where there is none."""
    return "-" if nanos is None else duration(round(nanos))


def scrolled(text: str, aside: int) -> str:
    """The first line of *text*, scrolled to the left."""
    return first_line(text)[0][aside:]


def fitted(text: str, aside: int, room: int) -> str:
    """The first line of *text* in *room* cells, its middle left out since its end tells it from others; or as it is,
    scrolled to the left."""
    return scrolled(text, aside) if aside else shortened(first_line(text)[0], max(8, room))


@dataclass(eq=False)
class VariantTable:
    """All together, then the variants in the order of *order* (positions in *variants*)."""

    kind: str
    count: int
    whole: Spread | None
    variants: Sequence[Variant]
    order: Sequence[int]
    failed: frozenset[int]
    """Numbers of the variants that failed."""
    texts: Sequence[str] = ()
    """Of the templates, by number."""
    most: dict[int, TypicalStep | None] = field(default_factory=dict)
    """Where the time goes, by number of the variant, as far as that is known yet."""

    def __len__(self) -> int:
        return 1 + len(self.order) if self.count else 0

    def number(self, index: int) -> int:
        """The number of the variant on a line, 0 for all together."""
        return 0 if index == 0 else self.variants[self.order[index - 1]].number

    @property
    def costly(self) -> int:
        """The variant that takes most of all time, the sum over its things."""
        spent = {each.number: each.count * each.whole.mean for each in self.variants if each.whole is not None}
        return max(spent, key=lambda number: spent[number], default=0)

    def heading(self, width: int) -> str:
        """``   tasks share     total  variant                  where the time goes``"""
        name = self._name_width(width)
        kind = brief(self.kind, 7)
        return f"{'':>4}{kind:>8} {'share':>5} {'median':>8}  {'variant':<{name}} where the time goes"

    def draw(self, index: int, width: int, aside: int) -> list[Segment]:
        """``      80  44 %   5.49 s  exec_done: random_uuid 58  96 % Sent tasks: <*> to manager <*>``"""
        room = self._name_width(width)
        if index == 0:
            numbers = f"{'':>4}{number(self.count):>8} {'':>5} {length(self.whole.median if self.whole else None):>8}  "
            name, look = f"all {plural(self.kind)} together", BOLD
        else:
            variant = self.variants[self.order[index - 1]]
            whole = length(variant.whole.median if variant.whole else None)
            numbers = f"{variant.number:>4}{number(variant.count):>8} {percent(variant.share):>5} {whole:>8}  "
            look = ERROR if variant.number in self.failed else PLAIN
            usual = "" if self.variants[0].number in self.failed else self.variants[0].name
            name = ("! " if look is ERROR else "") + variant_name(variant, usual)
            if variant.like != variant.number and len(name) < room - 8:
                name += self._difference(variant)
        shown = self.number(index)
        step = self.most.get(shown)
        told = shown in self.most
        bright = shown == self.costly and step is not None
        parts = [Segment(numbers, PLAIN if index else BOLD), Segment(shorten(name, room).ljust(room) + " ", look)]
        cells = 10 if width >= WIDE else 0
        if step is None:
            return [*parts, Segment(" " * (cells + 8) + ("" if told else "…"), DIM)]
        part = f"{percent(step.share):>5}"
        if cells:
            bar = share(round(step.share * 1000), 1000, cells).ljust(cells)
            parts.append(Segment(f"{bar} ", SLOW + NO_REVERSE if bright else DIM))
        parts.append(Segment(MARK if bright else " ", SLOW if bright else PLAIN))
        parts.append(Segment(part, SLOW if bright else PLAIN))
        return [*parts, Segment(" " + fitted(step.text, aside, _left(parts, width)), BOLD if bright else PLAIN)]

    def _difference(self, variant: Variant) -> str:
        """The rarest step that it has more, or the commonest that it lacks, than the one it is like."""
        sign, templates = ("+", variant.with_) if variant.with_ else ("-", variant.without)
        return f" {sign}{scrolled(self.texts[templates[0]], 0)}" if templates else ""

    @staticmethod
    def _name_width(width: int) -> int:
        return max(14, min(44, (width - 32) // 2))


def variant_name(variant: Variant, usual: str = "") -> str:
    """``divide: failed after fail_retryable``; where the name is the *usual* one and there is another, that alone:
    ``random_uuid 58, stage_a 20``."""
    if len(variant.groups) == 1:
        groups = variant.groups[0][0]
    else:
        groups = ", ".join(f"{name} {count:,}" for name, count in variant.groups[:4])
    return ": ".join(part for part in (groups, variant.name) if part and (part != usual or not groups))


def plural(kind: str) -> str:
    """``tries`` for ``try``."""
    return kind[:-1] + "ies" if kind.endswith("y") else kind + "es" if kind.endswith("s") else kind + "s"


def brief(kind: str, width: int) -> str:
    """The plural of *kind*, or of its last word, in *width* characters."""
    name = plural(kind)
    return name if len(name) <= width else shorten(name.rpartition(" ")[2], width)


@dataclass(eq=False)
class StepTable:
    """The steps of a variant, in the order of *order* (positions in *steps*), then where their order differs.

    *since*: the columns tell the time since the first step, else that waited for each.
    """

    kind: str
    count: int
    steps: Sequence[TypicalStep]
    order: Sequence[int]
    swaps: Sequence[Swap]
    texts: Sequence[str]
    since: bool = False
    palette: Palette = field(default_factory=Palette)

    def __post_init__(self) -> None:
        for step in self.steps:
            self.palette.style(step.source)
        self.partly = any(step.count != self.count for step in self.steps)

    def __len__(self) -> int:
        return len(self.order) + len(self.swaps)

    @property
    def slowest(self) -> int:
        """The line of the step where the time goes; 0 when no step has a time."""
        return next((i for i, at in enumerate(self.order) if self.steps[at].most), 0)

    def step(self, index: int) -> TypicalStep | None:
        """The step on a line; None for one about the order."""
        return self.steps[self.order[index]] if 0 <= index < len(self.order) else None

    def heading(self, width: int) -> str:
        """What the columns are."""
        wide = width >= WIDE
        names = self._told(width) if self.since else ("first", f"{'waited':>10}", *self._told(width)[1:])
        columns = "".join(f"{name:>9}" for name in names)
        bar, source = (10, 14) if wide else (5, 10)
        many = f"{brief(self.kind, 6):>7}" if self.partly else ""
        shares = f"{'share':<{bar + 5 * wide}}"
        return f" {columns} {shares}{'queue':>6}{many} {'source':<{source}} step"

    def _told(self, width: int) -> tuple[str, ...]:
        """What of a step's times there is room for."""
        if self.since:
            return ("mean", "median", "p95", "p99")[: 4 if width >= WIDE else 3]
        return ("median", "mean", "p95", "p99") if width >= ROOMY else ("median", "p95", "p99")[: 2 + (width >= WIDE)]

    def draw(self, index: int, width: int, aside: int) -> list[Segment]:
        """``»   +0.217   5.28 s   7.01 s ██▉    80 interchan Sent tasks: <*> to manager <*>``"""
        step = self.step(index)
        if step is None:
            swap = self.swaps[index - len(self.order)]
            text = f"  ⇄ in {number(swap.count)} of {number(swap.of)} "
            room = max(10, (width - len(text) - 8) // 2)
            one, other = (fitted(self.texts[template], 0, room) for template in (swap.later, swap.earlier))
            return [Segment(text, DIM), Segment(one), Segment(" before ", DIM), Segment(other)]
        wide = width >= WIDE
        bright, dull = (SLOW, BOLD) if step.most else (PLAIN, DIM)
        spans = step.spans and not self.since
        times: list[tuple[str, Style]] = []
        if not self.since:
            times.append((f"{offset(round(step.since.median), 3) if step.since is not None else '-':>9}", dull))
        for name in self._told(width):
            told = length(getattr(step.since if self.since else step.waited, name, None))
            main = name == "median"
            told = f"({told})" if spans and main else told
            cells = 9 if self.since or not main else 10  # a blank before a parenthesis
            times.append((f"{told:>{cells}}", bright if main and not spans else dull))
        bar = 10 if wide else 5
        loud = SLOW + NO_REVERSE if step.most else DIM
        parts = [Segment(MARK if step.most else " ", SLOW if step.most else PLAIN)]
        parts += [Segment(text, look) for text, look in times]
        parts.append(Segment(" " + share(round(step.share * 10_000), 10_000, bar).ljust(bar), loud))
        if wide:
            parts.append(Segment(f"{percent(step.share):>5}", loud))
        parts.append(Segment(f"{number(step.waiting) if step.waiting else '':>6}", dull))
        if self.partly:
            parts.append(Segment(f"{number(step.count) if step.count != self.count else '':>7}", dull))
        source = 14 if wide else 10
        parts.append(Segment(" " + shorten(step.source, source).ljust(source), self.palette.style(step.source)))
        if step.often:
            parts.append(Segment(f" {step.often}", dull))
        return [*parts, Segment(" " + fitted(step.text, aside, _left(parts, width)), BOLD if step.most else PLAIN)]


def _left(parts: Sequence[Segment], width: int) -> int:
    """The cells that are left of *width* after *parts* and a blank."""
    return width - 1 - sum(len(part.text) for part in parts)


@dataclass(eq=False)
class BinTable:
    """A step's time in bins."""

    kind: str
    binned: Binned
    spread: Spread | None

    def __post_init__(self) -> None:
        self.names = edge_names(self.binned.edges, self.binned.even)
        self.marks: dict[int, list[str]] = {}
        if self.spread is not None:
            for name, value in (("median", self.spread.median), ("p95", self.spread.p95), ("p99", self.spread.p99)):
                at = int(np.searchsorted(self.binned.edges, value, "right")) - 1
                self.marks.setdefault(max(0, min(at, len(self) - 1)), []).append(name)

    def __len__(self) -> int:
        return len(self.binned.counts)

    @property
    def fullest(self) -> int:
        """The line of the median."""
        return next((i for i, names in self.marks.items() if "median" in names), 0)

    def range(self, index: int) -> str:
        """``5.2 to 5.4 s``"""
        return f"{self.names[index]} to {self.names[index + 1]}"

    def heading(self, width: int) -> str:
        """What the columns are."""
        return f"{'from':>10} {'to':>10} {brief(self.kind, 8):>9}"

    def draw(self, index: int, width: int, aside: int) -> list[Segment]:
        """``     5.2 s      5.4 s        42 ███████████████████▌      53 % median``"""
        counts = self.binned.counts
        count, most = int(counts[index]), int(counts.max())
        room = max(8, width - 52)
        marks = ", ".join(self.marks.get(index, ()))
        bar = share(count, most, room) or ("▏" if count else "")
        return [
            Segment(f"{self.names[index]:>10} {self.names[index + 1]:>10} ", DIM),
            Segment(f"{number(count):>9} ", PLAIN if count else DIM),
            Segment(bar.ljust(room), SLOW + NO_REVERSE if "median" in marks else PLAIN),
            Segment(f"{percent(count / max(1, int(counts.sum()))):>5}  ", DIM),
            Segment(marks, BOLD),
        ]


def edge_names(edges: Array, even: bool) -> list[str]:
    """Edges as people read them: even ones in one unit, with the digits that tell them apart."""
    if not len(edges):
        return []
    values = [int(edge) for edge in edges]
    if not even:
        return [duration(value) for value in values[:-1]] + [duration(values[-1])]
    largest, width = max(abs(values[0]), abs(values[-1])), max(1, values[1] - values[0])
    unit, name = next(
        ((unit, name) for unit, name in ((SECOND, "s"), (10**6, "ms"), (10**3, "µs")) if largest >= unit), (1, "ns")
    )
    places = next((places for places in range(9) if width * 10**places % unit == 0), 9)
    return [f"{value / unit:.{places}f} {name}" for value in values]


@dataclass(eq=False)
class ThingTable:
    """Things with a step's time, in the order of *order* (positions in *things*)."""

    kind: str
    things: Array
    times: Array
    order: Sequence[int]
    label: Callable[[int], str]
    group: Callable[[int], str]

    def __len__(self) -> int:
        return len(self.order)

    def thing(self, index: int) -> int:
        """The number of the thing on a line."""
        return int(self.things[self.order[index]])

    def heading(self, width: int) -> str:
        """What the columns are."""
        return f"{'time':>10}  {'':<10}  {self.kind}"

    def draw(self, index: int, width: int, aside: int) -> list[Segment]:
        """``    8.31 s  ██████████  task 57 of 000   random_uuid``"""
        at = self.order[index]
        thing, time = int(self.things[at]), int(self.times[at])
        name = self.label(thing)
        return [
            Segment(f"{length(time):>10}  ", PLAIN),
            Segment(share(time, max(1, int(self.times.max()))).ljust(10) + "  ", DIM),
            Segment(shorten(name, max(24, width // 2)).ljust(24), ENTITY),
            Segment("  " + scrolled(self.group(thing), 0), PLAIN),
        ]
