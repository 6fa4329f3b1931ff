"""What keys do in every view: follow, narrow, search, export, copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui.query.expression import literal
from tui.query.model import Detail, Entity, Selection
from tui.records import LEVELS
from tui.screens.flow import FlowPane
from tui.screens.help import help_page
from tui.screens.keys import KeysPane
from tui.screens.menu import Menu
from tui.screens.parts import Part
from tui.screens.place import FLOW, KEYS, STREAM, entity_label, with_term
from tui.screens.prompt import Prompt
from tui.screens.reading import Reading
from tui.screens.stream import StreamPane
from tui.screens.templates import term as template_term
from tui.times import iso
from tui.widgets.look import PLAIN
from tui.widgets.safe import shorten
from tui.widgets.spell import number

if TYPE_CHECKING:
    from tui.query.charts.base import Plot

COPIED = 100_000
OWN = "wideview."


class Actions(Part):
    """The actions that hold whatever the view is."""

    KEYS: ClassVar[list[BindingType]] = [
        Binding("w", "where", "filter expression"),
        Binding("slash", "search", "search"),
        Binding("f", "follow", "follow what this record is about"),
        Binding("l", "level", "least level"),
        Binding("equals_sign", "only(0)", "keep only what has this value"),
        Binding("x", "only(1)", "exclude what has this value"),
        Binding("H", "hidden", "hidden templates: list them, bring them back"),
        Binding("K", "keys", "key navigator"),
        Binding("t", "view('templates')", "templates"),
        Binding("s", "view('steps')", "steps that tasks typically take"),
        Binding("c", "view('charts')", "charts"),
        Binding("e", "export", "export the selection"),
        Binding("y", "copy", "copy the record"),
        Binding("Y", "copy_value", "copy one value of the record"),
        Binding("C", "conflicts", "data that contradict the rules"),
        Binding("question_mark", "help", "these keys"),
        Binding("colon", "app.command_palette", "command palette"),
        Binding("Q", "app.quit", "quit"),
    ]

    def choose(
        self,
        title: str,
        choices: list[str],
        then: Callable[[int], None],
        at: int = 0,
        dim: Collection[int] = (),
    ) -> None:
        """Ask for one of *choices*, of which those numbered in *dim* cannot be had."""

        def chosen(answer: int | None) -> None:
            if answer is not None:
                then(answer)

        self.app.push_screen(Menu(title, choices, at, dim), chosen)

    def action_follow(self) -> None:
        """Open the flow of what the record is about; ask which when it is about several things."""
        if not self.ready:
            return
        if self.history.here.view == KEYS:
            node = self.query_one(KeysPane).node
            if node is not None and node.entity is not None:
                self.open_flow(node.entity)
            else:
                self.say("this is nothing one can follow: enter shows its records")
            return
        record = self.pane.record
        if record is None:
            return
        flow = self.query_one(FlowPane)
        linked = flow.linked if self.history.here.view == FLOW else []
        here = flow.flow.entity if self.history.here.view == FLOW and flow.flow else None
        browser, line = self.browser, record.id

        def found(result: tuple[list[Entity], tuple[int, str]]) -> None:
            entities, (_, template) = result
            offers = [(entity_label(entity), entity) for entity in entities if entity != here]
            offers += [(f"{entity_label(entity)}  ({said})", entity) for said, entity in linked]

            def follow(i: int) -> None:
                if i < len(offers):
                    self.open_flow(offers[i][1], line)
                else:
                    self.open_stream(Selection(template_term(template)), shorten(template, 40), line)

            if len(offers) == 1:
                follow(0)
            else:
                self.choose("follow", [*(text for text, _ in offers), f"template {template}"], follow)

        self.ask("entities", lambda: (browser.entities(line), browser.template(line)), found)

    def action_level(self) -> None:
        """Choose the least level."""
        if not self.ready:
            return
        chosen = self.chosen
        choices = ["any level"] + [f"{name} and worse" for name in LEVELS[1:]]
        at = chosen.level

        def then(level: int) -> None:
            if level != chosen.level:
                self.narrow(replace(chosen, level=level))

        self.choose("least level", choices, then, at)

    def action_only(self, exclude: int) -> None:
        """Keep only, or exclude, the records that have a value of the one under the cursor."""
        record = self.pane.record
        if not self.ready or record is None:
            return
        browser, line, chosen = self.browser, record.id, self.chosen

        def found(result: tuple[Detail, tuple[int, str]]) -> None:
            detail, (_, template) = result
            offers = [("level", LEVELS[record.level])] if record.level else []
            offers += [("source", record.source), ("template", template)]
            values = sorted(detail.values, key=lambda value: "." not in value.key)  # what one can follow comes first
            offers += [(v.key, v.value) for v in values if not v.key.startswith(OWN) and len(v.value) < 200]
            offers = list(dict.fromkeys(offers))
            terms = [f"{key}:{literal(value)}" for key, value in offers]
            title = "exclude" if exclude else "keep only"
            self.choose(title, terms, lambda i: self.narrow(with_term(chosen, terms[i], bool(exclude))))

        self.ask("detail", lambda: (browser.detail(line), browser.template(line)), found)

    def action_search(self) -> None:
        """Ask what to search for; hits are gone through with n and N."""
        if not self.ready or self.history.here.view != STREAM:
            self.say("search is for the stream: o goes there" if self.ready else "")
            return
        stream = self.query_one(StreamPane)

        def seek(text: str | None) -> None:
            if text is not None:
                stream.seek(text)

        self.app.push_screen(Prompt("/", stream.sought, "text, or /regex/; n N go on"), seek)

    def action_keys(self) -> None:
        """Open the key navigator."""
        if not self.ready:
            return
        if self.history.here.view == KEYS:
            self.query_one(KeysPane).action_hierarchy()
            return

        def found(names: list[str]) -> None:
            if names:
                self.open_keys(names[0])
            else:
                self.say("no keys that form a hierarchy here")

        self.ask("keys", self.browser.hierarchies, found)

    def action_view(self, view: str) -> None:
        """Go on to another view of what is chosen here."""
        if self.ready and self.history.here.view != view:
            self.open_view(view, self.chosen, view)

    def action_export(self) -> None:
        """Write the selection to a file of JSON lines."""
        self.export()

    def export(self) -> None:
        """Ask where to, then write the selection."""
        if not self.ready:
            return
        if not self.browser.complete:
            self.say("still loading: only the first lines of every file are there to export")
            return
        chosen = self.chosen

        def write(path: str) -> None:
            browser = self.browser  # perhaps not the one there was when the question was put
            self.say(f"writing {path} …")
            self.ask(
                "export", lambda: browser.export(chosen, path), lambda n: self.say(f"{number(n)} records in {path}")
            )

        self.ask_file("export to (JSON lines)", free_name(chosen), f"{self.pane.count:,} lines", write)

    def ask_file(self, title: str, name: str, hint: str, then: Callable[[str], None]) -> None:
        """Ask where to write, and before a file is overwritten."""

        def named(path: str | None) -> None:
            if not path or not path.strip():
                return
            target = str(Path(path.strip()).expanduser())
            if Path(target).exists():
                self.choose(f"{target} exists", ["keep it", "overwrite it"], lambda i: then(target) if i else None)
            else:
                then(target)

        self.app.push_screen(Prompt(title, name, hint), named)

    def save_figure(self, plot: Plot, path: str, apart: bool) -> None:
        """Write a chart as a picture; the application knows how."""
        save = getattr(self.app, "save_figure", None)
        if save is not None:
            save(plot, path, apart)

    def action_copy(self) -> None:
        """Copy the record's original text, through the terminal."""
        record = self.pane.record
        if not self.ready or record is None:
            return
        browser, line = self.browser, record.id

        self.ask("copy", lambda: browser.detail(line), lambda detail: self._copy(detail.original))

    def action_copy_value(self) -> None:
        """Choose one value of the record (the body, where it stands, a key) and copy that."""
        record = self.pane.record
        if not self.ready or record is None:
            return
        browser, line = self.browser, record.id

        def offer(detail: Detail) -> None:
            row = detail.row
            values = [("body", row.body), ("time", "" if row.time is None else iso(row.time))]
            values += [("source", f"{row.file}:{row.line}"), *((value.key, value.value) for value in detail.values)]
            values = [(key, value) for key, value in values if value]
            labels = [shorten(f"{key}  {value.partition(chr(10))[0][:200]}", 90) for key, value in values]
            self.choose("copy", labels, lambda i: self._copy(values[i][1]))

        self.ask("copy", lambda: browser.detail(line), offer)

    def _copy(self, text: str) -> None:
        """Send *text* to the terminal's clipboard, and say how much of it."""
        self.app.copy_to_clipboard(text[:COPIED].encode("utf-8", "replace").decode())
        cut = f", cut from {number(len(text))}: e exports all" if len(text) > COPIED else ""
        self.say(f"copied {number(min(len(text), COPIED))} characters{cut}")

    def action_conflicts(self) -> None:
        """List the data that contradict the rules."""
        if self.conflicts:
            self.app.push_screen(Reading("Conflicts: kept as they are", [[(text, PLAIN)] for text in self.conflicts]))
        else:
            whole = self.ready and self.browser.complete
            self.say("no conflicts" if whole else "conflicts are not known before all is loaded")

    def action_help(self) -> None:
        """List the keys that hold here."""
        self.app.push_screen(help_page(self))


def free_name(chosen: Selection) -> str:
    """A file name that says what is in it, and that no file has yet."""
    if chosen.entity is not None:
        about = f"{chosen.entity.run} {chosen.entity.label}".strip()
    else:
        about = chosen.expression or (LEVELS[chosen.level] if chosen.level else "all")
    stem = "wideview-" + (re.sub(r"[^A-Za-z0-9]+", "-", shorten(about, 40)).strip("-").lower() or "records")
    path, n = Path(f"{stem}.jsonl"), 1
    while path.exists():
        n += 1
        path = Path(f"{stem}-{n}.jsonl")
    return str(path)
