"""Charts for the screens: which there are, their numbers for a selection, asked in a thread and kept."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.errors import ChartError, WideviewError
from tui.query.model import Selection

if TYPE_CHECKING:
    from tui.query.charts.base import Plot
    from tui.query.charts.offers import Offer
    from tui.screens.desk import Desk
    from tui.widgets.chart_stack import Panel

KEPT = 96
GROUP = "chart"
MOST = 1000
"""Things that have a lane each, if not at once."""
_MORE = re.compile(r" \+([\d,]+)$")


@dataclass(frozen=True, slots=True)
class Spec:
    """A chart by name, and what it is about; empty: what it is most useful for."""

    name: str
    of: str = ""

    @property
    def label(self) -> str:
        """``states of parsl.task_state``"""
        return f"{self.name} of {self.of}" if self.of else self.name


Specs = tuple[Spec, ...]


def written(specs: Specs) -> str:
    """*specs* as text that :func:`read` understands: one a line, name and what it is about."""
    return "\n".join(f"{spec.name} {spec.of}".rstrip() for spec in specs)


def read(text: str) -> Specs:
    """The other way round."""
    return tuple(Spec(*line.split(" ", 1)) for line in text.splitlines() if line.strip())


class Charting:
    """Asks for charts: one question at a time, the next interrupts the last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._plots: OrderedDict[tuple[Spec, Selection, int], Plot] = OrderedDict()
        self._offers: list[Offer] | None = None
        self._turn = 0
        self.specs: Specs = ()
        """What was shown last."""
        self.apart = False
        """Parts of a whole are not drawn one on the other."""
        self.pressed = 0
        """The number that was pressed before the menu was there."""

    def clear(self) -> None:
        """The data are others."""
        self._turn += 1
        self._plots.clear()
        self._offers = None

    def offers(self, then: Callable[[list[Offer]], None]) -> None:
        """Hand on which charts there are."""
        if self._offers is not None:
            then(self._offers)
            return
        browser = self._desk.browser

        def found(offers: list[Offer]) -> None:
            self._offers = offers
            self._desk.say("")
            then(offers)

        self._desk.say("looking at what the data can fill …")
        self._desk.ask("offers", browser.offers, found)

    def early(self, digit: int) -> bool:
        """Take a number for the menu that is not there yet; False when none is to come."""
        if not self._desk.pending("offers"):
            return False
        self.pressed = digit
        self._desk.say(f"looking at what the data can fill … then number {digit}")
        return True

    def best(self, then: Callable[[Specs], None]) -> None:
        """Hand on what was shown last, else the chart that says most; nothing where there is none."""
        if self.specs:
            then(self.specs)
            return
        browser = self._desk.browser
        self._desk.ask("offers", browser.best_chart, lambda name: then((Spec(name),) if name else ()))

    def another(self, spec: Spec, specs: Specs) -> Spec:
        """*spec* about the first that none of *specs* is about yet."""
        of = next((offer.of for offer in self._offers or () if offer.name == spec.name), ())
        shown = {each.of or of[0] for each in specs if each.name == spec.name} if of else ()
        return Spec(spec.name, next((each for each in of if each not in shown), "")) if shown else spec

    def draw(
        self,
        specs: Specs,
        chosen: Selection,
        size: tuple[int, int],
        then: Callable[[list[Panel]], None],
        failed: Callable[[WideviewError], None] | None = None,
        legend: bool = True,
    ) -> None:
        """Make the charts *specs* of *chosen*, in so many columns and lines, and hand them on."""
        from tui.widgets.chart_stack import arrange

        width, height = size
        browser, apart = self._desk.browser, self.apart
        self._turn += 1
        mine = self._turn
        known = dict(self._plots)
        new: dict[tuple[Spec, Selection, int], Plot] = {}

        def plot(spec: Spec, of: Selection, columns: int = width) -> Plot | str:
            if self._turn != mine:
                raise InterruptedError
            key = spec, of, columns
            found = known.get(key) or new.get(key)
            if found is None:
                try:
                    found = new[key] = browser.chart(spec.name, of, spec.of, columns)
                except ChartError as error:
                    return str(error)
            return found

        def work() -> list[Panel]:
            plots = together(specs, chosen, plot)
            over: list[Plot | None] = []
            for i, (spec, each) in enumerate(zip(specs, plots, strict=True)):
                fine = None
                if not isinstance(each, str) and 0 < held(each) <= MOST:
                    fine = plot(spec, replace(chosen, window=(int(each.start), int(each.end))), 0)
                if fine is not None and not isinstance(each, str) and not isinstance(fine, str):
                    plots[i] = fine
                    over.append(each)
                else:
                    over.append(None)
            return arrange(plots, width, height, apart, over, legend)

        def done(panels: list[Panel]) -> None:
            for key, found in new.items():
                self._plots[key] = found
            while len(self._plots) > KEPT:
                self._plots.popitem(last=False)
            then(panels)

        self._desk.ask(GROUP, work, done, failed)


def held(plot: Plot) -> int:
    """How many things stand on the lanes of *plot*, where several are on one; else 0."""
    if plot.lanes is None or plot.lanes.expressions or plot.arrows:
        return 0
    more = [_MORE.search(name) for name in plot.lanes.names]
    return sum(1 + int(found[1].replace(",", "")) for found in more if found) if any(more) else 0


def pick(desk: Desk, title: str, shown: str, then: Callable[[Spec], None], beside: Specs = ()) -> None:
    """Ask for one of the charts that the data can fill, and hand it on; of those that are there *beside* it only what
    else they can be about. A number that is pressed before the menu is there, see :meth:`Charting.early`, chooses."""
    charting = desk.charting

    def found(offers: list[Offer]) -> None:
        there = {spec.name for spec in beside}
        specs = [(offer, Spec(offer.name)) for offer in offers if offer.name not in there]
        for offer in offers:
            other = charting.another(Spec(offer.name), beside) if offer.name in there else None
            if other is not None and other.of:
                specs.insert(sum(each.lack is None for each, _ in specs), (offer, other))
        lines = [
            f"{spec.name:<10} {offer.lack or (f'of {spec.of}' if spec.of else offer.help)}" for offer, spec in specs
        ]
        lacking = {i for i, (offer, _) in enumerate(specs) if offer.lack is not None}
        at = next((i for i, (offer, _) in enumerate(specs) if offer.name == shown), 0)
        early, charting.pressed = charting.pressed, 0
        if 0 < early <= len(specs):
            chosen(*specs[early - 1])
        else:
            desk.choose(title, lines, lambda i: chosen(*specs[i]), at, lacking)

    def chosen(offer: Offer, spec: Spec) -> None:
        if offer.lack is not None:
            desk.say(f"no chart '{offer.name}' of these data: {offer.lack}")
        else:
            then(spec)

    charting.pressed = 0
    charting.offers(found)


def together(
    specs: Sequence[Spec], chosen: Selection, plot: Callable[[Spec, Selection], Plot | str]
) -> list[Plot | str]:
    """The plots of *specs*. Where there is no window those with a time axis are of the same time, which holds all."""
    plots = [plot(spec, chosen) for spec in specs]
    timed = [each for each in plots if not isinstance(each, str) and each.x.time and not each.empty]
    if chosen.window is not None or len({(each.start, each.end) for each in timed}) < 2:
        return plots
    window = int(min(each.start for each in timed)), int(max(each.end for each in timed))
    return [
        plot(spec, replace(chosen, window=window))
        if not isinstance(each, str) and each.x.time and (each.start, each.end) != window
        else each
        for spec, each in zip(specs, plots, strict=True)
    ]


def windowed(
    window: tuple[int, int],
    extent: tuple[int, int],
    time: int,
    scale: float,
    shift: float,
    held: tuple[int, int] | None = None,
) -> tuple[int, int] | None:
    """*window* as long as *scale* times, *time* staying where it is in it, and moved by *shift* of its length; within
    *extent*, and None for all of that. What is *held*, around *time*, is all in it, even if it is longer."""
    start, end = window
    length = max(1_000, round((end - start) * scale), held[1] - held[0] if held else 0)
    if length >= (extent[1] - extent[0]) * 0.99:
        return None
    time = min(max(time, start), end)
    start = round(time - (time - start) * (length / max(1, end - start)) + shift * length)
    if held is not None:
        start = min(max(start, held[1] - length), held[0])
    start = min(max(extent[0], start), max(extent[0], extent[1] - length))
    return start, start + length
