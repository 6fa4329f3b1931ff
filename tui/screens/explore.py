"""The explorer: one view at a time with trail, detail, filter and status around it, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.errors import WideviewError
from tui.query.model import Progress, Selection
from tui.screens.actions import Actions
from tui.screens.charting import Charting
from tui.screens.desk import WRITES, Ids, Pane, Questions
from tui.screens.filtering import Filtering
from tui.screens.hiding import Hiding
from tui.screens.loading import Loading, loading_text
from tui.screens.navigation import Navigation
from tui.screens.place import STREAM, History, Place
from tui.screens.stream import StreamPane
from tui.screens.views import PANES
from tui.widgets.bars import Bar, Part, Trail
from tui.widgets.detail_panel import DetailPanel
from tui.widgets.expression_bar import ExpressionBar
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, DIM, NOTICE, PLAIN
from tui.widgets.spell import number

if TYPE_CHECKING:
    from tui.query.browse import Browser

T = TypeVar("T")


class ExploreScreen(Navigation, Hiding, Loading, Filtering, Actions):
    """Where the reader is, and everything that leads elsewhere."""

    HELP_TITLE = "Everywhere"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "back", "back to the view before"),
        Binding("escape", "close", "close what is open, else back"),
        Binding("tab", "other", "to the details and back"),
        Binding("space", "read_on", "details, page by page"),
        *Actions.KEYS,
        Binding("q", "quit_or_back", "back, and quit from the first view"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.ids = Ids()
        self.marks: set[int] = set()
        self.hidden: dict[int, str] = {}
        self.hidden_records = 0
        self.charting = Charting(self)
        self.total = 0
        self.summary = ""
        self.conflicts: list[str] = []
        self.history = History(Place(STREAM, "all"))
        self._browser: Browser | None = None
        self._questions = Questions(self.app, lambda: self._browser)
        self._said = ""
        self._said_at = 0
        self._progress: Progress | None = None

    def compose(self) -> ComposeResult:
        """Trail, views, detail, filter, status."""
        yield Trail(id="trail")
        for view, pane in PANES.items():
            yield pane(self, id=view)
        yield DetailPanel(id="detail")
        yield ExpressionBar(self._check, self._keys, self._values, id="where")
        yield Bar(id="status")

    def on_mount(self) -> None:
        """Begin with the stream, empty until there are data."""
        self.query_one(StreamPane).lines.empty = "reading …"
        self._enter(self.history.here)

    def on_unmount(self) -> None:
        """Quitting waits for no answer, but for what is being written."""
        hurried = getattr(self.app, "hurried", False)
        self._questions.leave(() if hurried else (WRITES,))

    # what panes and actions use

    @property
    def browser(self) -> Browser:
        """The data."""
        if self._browser is None:
            raise WideviewError("nothing is loaded yet")
        return self._browser

    @property
    def ready(self) -> bool:
        """Whether there are data."""
        return self._browser is not None

    @property
    def chosen(self) -> Selection:
        """What the view shows, as a selection to narrow or to export."""
        return self.pane.chosen

    @property
    def pane(self) -> Pane:
        """The view that is on the screen."""
        return self.query_one(f"#{self.history.here.view}", Pane)

    def ask(
        self,
        group: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[WideviewError], None] | None = None,
    ) -> None:
        """Ask in a thread; the answer is dropped when the group has asked something else since."""
        if self.ready:
            self._questions.ask(group, work, done, failed or (lambda error: self.say(str(error))))

    def pending(self, group: str) -> bool:
        """Whether the group waits for an answer."""
        return group in self._questions.pending

    @property
    def extent(self) -> tuple[int, int] | None:
        """From the first to the last time of all records."""
        return self.query_one(StreamPane).extent

    def drop(self, group: str) -> None:
        """Interrupt a question."""
        self._questions.drop(group)

    def say(self, text: str) -> None:
        """Tell the reader something that goes away with the next move."""
        self._said = text
        self._said_at = self.pane.lines.at
        self.show_status()

    # detail

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self._toggle_detail()

    @on(LineList.Moved)
    def _moved(self, event: LineList.Moved) -> None:
        if event.lines is not self.pane.lines:
            return
        if event.lines.at != self._said_at:
            self._said = ""
        self._show_detail()
        self.show_status()

    def action_close(self) -> None:
        """Close the detail, else back."""
        detail = self.query_one(DetailPanel)
        if detail.is_open:
            self._toggle_detail()
        elif len(self.history.places) > 1:
            self.action_back()

    def action_other(self) -> None:
        """Between list and detail."""
        detail = self.query_one(DetailPanel)
        if not detail.is_open:
            self._toggle_detail()
        self.set_focus(self.pane.lines if detail.has_focus else detail, scroll_visible=False)

    def action_read_on(self) -> None:
        """Open the detail, then turn its pages."""
        detail = self.query_one(DetailPanel)
        if detail.is_open:
            detail.action_pages(1)
        else:
            self._toggle_detail()

    def _toggle_detail(self) -> None:
        detail = self.query_one(DetailPanel)
        if detail.toggle():
            self._show_detail()
        else:
            self.set_focus(self.pane.lines, scroll_visible=False)

    def _show_detail(self) -> None:
        detail = self.query_one(DetailPanel)
        if not detail.is_open or not self.ready:
            return
        record, browser = self.pane.record, self.browser
        if record is None:
            detail.clear("no record here")
        else:
            number = record.id
            self.ask(
                "detail", lambda: browser.detail(number), detail.show_detail, lambda error: detail.clear(str(error))
            )

    # trail and status

    def _show_trail(self) -> None:
        self.query_one(Trail).trail(self.history.labels, self.summary)

    def show_status(self) -> None:
        """Position, counts, what was said, how far loading is."""
        pane = self.pane
        parts: list[Part] = [(f" {pane.position()}", BOLD)]
        if self.history.here.view == STREAM and self.total and self.total != pane.count:
            parts.append((f" of {number(self.total)}", DIM))
        if note := self.hidden_note:
            parts.append((f"  {note}", NOTICE))
        remark = self._said or pane.remark()
        if remark:
            parts.append((f"  {remark}", NOTICE if self._said else PLAIN))
        if self._progress is not None or (self._browser is not None and not self._browser.complete):
            parts.append((f"  {loading_text(self._progress, self.ready)}", NOTICE))
        if self.conflicts:
            many = "" if len(self.conflicts) == 1 else "s"
            parts.append((f"  {number(len(self.conflicts))} conflict{many} (C)", NOTICE))
        self.query_one("#status", Bar).show(tuple(parts), (pane.HINTS, DIM))
