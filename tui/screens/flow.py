"""One entity's records across all sources, with the time between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.query.model import Entity, Flow, Row, Selection
from tui.screens.desk import Desk, Pane
from tui.screens.place import STEPS, Place, entity_label
from tui.screens.step_places import variant_of
from tui.times import duration
from tui.widgets.bars import Bar, Part
from tui.widgets.flow_list import FlowList
from tui.widgets.look import BOLD, DIM, ENTITY, SLOW
from tui.widgets.safe import first_line
from tui.widgets.spell import stamp, time_of_day
from tui.widgets.step_tables import plural

if TYPE_CHECKING:
    from tui.query.browse import Browser
    from tui.query.typical import Usual

SHOWN = 0.05
"""Seconds until a flow is on the screen: only then others are looked at."""

Linked = list[tuple[str, Entity]]


class FlowPane(Pane):
    """A header with the whole, and a line a step."""

    HELP_TITLE = "In a flow"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "jump", "this record in the stream"),
        Binding("S", "slow", "next slow step"),
        Binding("s", "steps", "the steps of all that took the same ones"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines: FlowList = FlowList(id="steps")
        self.flow: Flow | None = None
        self.linked: Linked = []
        self._usual: dict[Entity, dict[int, Usual]] = {}
        """How usual the waits of the last flow are, by record."""

    def compose(self) -> ComposeResult:
        """Header and steps."""
        yield Bar(id="whole")
        yield Bar(id="linked")
        yield Bar(id="about")
        yield self.lines

    @property
    def record(self) -> Row | None:
        """The record of the step under the cursor."""
        step = self.lines.current
        return step.row if step else None

    @staticmethod
    def load(browser: Browser, entity: Entity) -> tuple[Flow, Linked]:
        """What the pane shows of *entity*; for a thread."""
        return browser.flow(entity), browser.linked(entity)

    def put(self, flow: Flow, linked: Linked, place: Place) -> None:
        """Show *flow*, at the line or at the record of *place*."""
        self.flow, self.linked = flow, linked
        self.chosen = Selection(entity=flow.entity)
        at, steps = place.at, flow.steps
        if place.record is not None and not (at < len(steps) and steps[at].row.id == place.record):
            at = flow.index_of(place.record) or 0
        self.lines.set_flow(flow, at, place.top if at == place.at else None)
        self._head(flow, linked)
        if flow.entity in self._usual:
            self.lines.set_usual(worth_a_word(flow, self._usual[flow.entity]))
        else:
            self.set_timer(SHOWN, lambda: self._compare(flow))

    def _compare(self, flow: Flow) -> None:
        """Find out how usual its waits are, once the flow is on the screen."""
        if flow is not self.flow or not self.has_class("here"):
            return
        browser = self.desk.browser

        def told(usual: dict[int, Usual]) -> None:
            self._usual = {flow.entity: usual}
            if flow is self.flow:
                self.lines.set_usual(worth_a_word(flow, usual))

        self.desk.ask("typical", lambda: usual_of(browser, flow), told, lambda error: None)

    def show(self, place: Place) -> None:
        """The flow of *place*; asks nothing if it is still there."""
        entity = place.entity
        if self.flow is not None and self.flow.entity == entity:
            self.put(self.flow, self.linked, place)
        elif entity is not None:
            browser = self.desk.browser

            def found(result: tuple[Flow, Linked]) -> None:
                self.put(*result, place)

            self.desk.ask("flow", lambda: self.load(browser, entity), found)

    def forget(self) -> None:
        """The data are others."""
        self.flow = None
        self._usual.clear()

    def place(self, place: Place) -> Place:
        """Cursor and scrolling as they are."""
        record = self.record
        return replace(place, record=record.id if record else None, at=self.lines.at, top=self.lines.top)

    def remark(self) -> str:
        """How usual a wait is, and what that of a slow step counts from."""
        step = self.lines.current
        if step is None or self.flow is None:
            return ""
        among = self._usual.get(self.flow.entity, {}).get(step.row.id)
        parts = []
        if among is not None:
            many = f"{among.of:,} {plural(self.flow.entity.kind)}"
            parts.append(f"p{among.percentile:.0f} of {many}, typical {duration(round(among.typical))}")
        if step.slow and step.waited is not None and step.waited_from is not None:
            cause, _ = first_line(self.lines.steps[step.waited_from].row.body, 200)
            parts.append(f"waited {duration(step.waited)} since step {step.waited_from + 1}: {cause}")
        return ", ".join(parts)

    def action_jump(self) -> None:
        """Show this record among all others."""
        record = self.record
        if record is not None:
            self.desk.open_stream(Selection(), "stream", record.id)

    def action_slow(self) -> None:
        """Go to the next slow step, from the last to the first."""
        places = self.flow.slow if self.flow else ()
        if places:
            self.lines.go(next((i for i in places if i > self.lines.at), places[0]))
        else:
            self.desk.say("no slow step")

    def action_steps(self) -> None:
        """Go to the variant that this is one of, among all of its kind: to the step under the cursor."""
        flow, browser = self.flow, self.desk.browser
        if flow is None:
            return
        chosen = Selection(hidden=self.chosen.hidden)

        def found(what: tuple[str, str]) -> None:
            self.desk.open_view(STEPS, chosen, *what)

        self.desk.ask("steps", lambda: variant_of(browser, chosen, flow.entity), found)

    def _head(self, flow: Flow, linked: Linked) -> None:
        parts: list[Part] = [(f" {entity_label(flow.entity)}", BOLD)]
        if flow.start is not None and flow.end is not None:
            parts.append((f"  {stamp(flow.start)[:10]} {time_of_day(flow.start)}  ", DIM))
            parts.append((duration(flow.end - flow.start), BOLD))
        parts.append((f"  {len(flow.steps):,} steps in {flow.files} file{'s' * (flow.files != 1)}", DIM))
        if flow.slow:
            parts += [("  ", DIM), (f"{len(flow.slow)} slow", SLOW)]
        self.query_one("#whole", Bar).show(tuple(parts))
        said: list[Part] = []
        for text, other in linked[:4]:
            said += [(f" {text} ", DIM), (entity_label(other), ENTITY)]
        if len(linked) > 4:
            said.append((f" and {len(linked) - 4} more (f)", DIM))
        line = self.query_one("#linked", Bar)
        line.show(tuple(said))
        line.display = bool(linked)
        about = self.query_one("#about", Bar)
        parts = []
        for key, value in flow.about:
            parts += [(f" {key.removeprefix('parsl.').replace('_', ' ')} ", DIM), (value, ENTITY)]
        about.show(tuple(parts))
        about.display = bool(parts)


def usual_of(browser: Browser, flow: Flow) -> dict[int, Usual]:
    """How usual the waits of *flow* are, by record, where enough others waited too; for a thread."""
    from tui.query.typical import FEW, typical

    return {record: usual for record, usual in typical(browser.catalog, flow.entity).items() if usual.of >= FEW}


def worth_a_word(flow: Flow, usual: dict[int, Usual]) -> dict[int, Usual]:
    """Those that are worth a word on their lines: of long waits."""
    slow = {flow.ids[index] for index in flow.slow}
    return {record: each for record, each in usual.items() if each.notable or record in slow}
