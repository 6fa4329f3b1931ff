"""The templates of a selection: what is written how often, when, and about how many things."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.query.expression import Equals, Key
from tui.query.model import Selection
from tui.query.templates import SORTS, Template, Templates, ordered
from tui.screens.desk import Desk, Pane
from tui.screens.place import Place, with_term
from tui.widgets.bars import Bar
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, DIM
from tui.widgets.safe import shorten
from tui.widgets.template_list import TemplateList


class TemplatesPane(Pane):
    """A line a template."""

    COUNTS: ClassVar[bool] = True
    HELP_TITLE = "Among templates"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("S", "sort", "sort by the next column"),
        Binding("x", "hide", "hide the template in every view"),
        Binding("equals_sign", "keep", "keep only the records of the template here"),
        Binding("v", "values", "values behind the placeholders"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines: TemplateList = TemplateList(id="template-list")
        self.sort = "count"
        self._known: dict[Selection, Templates] = {}

    def compose(self) -> ComposeResult:
        """Columns and templates."""
        yield Bar(id="template-columns")
        yield self.lines

    @property
    def template(self) -> Template | None:
        """The template under the cursor."""
        return self.lines.current

    @property
    def count(self) -> int:
        """How many records the templates have."""
        return self.lines.found.records

    def show(self, place: Place) -> None:
        """The templates of *place*, in its order."""
        before, self.chosen = self.chosen, place.chosen
        self.sort = place.what if place.what in SORTS else self.sort
        known = self._known.get(place.chosen)
        if known is not None:
            self._put(known, place.at, place.top)
            return
        if replace(before, hidden=()) != replace(place.chosen, hidden=()) or not self.lines.total:
            self.lines.empty = "counting …"
            self.lines.set_templates(Templates((), 0))  # else those that are there are right but for a few
        browser, chosen = self.desk.browser, place.chosen

        def found(templates: Templates) -> None:
            self._known[chosen] = templates
            while len(self._known) > 4:
                del self._known[next(iter(self._known))]
            if chosen == self.chosen:
                self._put(templates, place.at, place.top)

        self.desk.ask("templates", lambda: browser.templates(chosen), found)

    def forget(self) -> None:
        """The data are others."""
        self._known.clear()

    def place(self, place: Place) -> Place:
        """Cursor, scrolling and order as they are."""
        return replace(place, what=self.sort, at=self.lines.at, top=self.lines.top)

    def remark(self) -> str:
        """What the marks of the template mean, and who wrote it."""
        template = self.template
        if template is None:
            return ""
        means = dict(self.lines.found.means)
        said = [f"{mark[0].upper()}: {mark}, {means[mark]}" for mark in template.marks]
        sources = ", ".join(f"{source} {count:,}" for source, count in template.sources[:3])
        more = f" and {len(template.sources) - 3} more" if len(template.sources) > 3 else ""
        return "  ".join([*said, sources + more])

    def action_sort(self) -> None:
        """Order by the next column, from its first template on."""
        names = list(SORTS)
        self.sort = names[(names.index(self.sort) + 1) % len(names)]
        self._put(self.lines.found, 0, 0)

    def action_hide(self) -> None:
        """Leave the template out of every view."""
        template = self.template
        if template is not None:
            self.desk.hide(template.id, template.text)

    def action_keep(self) -> None:
        """Count only the records of the template."""
        template = self.template
        if template is not None:
            self.desk.open_view("templates", with_term(self.chosen, term(template.text), False), template.text)

    def action_values(self) -> None:
        """Show the values behind the placeholders."""
        template = self.template
        if template is not None:
            self.desk.open_values(self.chosen, template.id, template.text)

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        template = self.template
        if template is not None:
            self.desk.open_stream(with_term(self.chosen, term(template.text), False), shorten(template.text, 40))

    def _put(self, found: Templates, at: int, top: int | None = None) -> None:
        found = ordered(found, self.sort)
        self.lines.empty = "no record matches: backspace goes back"
        self.lines.set_templates(found, at, top, self.sort)
        width = self.size.width or self.screen.size.width
        heading = self.lines.heading(width)
        whole = f"  {len(found.rows):,}, by {self.sort} (S)"
        self.query_one("#template-columns", Bar).show(((heading, DIM), (whole, BOLD)))


def term(template: str) -> str:
    """The filter expression for the records of *template*."""
    return str(Key("template", Equals(template)))
