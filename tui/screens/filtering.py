"""The filter expression between the bar it is typed in and the stream it narrows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on

from tui.query.model import Facet
from tui.screens.parts import Part
from tui.widgets.expression_bar import ExpressionBar

if TYPE_CHECKING:
    pass


class Filtering(Part):
    """The part of the explorer that filters."""

    def action_where(self) -> None:
        """Open the filter expression."""
        if self.ready:
            self.query_one(ExpressionBar).open(self.chosen.expression)

    @on(ExpressionBar.Applied)
    def _applied(self, event: ExpressionBar.Applied) -> None:
        bar, chosen = self.query_one(ExpressionBar), self.chosen
        if event.expression == chosen.expression:
            self._bar_closed()
            return
        bar.working()
        self.narrow(replace(chosen, expression=event.expression), done=self._bar_closed, failed=bar.refuse)

    @on(ExpressionBar.Typed)
    def _typed(self) -> None:
        self.drop("stream")

    @on(ExpressionBar.Closed)
    def _bar_closed(self) -> None:
        self.drop("stream")
        self.query_one(ExpressionBar).close()
        self.set_focus(self.pane.lines, scroll_visible=False)

    def _check(self, expression: str) -> list[str]:
        return self.browser.check(expression)

    def _keys(self) -> list[str]:
        return self.browser.keys()

    def _values(self, key: str, prefix: str, limit: int) -> Facet:
        return self.browser.values(replace(self.chosen, expression=""), key, prefix, limit)
