"""What the parts of the explorer have in common: the data, a way to ask without waiting, and places to go."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

import numpy
from textual.app import App
from textual.containers import Vertical

from tui.errors import WideviewError
from tui.query import mistake
from tui.query.model import Entity, Row, Selection
from tui.screens.place import Place
from tui.widgets.line_list import LineList
from tui.widgets.safe import visible

if TYPE_CHECKING:
    from tui.query.browse import Browser
    from tui.query.charts.base import Plot
    from tui.screens.charting import Charting

T = TypeVar("T")

CACHE_BYTES = 48_000_000

#: The group whose work is finished whatever happens: what it writes is not to be lost.
WRITES = "export"


class Ids:
    """The record ids of selections seen lately, so that going back asks nothing."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Selection, numpy.ndarray] = OrderedDict()

    def get(self, chosen: Selection) -> numpy.ndarray | None:
        """The ids of *chosen* if they are still here."""
        if chosen in self._kept:
            self._kept.move_to_end(chosen)
        return self._kept.get(chosen)

    def put(self, chosen: Selection, ids: numpy.ndarray) -> None:
        """Keep *ids*, forget those not looked at for longest."""
        self._kept[chosen] = ids
        while len(self._kept) > 1 and sum(each.nbytes for each in self._kept.values()) > CACHE_BYTES:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all: the data are others."""
        self._kept.clear()


class Questions:
    """Asks in threads, one question a group: the next one interrupts the last, whose answer is dropped."""

    def __init__(self, app: App[None], browser: Callable[[], Browser | None]) -> None:
        self._app = app
        self._browser = browser
        self._turn: dict[str, int] = {}
        self.pending: set[str] = set()
        """Groups that wait for an answer."""
        self._left = False

    def drop(self, group: str) -> None:
        """Interrupt what the group asked last and forget the answer."""
        self._turn[group] = self._turn.get(group, 0) + 1
        self.pending.discard(group)
        browser = self._browser()
        if browser is not None:
            browser.interrupt(group)

    def drop_all(self) -> None:
        """Interrupt everything."""
        for group in list(self._turn):
            self.drop(group)

    def leave(self, finish: Collection[str]) -> None:
        """Interrupt everything but the groups to *finish*: the process ends when their work is done, and what became
        of it is told on standard error, since there is no screen any more."""
        for group in set(self._turn) - set(finish):
            self.drop(group)
        self._left = True
        if self.pending:
            sys.stderr.write("wideview: still writing; ctrl+c gives it up\n")

    def ask(
        self,
        group: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[WideviewError], None],
    ) -> None:
        """Do *work* in a thread, then *done* with its result here."""
        if group in self.pending and group == WRITES:
            failed(WideviewError("still writing what was asked for before; please wait until that is said to be done"))
            return
        self.drop(group)
        mine = self._turn[group]
        self.pending.add(group)

        def tell(then: Callable[[], None], error: WideviewError | None = None) -> None:
            if not self._left:
                self._app.call_later(current, then)
            elif mine == self._turn[group]:
                sys.stderr.write(f"wideview: {visible(str(error or 'written'))}\n")

        def current(then: Callable[[], None]) -> None:
            if self._turn[group] == mine:
                self.pending.discard(group)
                then()

        def run() -> None:
            try:
                result = work()
            except InterruptedError:
                tell(lambda: None)
            except WideviewError as error:
                told = error
                tell(lambda: failed(told), told)
            except Exception as error:  # the reader's place is worth more than the question
                wrong = WideviewError(mistake.told(error))
                tell(lambda: failed(wrong), wrong)
            else:
                tell(lambda: done(result))

        self._app.run_worker(run, thread=True, group=f"ask {group}", exclusive=True)


class Desk(Protocol):
    """What a pane may use of the screen it is on."""

    ids: Ids
    marks: set[int]
    charting: Charting

    @property
    def extent(self) -> tuple[int, int] | None:
        """From the first to the last time of all records."""

    @property
    def browser(self) -> Browser:
        """The data."""

    def ask(
        self,
        group: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[WideviewError], None] | None = None,
    ) -> None:
        """Ask in a thread."""

    def say(self, text: str) -> None:
        """Tell the reader something that goes away with the next key."""

    def choose(
        self,
        title: str,
        choices: list[str],
        then: Callable[[int], None],
        at: int = 0,
        dim: Collection[int] = (),
    ) -> None:
        """Ask for one of *choices*, of which those numbered in *dim* cannot be had."""

    def ask_file(self, title: str, name: str, hint: str, then: Callable[[str], None]) -> None:
        """Ask where to write."""

    def export(self) -> None:
        """Write the selection to a file."""

    def save_figure(self, plot: Plot, path: str, apart: bool) -> None:
        """Write a chart as a picture."""

    def again(self, chosen: Selection) -> None:
        """Be in this view with another time window."""

    def pending(self, group: str) -> bool:
        """Whether the group waits for an answer."""

    def show_status(self) -> None:
        """Show the status line anew."""

    def open_stream(self, chosen: Selection, label: str, record: int | None = None) -> None:
        """Go on to the stream of *chosen*."""

    def open_view(self, view: str, chosen: Selection, label: str = "", what: str = "") -> None:
        """Go on to the view called *view* of *chosen*."""

    def open_flow(self, entity: Entity, record: int | None = None) -> None:
        """Go on to the flow of *entity*."""

    def open_values(self, chosen: Selection, template: int, text: str) -> None:
        """Show the values behind the placeholders of a template in *chosen*."""

    def hide(self, template: int, text: str) -> None:
        """Leave the records of a template out of every view."""


class Pane(Vertical):
    """A view of the explorer: one list with what belongs to it."""

    DEFAULT_CSS = "Pane { display: none; height: 1fr; } Pane.here { display: block; }"

    lines: LineList
    """What the keys move in."""

    chosen: Selection = Selection()
    """What is shown, or counted: a selection to narrow or to export."""

    COUNTS: ClassVar[bool] = False
    """Narrowing it stays in this view, which shows numbers of the selection; else it leads to the stream."""

    HINTS: ClassVar[str] = "? keys  w filter  / search  f follow  K tree"
    """What the status line says of keys; from the last on they give way to what there is to say."""

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(id=id)
        self.desk = desk

    @property
    def record(self) -> Row | None:
        """The record under the cursor."""
        return None

    def show(self, place: Place) -> None:
        """Be at *place* again, exactly."""
        raise NotImplementedError

    def place(self, place: Place) -> Place:
        """*place* with how far the reader has moved since."""
        raise NotImplementedError

    def forget(self) -> None:
        """The data are others: what was kept of them is void."""

    @property
    def count(self) -> int:
        """How many lines there are, or records that lines stand for."""
        return self.lines.total

    def position(self) -> str:
        """Where the cursor is, for the status line."""
        return f"{self.lines.at + 1 if self.lines.total else 0:,}/{self.lines.total:,}"

    def remark(self) -> str:
        """What else the status line should say about the line under the cursor."""
        return ""
