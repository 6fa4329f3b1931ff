"""The steps that entities typically take, and where the time goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.errors import WideviewError
from tui.query.model import Row, Selection
from tui.query.step_model import TypicalStep
from tui.screens.desk import Desk, Pane
from tui.screens.place import STEPS, Place, entity_label, with_term
from tui.screens.step_lines import Line, header
from tui.screens.step_places import EVERYTHING, STEP_SORTS, THING_SORTS, VARIANT_SORTS, Shown, Wanted, look
from tui.widgets.bars import Bar, Part
from tui.widgets.line_list import LineList
from tui.widgets.look import DIM, Palette
from tui.widgets.safe import shorten
from tui.widgets.step_list import StepList, Table
from tui.widgets.step_tables import BinTable, StepTable, ThingTable, VariantTable, plural

SORTS: dict[type[object], tuple[str, tuple[str, ...]]] = {
    VariantTable: ("variants", VARIANT_SORTS),
    StepTable: ("steps", STEP_SORTS),
    ThingTable: ("things", THING_SORTS),
}

KEPT = 8
FILLED = 16
"""Of so many variants at a time it is found out where their time goes."""


class StepsPane(Pane):
    """The variants; the steps of one; a step's time in bins; the things in a bin."""

    HELP_TITLE = "In the steps"
    COUNTS: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "slowest", "follow what took longest here"),
        Binding("o", "jump", "the records behind the line, in the stream"),
        Binding("v", "turn", "the time since the first step, or that waited"),
        Binding("b", "by", "whose steps: tasks, tries, actions, workers, ..."),
        Binding("S", "sort", "sort by the next column"),
        Binding("equals_sign", "term(0)", "keep only"),
        Binding("x", "term(1)", "exclude"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines: StepList = StepList(id="variants")
        self.wanted = Wanted()
        self.shown: Shown | None = None
        self._sorts: dict[str, int] = {}
        self._kept: OrderedDict[tuple[Selection, Wanted], Shown] = OrderedDict()
        self._filling: list[int] = []
        """Variants of which it is being found out where their time goes."""
        self._palette = Palette()
        self._row: tuple[tuple[Table | None, int], Row | None] = ((None, 0), None)
        """A line, and a record of the step on it."""

    def compose(self) -> ComposeResult:
        """What is counted, the columns, the lines."""
        yield Bar(id="counted")
        yield Bar(id="stepcolumns")
        yield self.lines

    # coming and going

    def show(self, place: Place) -> None:
        """What *place* says; counted anew if it is not kept."""
        self.chosen, self.wanted = place.chosen, Wanted.read(place.what)
        kept = self._kept.get((self.chosen, self.wanted))
        if kept is not None:
            self._put(kept, place.at, place.top)
            return
        self.shown = None
        self.lines.set_table(None, "counting …")
        self._bars([(" counting …", DIM)], "")
        self._ask(place)

    def _ask(self, place: Place) -> None:
        wanted = self.wanted

        def found(shown: Shown) -> None:
            if place.at or place.top:
                self._put(shown, place.at, place.top)
            else:
                self._put(shown, shown.line_of(place.record), None)

        def failed(error: WideviewError) -> None:
            if wanted.variant:
                self.wanted = Wanted(wanted.by)
                self.desk.say(f"{error}: these are the variants there are")
                self._ask(replace(place, at=0, top=0))
            else:
                self._bars([], "")
                self.lines.set_table(None, str(error))

        self.desk.ask("steps", self._work(wanted), found, failed)

    def _work(self, wanted: Wanted) -> Callable[[], Shown]:
        chosen, browser, sorts = self.chosen, self.desk.browser, dict(self._sorts)
        return lambda: look(browser, chosen, wanted, self._palette, sorts)

    def _put(self, shown: Shown, at: int | None, top: int | None) -> None:
        self.shown, self.wanted = shown, shown.wanted
        for key in [key for key, other in self._kept.items() if other.found is not shown.found]:
            del self._kept[key]  # they hold arrays as long as the data
        self._kept[self.chosen, shown.wanted] = shown
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        table = shown.table
        if at is None:
            at = table.slowest if isinstance(table, StepTable) else table.fullest if isinstance(table, BinTable) else 0
        kind = plural(shown.kind)
        self.lines.set_table(table, f"no {kind} in these records" if not len(shown.found) else "no times", at, top)
        self.on_resize()
        self._filling = []
        self._fill()

    def on_resize(self) -> None:
        """The columns are others where there is less room."""
        if self.shown is not None:
            width = self.size.width or self.screen.size.width
            self._bars(header(self.shown, self._sorts), self.shown.table.heading(width))

    @on(LineList.Moved)
    def _fill(self) -> None:
        """Find out where the time of the variants goes that are on the screen, or soon will be."""
        shown, table = self.shown, self.lines.table
        if shown is None or not isinstance(table, VariantTable):
            return
        page = self.lines.page_size
        near = range(max(0, self.lines.top - page), min(len(table), self.lines.top + 2 * page))
        missing = [number for number in map(table.number, near) if number not in table.most][:FILLED]
        if not missing or missing == self._filling:
            return
        self._filling = missing

        def work() -> dict[int, TypicalStep | None]:
            return {each: next((s for s in shown.found.steps(each) if s.most), None) for each in missing}

        def told(most: dict[int, TypicalStep | None]) -> None:
            table.most.update(most)
            if self.lines.table is table:
                self.lines.refresh()
            self._fill()

        self.desk.ask("steps most", work, told)

    def place(self, place: Place) -> Place:
        """What is shown, cursor and scrolling as they are."""
        return replace(place, what=str(self.wanted), at=self.lines.at, top=self.lines.top)

    def forget(self) -> None:
        """The data are others."""
        self._kept.clear()
        self.shown = None

    def _go(self, wanted: Wanted, label: str) -> None:
        self.desk.open_view(STEPS, self.chosen, label, str(wanted))

    def _bars(self, parts: list[Part], heading: str) -> None:
        self.query_one("#counted", Bar).show(tuple(parts))
        self.query_one("#stepcolumns", Bar).show(((heading, DIM),))

    # what is under the cursor

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        return Line(self.shown, self.lines.at) if self.shown is not None and self.lines.total else None

    @property
    def record(self) -> Row | None:
        """A record of the step under the cursor: that of the thing under it, or of what waited longest."""
        at, row = self._row
        return row if at == (self.lines.table, self.lines.at) else None

    @on(LineList.Moved)
    def _example(self) -> None:
        """Look for that record, which is not kept as it is where lines are records."""
        line, browser = self.line, self.desk.browser
        at = (self.lines.table, self.lines.at)
        if line is None or line.step is None or self._row[0] == at:
            return

        def work() -> Row | None:
            thing = line.longest()
            found = line.record(thing) if thing is not None else None
            return browser.rows([found])[0] if found is not None else None

        def told(row: Row | None) -> None:
            self._row = (at, row)
            if row is not None and at == (self.lines.table, self.lines.at):
                self.lines.post_message(LineList.Moved(self.lines))  # the details are about it

        self.desk.ask("steps record", work, told, lambda error: None)

    def remark(self) -> str:
        """What else there is to say of the line."""
        return self.line.remark() if self.line is not None else ""

    # keys

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        line = self.line
        deeper = line.deeper() if line is not None else None
        if deeper is not None:
            self._go(*deeper)
        elif self.shown is not None and isinstance(self.shown.table, ThingTable):
            self.action_slowest()
        else:
            self.desk.say("nothing is below this line")

    def action_slowest(self) -> None:
        """Follow what took longest of what the line is about."""
        line = self.line
        thing = line.longest() if line is not None else None
        if line is not None and thing is not None:
            self.desk.open_flow(line.shown.found.entity(thing), line.record(thing))

    def action_turn(self) -> None:
        """Between the time waited and the time since the first step."""
        shown = self.shown
        if shown is None or not isinstance(shown.table, (StepTable, BinTable)):
            self.desk.say("this is about steps and their bars")
            return
        wanted = replace(shown.wanted, since=not shown.wanted.since)
        self._again(wanted, "since the first step" if wanted.since else "waited")

    def action_sort(self) -> None:
        """Order the lines by the next column."""
        shown = self.shown
        if shown is None or isinstance(shown.table, BinTable):
            return
        level, names = SORTS[type(shown.table)]
        sort = self._sorts[level] = (self._sorts.get(level, 0) + 1) % len(names)
        same = [key for key, other in self._kept.items() if type(other.table) is type(shown.table)]
        for key in same:
            del self._kept[key]
        self._again(shown.wanted, f"sorted by {names[sort]}")

    def _again(self, wanted: Wanted, said: str) -> None:
        """The same in another way, the cursor on the same step."""
        step = self.line.step if self.line is not None else None

        def found(shown: Shown) -> None:
            table = shown.table
            at: int | None = None if isinstance(table, BinTable) else 0
            if isinstance(table, StepTable) and step is not None:
                at = next((i for i, place in enumerate(table.order) if table.steps[place].text == step.text), 0)
            self._put(shown, at, None)
            self.desk.say(said)

        self.desk.ask("steps", self._work(wanted), found)

    def action_by(self) -> None:
        """Choose whose steps are shown."""
        browser, shown = self.desk.browser, self.shown

        def offered(offers: list[tuple[str, ...]]) -> None:
            kinds = [plural(browser.catalog.rules.kind(keys[-1])) for keys in offers]
            names = [f"{kind:<16} {', '.join(keys)}" for kind, keys in zip(kinds, offers, strict=True)]
            here = shown.found.keys if shown is not None else ()
            at = offers.index(here) if here in offers else 0
            self.desk.choose("the steps of", names, lambda i: self._go(Wanted(offers[i]), f"steps of {kinds[i]}"), at)

        def work() -> list[tuple[str, ...]]:
            from tui.query.entities import levels

            present = set(browser.catalog.rule_keys_present)
            return [keys for keys in levels(browser.catalog) if set(keys) <= present]

        self.desk.ask("steps by", work, offered)

    def action_jump(self) -> None:
        """The records behind the line, in the stream."""
        line, chosen = self.line, self.chosen
        if line is None:
            return
        if isinstance(line.shown.table, ThingTable):
            entity = line.shown.found.entity(line.shown.table.thing(line.at))
            self.desk.open_stream(replace(chosen, entity=entity), entity_label(entity))
            return

        def told(result: tuple[str | None, str]) -> None:
            leads = line.records(chosen, *result)
            if leads is not None:
                self.desk.open_stream(*leads)
            else:
                self.desk.say(f"{result[1]}: too many for an expression. A step, or a bar of its time, leads to fewer")

        self.desk.ask("steps among", line.among, told)

    def action_term(self, exclude: int) -> None:
        """Keep only, or exclude, the template or the source of a step; keep only the things of a line."""
        line, chosen = self.line, self.chosen
        if line is None:
            return
        if not isinstance(line.shown.table, StepTable):
            if exclude:
                self.desk.say("x excludes a step or a source: enter shows the steps")
            else:
                self.action_jump()
            return
        terms, wanted = line.terms(), replace(line.shown.wanted, variant=EVERYTHING)

        def then(i: int) -> None:
            self.desk.open_view(STEPS, with_term(chosen, terms[i], bool(exclude)), "", str(wanted))

        if terms:
            self.desk.choose("exclude" if exclude else "keep only", [shorten(term, 90) for term in terms], then)
