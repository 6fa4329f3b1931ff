"""Templates that are hidden in every view, and the values behind the placeholders of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.query.model import Selection
from tui.screens.parts import Part
from tui.screens.place import FLOW, KEYS, with_term
from tui.screens.values import Values
from tui.widgets.safe import shorten
from tui.widgets.spell import number

if TYPE_CHECKING:
    from tui.query.placeholders import Distribution


class Hiding(Part):
    """The part of the explorer that leaves templates out."""

    def seen(self, chosen: Selection) -> Selection:
        """*chosen* without the records that are hidden."""
        return replace(chosen, hidden=tuple(sorted(self.hidden)))

    @property
    def hidden_note(self) -> str:
        """``2 templates hidden, 120,000 records (H)``; empty for none."""
        if not self.hidden:
            return ""
        many = "" if len(self.hidden) == 1 else "s"
        records = f", {number(self.hidden_records)} records" if self.hidden_records else ""
        return f"{len(self.hidden)} template{many} hidden{records} (H)"

    def hide(self, template: int, text: str) -> None:
        """Leave the records of a template out of every view."""
        self._hide({**self.hidden, template: text})

    def action_hidden(self) -> None:
        """List what is hidden, to bring it back."""
        if not self.hidden:
            self.say("nothing is hidden: x hides a template in the list of templates (t)")
            return
        every = list(self.hidden)
        choices = [self.hidden[template] for template in every]
        if len(every) > 1:
            choices.append(f"all {len(every)}")

        def back(i: int) -> None:
            gone = every if i == len(every) else [every[i]]
            self._hide({template: text for template, text in self.hidden.items() if template not in gone})

        self.choose("bring back", choices, back)

    def _hide(self, hidden: dict[int, str]) -> None:
        """Hide just these, wherever the reader is and comes back to."""
        self._leave()
        self.hidden = hidden
        for i, place in enumerate(self.history.places):
            if place.view not in (FLOW, KEYS):
                self.history.places[i] = replace(place, chosen=self.seen(place.chosen))
        if self.history.here.view not in (FLOW, KEYS):
            self._enter(self.history.here)
        self.count_hidden()

    def count_hidden(self) -> None:
        """Ask how many records are hidden."""
        browser, hidden = self.browser, tuple(sorted(self.hidden))

        def counted(records: int) -> None:
            self.hidden_records = records
            self.show_status()

        self.hidden_records = 0
        self.show_status()
        if hidden:
            self.ask("hidden", lambda: browser.count_of(hidden), counted)

    def open_values(self, chosen: Selection, template: int, text: str) -> None:
        """Show the values behind the placeholders of a template in *chosen*; enter goes to the records with one."""
        if "<*>" not in text:
            self.say("this template has no placeholder: nothing in it varies")
            return
        browser = self.browser

        def load(n: int, done: Callable[[Distribution], None], failed: Callable[[str], None]) -> None:
            self.ask("values", lambda: browser.placeholder(chosen, template, n), done, lambda error: failed(str(error)))

        def narrowed(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                value, expression = answer
                self.open_stream(with_term(chosen, expression, False), f"{shorten(value, 20)} in {shorten(text, 30)}")

        self.app.push_screen(Values(text, load), narrowed)


def renumbered(hidden: dict[int, str], texts: tuple[str, ...]) -> dict[int, str]:
    """*hidden* in data loaded anew, where templates have other numbers; those that are no more are forgotten."""
    numbers = {text: i for i, text in enumerate(texts)}
    return {numbers[text]: text for text in hidden.values() if text in numbers}
