"""The steps that entities typically take, and where the time goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.errors import WideviewError
from tui.query.expression import literal
from tui.query.model import Row, Selection
from tui.query.step_model import ALL, TypicalStep
from tui.screens.desk import Desk, Pane
from tui.screens.place import STEPS, Place, entity_label, with_term
from tui.screens.step_places import EVERYTHING, STEP_SORTS, THING_SORTS, VARIANT_SORTS, Shown, Wanted, look, mark
from tui.widgets.bars import Bar, Part
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, DIM, PLAIN, Palette
from tui.widgets.safe import first_line, shorten
from tui.widgets.spell import number
from tui.widgets.step_list import StepList, Table
from tui.widgets.step_tables import BinTable, StepTable, ThingTable, VariantTable, length, percent, plural

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
        self._bars(((" counting …", DIM),), "")
        self._ask(place)

    def _ask(self, place: Place) -> None:
        chosen, wanted, browser = self.chosen, self.wanted, self.desk.browser
        sorts = dict(self._sorts)

        def found(shown: Shown) -> None:
            fresh = place.at == place.top == 0
            self._put(shown, None if fresh else place.at, None if fresh else place.top)

        def failed(error: WideviewError) -> None:
            if wanted.variant:
                self.wanted = Wanted(wanted.by)
                self.desk.say(f"{error}: these are the variants there are")
                self._ask(replace(place, at=0, top=0))
            else:
                self._bars(((f" {error}", PLAIN),), "")
                self.lines.set_table(None, str(error))

        self.desk.ask("steps", lambda: look(browser, chosen, wanted, self._palette, sorts), found, failed)

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
        self._head(shown)
        if isinstance(table, VariantTable):
            self._fill(table)

    def _fill(self, table: VariantTable) -> None:
        """Find out where the time of the variants goes, those on the screen first."""
        shown = self.shown
        if shown is None or shown.table is not table:
            return
        numbers = [table.number(i) for i in range(len(table))]
        near = [*numbers[self.lines.top : self.lines.top + self.lines.page_size], *numbers]
        missing = [each for each in dict.fromkeys(near) if each not in table.most][:FILLED]
        if not missing:
            return

        def work() -> dict[int, TypicalStep | None]:
            return {each: next((s for s in shown.found.steps(each) if s.most), None) for each in missing}

        def told(most: dict[int, TypicalStep | None]) -> None:
            table.most.update(most)
            if self.lines.table is table:
                self.lines.refresh()
            self._fill(table)

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

    # what is under the cursor

    @property
    def _step(self) -> TypicalStep | None:
        """The step under the cursor, or that whose time is shown."""
        if self.shown is None:
            return None
        table = self.shown.table
        return table.step(self.lines.at) if isinstance(table, StepTable) else self.shown.step

    @property
    def record(self) -> Row | None:
        """A record of the step under the cursor: that of the thing under it, or of what waited longest."""
        at, row = self._row
        return row if at == (self.lines.table, self.lines.at) else None

    @on(LineList.Moved)
    def _example(self) -> None:
        """Look for that record, which is not kept as it is where lines are records."""
        shown, step, browser = self.shown, self._step, self.desk.browser
        at = (self.lines.table, self.lines.at)
        if shown is None or step is None or not self.lines.total or self._row[0] == at:
            return
        table = shown.table
        thing = table.thing(self.lines.at) if isinstance(table, ThingTable) else self._longest()

        def work() -> Row | None:
            found = shown.found.record(thing, step.template) if thing is not None else None
            return browser.rows([found])[0] if found is not None else None

        def told(row: Row | None) -> None:
            self._row = (at, row)
            if row is not None and at == (self.lines.table, self.lines.at):
                self.lines.post_message(LineList.Moved(self.lines))  # the details are about it

        self.desk.ask("steps record", work, told, lambda error: None)

    def _things(self) -> tuple[np.ndarray, np.ndarray]:
        """The things behind the line under the cursor, and the time of each that the line is about."""
        shown = self.shown
        none = np.zeros(0, np.int64)
        if shown is None or not self.lines.total:
            return none, none
        found, table, at = shown.found, shown.table, self.lines.at
        if isinstance(table, VariantTable):
            return found.lengths(table.number(at))
        if isinstance(table, ThingTable):
            i = table.order[at]
            return table.things[i : i + 1], table.times[i : i + 1]
        step = self._step
        if step is None:
            return found.lengths(shown.number)
        things, times = found.times(step.template, shown.number, not shown.wanted.since)
        if isinstance(table, BinTable) and len(times):
            inside = table.binned.of == at
            things, times = things[inside], times[inside]
        if not len(things):  # of the first step nothing is waited for
            things, times = found.times(step.template, shown.number, False)
        return things, times

    def _longest(self) -> int | None:
        things, times = self._things()
        return int(things[np.argmax(times)]) if len(things) else None

    # keys

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        shown, at = self.shown, self.lines.at
        if shown is None:
            return
        table, wanted = shown.table, shown.wanted
        if isinstance(table, VariantTable):
            chosen = table.number(at)
            if chosen == ALL:
                self._go(replace(wanted, variant=EVERYTHING), f"all {plural(shown.kind)}")
            else:
                variant = shown.found.variants[chosen - 1]
                told = mark(shown.catalog.templates, variant.templates)
                self._go(replace(wanted, variant=told), f"variant {chosen}")
        elif isinstance(table, StepTable):
            step = self._step
            if step is not None:
                since = wanted.since or step.waited is None
                self._go(replace(wanted, step=step.text, since=since), first_line(step.text, 30)[0])
        elif isinstance(table, BinTable):
            if not table.binned.counts[at]:
                self.desk.say("nothing in this bin")
                return
            span = (int(table.binned.edges[at]), int(table.binned.edges[at + 1]))
            self._go(replace(wanted, span=span), table.range(at))
        else:
            self.action_slowest()

    def action_slowest(self) -> None:
        """Follow what took longest of what the line is about."""
        shown, thing = self.shown, self._longest()
        if shown is None or thing is None:
            return
        step = self._step
        record = shown.found.record(thing, step.template) if step is not None else None
        self.desk.open_flow(shown.found.entity(thing), record)

    def action_turn(self) -> None:
        """Between the time waited and the time since the first step."""
        shown = self.shown
        if shown is None or isinstance(shown.table, (VariantTable, ThingTable)):
            self.desk.say("this is about a variant's steps: enter shows them")
            return
        self.wanted = replace(shown.wanted, since=not shown.wanted.since)
        self._again("since the first step" if self.wanted.since else "waited")

    def action_sort(self) -> None:
        """Order the lines by the next column."""
        shown = self.shown
        if shown is None or isinstance(shown.table, BinTable):
            return
        table = shown.table
        if isinstance(table, ThingTable):
            self._sort_things(table)
            return
        level, names = ("variants", VARIANT_SORTS) if isinstance(table, VariantTable) else ("steps", STEP_SORTS)
        self._sorts[level] = (self._sorts.get(level, 0) + 1) % len(names)
        self._kept = OrderedDict((key, each) for key, each in self._kept.items() if type(each.table) is not type(table))
        self._again(f"sorted by {names[self._sorts[level]]}")

    def _sort_things(self, table: ThingTable) -> None:
        sort = self._sorts["things"] = (self._sorts.get("things", 0) + 1) % len(THING_SORTS)
        by_time = np.argsort(table.times * (1 if sort == 1 else -1), kind="stable")
        order = np.argsort(table.things, kind="stable") if sort == 2 else by_time
        table.order = order.tolist()
        self.lines.set_table(table, "")
        self.desk.say(THING_SORTS[sort])

    def _again(self, said: str) -> None:
        """The same, counted or ordered in another way, the cursor on the same step."""
        step, browser, chosen, wanted = self._step, self.desk.browser, self.chosen, self.wanted
        sorts = dict(self._sorts)

        def found(shown: Shown) -> None:
            table = shown.table
            at = None
            if isinstance(table, StepTable) and step is not None:
                at = next((i for i in range(len(table.order)) if table.steps[table.order[i]].text == step.text), 0)
            self._put(shown, 0 if isinstance(table, VariantTable) else at, None)
            self.desk.say(said)

        self.desk.ask("steps", lambda: look(browser, chosen, wanted, self._palette, sorts), found)

    def action_by(self) -> None:
        """Choose whose steps are shown."""
        browser = self.desk.browser
        shown = self.shown

        def offered(offers: list[tuple[str, ...]]) -> None:
            kind = browser.catalog.rules.kind
            here = shown.found.keys if shown is not None else ()
            names = [f"{plural(kind(keys[-1])):<16} {', '.join(keys)}" for keys in offers]
            at = offers.index(here) if here in offers else 0

            def then(i: int) -> None:
                self._go(Wanted(offers[i]), f"steps of {plural(kind(offers[i][-1]))}")

            self.desk.choose("the steps of", names, then, at)

        def work() -> list[tuple[str, ...]]:
            from tui.query.entities import levels

            present = set(browser.catalog.rule_keys_present)
            return [keys for keys in levels(browser.catalog) if set(keys) <= present]

        self.desk.ask("steps by", work, offered)

    def action_jump(self) -> None:
        """The records behind the line, in the stream."""
        shown = self.shown
        if shown is None or not self.lines.total:
            return
        table, at, chosen = shown.table, self.lines.at, self.chosen
        if isinstance(table, ThingTable):
            entity = shown.found.entity(table.thing(at))
            self.desk.open_stream(replace(chosen, entity=entity), entity_label(entity))
            return
        step = self._step if isinstance(table, StepTable) else None
        whole = (table.number(at) if isinstance(table, VariantTable) else shown.number) == ALL
        things = self._things()[0] if isinstance(table, BinTable) else None
        if things is None and not whole:
            things = shown.found.things(table.number(at) if isinstance(table, VariantTable) else shown.number)
        self.desk.ask("steps among", lambda: self._among(shown, things), lambda term: self._open(term, things, step))

    def _among(self, shown: Shown, things: np.ndarray | None) -> str | None:
        """The expression for the records of *things*; empty for all of them."""
        from tui.query.among import expression

        if things is None:
            return ""
        entities = [shown.found.entity(thing) for thing in things[:5000].tolist()]
        if len(things) > len(entities):
            return None
        named = ((entity.scope, [value for _, value in entity.keys]) for entity in entities)
        return expression(shown.catalog, shown.found.keys, named)

    def _open(self, term: str | None, things: np.ndarray | None, step: TypicalStep | None) -> None:
        shown, chosen = self.shown, self.chosen
        if shown is None:
            return
        many = f"{number(len(things))} {plural(shown.kind)}" if things is not None else f"all {plural(shown.kind)}"
        if term is None and step is None:
            self.desk.say(f"{many} are too many for an expression: enter, and enter on a bar, leads to fewer")
            return
        if term:
            chosen = with_term(chosen, f"({term})" if " " in term else term, False)
        label = many
        if step is not None:
            chosen = with_term(chosen, f"template:{literal(step.text)}", False)
            label = f"{first_line(step.text, 30)[0]}, {many if term is not None else 'whatever the variant'}"
        self.desk.open_stream(chosen, label)

    def action_term(self, exclude: int) -> None:
        """Keep only, or exclude, the template or the source of a step; keep only the things of a line."""
        shown, step = self.shown, self._step
        if shown is None or not self.lines.total:
            return
        if not isinstance(shown.table, StepTable) or step is None:
            if exclude:
                self.desk.say("x excludes a step, or a source: enter shows them")
            else:
                self.action_jump()
            return
        terms = [f"template:{literal(step.text)}", *_source_terms(step.source, shown.catalog.labels.values())]
        chosen, wanted = self.chosen, self.wanted

        def then(i: int) -> None:
            after = with_term(chosen, terms[i], bool(exclude))
            self.desk.open_view(STEPS, after, "", str(replace(wanted, variant=EVERYTHING)))

        self.desk.choose("exclude" if exclude else "keep only", [shorten(term, 90) for term in terms], then)

    # what is said

    def remark(self) -> str:
        """Of a step, what its wait counts from; of a variant, how it differs."""
        shown = self.shown
        if shown is None or not self.lines.total:
            return ""
        table, at, texts = shown.table, self.lines.at, shown.catalog.templates
        if isinstance(table, VariantTable):
            chosen = table.number(at)
            return _differs(shown, chosen) if chosen else ""
        if isinstance(table, StepTable):
            step = table.step(at)
            if step is None or step.waited is None or step.waited_from is None:
                return ""
            return f"waited since: {first_line(texts[step.waited_from], 200)[0]}"
        return ""

    def _bars(self, parts: tuple[Part, ...], heading: str) -> None:
        self.query_one("#counted", Bar).show(parts)
        self.query_one("#stepcolumns", Bar).show(((heading, DIM),))

    def _head(self, shown: Shown) -> None:
        table, found, kind = shown.table, shown.found, shown.kind
        many = len(found.things(shown.number)) if len(found) else 0
        counted = f"{number(many)} {kind if many == 1 else plural(kind)}"
        parts: list[Part]
        if isinstance(table, VariantTable):
            parts = [(f" {counted}", BOLD), (f" in {number(len(found.variants))} variants", PLAIN)]
            parts.append((f", by {VARIANT_SORTS[self._sorts.get('variants', 0)]}", DIM))
        else:
            name = f" variant {shown.number}, {found.variants[shown.number - 1].name}" if shown.number else " all"
            parts = [(f"{name}: ", BOLD), (counted, BOLD)]
            if shown.number:
                parts.append((f" ({percent(many / len(found))})", PLAIN))
            whole = found.whole(shown.number)
            if isinstance(table, StepTable):
                if whole is not None:
                    parts.append((f"  median {length(whole.median)}, p95 {length(whole.p95)}", PLAIN))
                if sort := self._sorts.get("steps", 0):
                    parts.append((f", by {STEP_SORTS[sort]}", DIM))
                if table.swaps:
                    parts.append(("  order differs (G)", DIM))
            elif shown.step is not None:
                parts.append((f"  {'since first, to' if shown.wanted.since else 'waited for'} ", DIM))
                parts.append((first_line(shown.step.text, 60)[0], BOLD))
        width = self.size.width or self.screen.size.width
        self._bars(tuple(parts), table.heading(width))


def _differs(shown: Shown, chosen: int) -> str:
    """``exec_done, as 1 but with Task <*> waiting on ... (+2), without ...``"""
    variant, texts = shown.found.variants[chosen - 1], shown.catalog.templates
    if variant.like == chosen:
        return variant.name
    parts = [variant.name, f"as {variant.like} but"]
    for word, templates in (("with", variant.with_), ("without", variant.without)):
        if templates:
            more = f" (+{len(templates) - 1})" if len(templates) > 1 else ""
            parts.append(f"{word} {first_line(texts[templates[0]], 60)[0]}{more}")
    return ", ".join(parts).replace(" but, ", " but ", 1)


def _source_terms(role: str, labels: Iterable[str]) -> list[str]:
    """The expression for what has this role: a source of that name, or all that begin with it."""
    names = set(labels)
    if role in names:
        return [f"source:{literal(role)}"]
    words = role.split()
    if words and all(word.isalnum() for word in words) and any(name.startswith(words[0]) for name in names):
        return [f"source:{'*'.join(words)}*"]
    return []
