"""Coming and going between views, with the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy

from tui.errors import WideviewError
from tui.query.model import Entity, Flow, Selection
from tui.screens.desk import Pane
from tui.screens.flow import FlowPane, Linked
from tui.screens.locate import index_of, nearest
from tui.screens.parts import Part
from tui.screens.place import CHARTS, FLOW, KEYS, STREAM, Place, entity_label, kind, label_of
from tui.screens.stream import StreamPane

if TYPE_CHECKING:
    pass


class Navigation(Part):
    """The part of the explorer that goes from view to view."""

    def open_stream(
        self,
        chosen: Selection,
        label: str,
        record: int | None = None,
        done: Callable[[], None] | None = None,
        failed: Callable[[WideviewError], None] | None = None,
    ) -> None:
        """Go on to the stream of *chosen*, staying on the record that is under the cursor if it is there."""
        stream, browser, chosen = self.query_one(StreamPane), self.browser, self.seen(chosen)
        before, at = stream.lines.ids, stream.lines.index
        label = label or label_of(stream.chosen, chosen)
        here = self.history.here.view == STREAM
        kept = self.ids.get(chosen)

        def work() -> tuple[numpy.ndarray, int]:
            ids = kept if kept is not None else browser.ids(chosen)
            if record is not None:
                return ids, index_of(ids, record) or 0
            return ids, nearest(ids, before, at) if here else 0

        def found(result: tuple[numpy.ndarray, int]) -> None:
            ids, index = result
            self._leave()
            row = stream.lines.at - stream.lines.top if here else stream.lines.page_size // 2
            self.history.go(Place(STREAM, label, chosen, at=index, top=max(0, index - row)))
            self.ids.put(chosen, ids)
            self._enter(self.history.here)
            if done is not None:
                done()

        self.ask("stream", work, found, failed)

    def open_flow(self, entity: Entity, record: int | None = None) -> None:
        """Go on to the flow of *entity*, to the step that is *record*."""
        pane, browser = self.query_one(FlowPane), self.browser

        def found(result: tuple[Flow, Linked]) -> None:
            self._leave()
            self.history.go(Place(FLOW, entity_label(entity), entity=entity, record=record))
            pane.put(*result, self.history.here)
            self._enter(self.history.here, shown=True)

        self.say(f"following {entity_label(entity)} …")
        self.ask("flow", lambda: pane.load(browser, entity), found)

    def open_keys(self, hierarchy: str) -> None:
        """Go on to the key navigator."""
        self._leave()
        self.history.go(Place(KEYS, "keys", self.chosen, hierarchy=hierarchy))
        self._enter(self.history.here)

    def open_view(
        self,
        view: str,
        chosen: Selection,
        label: str = "",
        what: str = "",
        done: Callable[[], None] | None = None,
        failed: Callable[[WideviewError], None] | None = None,
    ) -> None:
        """Go on to the view *view* of *chosen*: its numbers follow when they are there."""
        chosen = self.seen(chosen)
        browser, kept = self.browser, self.ids.get(chosen)
        record = self.pane.record.id if self.pane.record is not None else None
        label = label or label_of(self.chosen, chosen)

        def found(ids: numpy.ndarray) -> None:
            self._leave()
            self.ids.put(chosen, ids)
            self.history.go(Place(view, label, chosen, what=what, record=record))
            self._enter(self.history.here)
            if done is not None:
                done()

        self.ask("stream", lambda: browser.ids(chosen) if kept is None else kept, found, failed)

    def again(self, chosen: Selection) -> None:
        """Be in this view with the time window of *chosen*. Such windows in a row are one place: back leads to what was
        there before the first."""
        here = self.pane.place(self.history.here)
        places = self.history.places
        if len(places) > 1 and kind(here.label) == "time " and places[-2].view == here.view:
            self.history.back()
        else:
            self.history.stay(replace(here, chosen=self.history.here.chosen))
        if chosen != self.history.here.chosen:
            label = label_of(replace(chosen, window=(0, 0)), chosen)
            self.history.go(replace(here, label=label, chosen=chosen))
        self._said = ""
        self._show_trail()
        self.show_status()

    def narrow(
        self,
        chosen: Selection,
        done: Callable[[], None] | None = None,
        failed: Callable[[WideviewError], None] | None = None,
    ) -> None:
        """Go on to *chosen* in this view if it counts things, else in the stream."""
        here = self.pane.place(self.history.here)
        if self.pane.COUNTS:
            self.open_view(here.view, chosen, "", here.what, done, failed)
        else:
            self.open_stream(chosen, "", done=done, failed=failed)

    def action_back(self) -> None:
        """To the view before, exactly as it was."""
        place = self.history.back()
        if place is None:
            self.say("this is where you began: q quits")
        else:
            self._enter(place)

    def action_quit_or_back(self) -> None:
        """Back, or out."""
        if len(self.history.places) > 1:
            self.action_back()
        else:
            self.app.exit()

    def _leave(self) -> None:
        self.history.stay(self.pane.place(self.history.here))

    def _enter(self, place: Place, shown: bool = False) -> None:
        for pane in self.query(Pane):
            pane.set_class(pane.id == place.view, "here")
        self.set_class(place.view == CHARTS, "charting")  # which have no record, and want the room of its details
        self._said = ""
        if self.ready and not shown:
            self.pane.show(place)
        self.set_focus(self.pane.lines, scroll_visible=False)
        self._show_trail()
        self.show_status()
