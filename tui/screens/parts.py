"""What the parts of the explorer may use of each other, whichever of them has it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.errors import WideviewError
from tui.query.model import Entity, Progress, Selection
from tui.screens.desk import Ids, Pane, Questions, T
from tui.screens.place import History, Place

if TYPE_CHECKING:
    from tui.query.browse import Browser


class Part(Screen[None]):
    """A part of the explorer's screen."""

    ids: Ids
    marks: set[int]
    hidden: dict[int, str]
    """The templates that are hidden, by number."""
    hidden_records: int
    total: int
    summary: str
    conflicts: list[str]
    history: History
    _browser: Browser | None
    _questions: Questions
    _progress: Progress | None
    _said: str

    if TYPE_CHECKING:  # said once for those who check types; what it says is where it is done

        @property
        def browser(self) -> Browser: ...
        @property
        def ready(self) -> bool: ...
        @property
        def chosen(self) -> Selection: ...
        @property
        def pane(self) -> Pane: ...
        def say(self, text: str) -> None: ...
        def show_status(self) -> None: ...
        def count_hidden(self) -> None: ...
        def seen(self, chosen: Selection) -> Selection: ...
        def drop(self, group: str) -> None: ...
        def ask(
            self,
            group: str,
            work: Callable[[], T],
            done: Callable[[T], None],
            failed: Callable[[WideviewError], None] | None = None,
        ) -> None: ...
        def choose(
            self,
            title: str,
            choices: list[str],
            then: Callable[[int], None],
            at: int = 0,
            dim: Collection[int] = (),
        ) -> None: ...
        def open_stream(
            self,
            chosen: Selection,
            label: str,
            record: int | None = None,
            done: Callable[[], None] | None = None,
            failed: Callable[[WideviewError], None] | None = None,
        ) -> None: ...
        def open_flow(self, entity: Entity, record: int | None = None) -> None: ...
        def open_keys(self, hierarchy: str) -> None: ...
        def open_view(
            self,
            view: str,
            chosen: Selection,
            label: str = "",
            what: str = "",
            done: Callable[[], None] | None = None,
            failed: Callable[[WideviewError], None] | None = None,
        ) -> None: ...
        def narrow(
            self,
            chosen: Selection,
            done: Callable[[], None] | None = None,
            failed: Callable[[WideviewError], None] | None = None,
        ) -> None: ...
        def _show_trail(self) -> None: ...
        def _enter(self, place: Place, shown: bool = False) -> None: ...
        def _leave(self) -> None: ...
