"""The filter expression: completion while typing, and what is wrong with it under the place where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from tui.errors import FilterError, WideviewError
from tui.query.expression import literal
from tui.query.model import Facet
from tui.widgets.bars import Bar, Part
from tui.widgets.completion import Word, keys_for, put, word_at
from tui.widgets.entry import Entry
from tui.widgets.look import CURSOR, DIM, ERROR, NOTICE, PLAIN

LIMIT = 8


class ExpressionBar(Vertical):
    """An input line with a line of completions and a line of notes under it."""

    DEFAULT_CSS = """
    ExpressionBar { height: 3; display: none; }
    ExpressionBar.open { display: block; }
    ExpressionBar Input, ExpressionBar Input:focus {
        border: none; height: 1; padding: 0; background: ansi_default; color: ansi_default; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,ctrl+i", "take", "complete", priority=True),
        Binding("down", "pick(1)", "next completion"),
        Binding("up", "pick(-1)", "completion before"),
        Binding("escape", "close", "leave the expression as it was"),
    ]

    class Applied(Message):
        """Enter: the expression shall be the filter now."""

        def __init__(self, expression: str) -> None:
            super().__init__()
            self.expression = expression

    class Typed(Message):
        """The expression changed: what the old one asked for is stale."""

    class Closed(Message):
        """Escape."""

    def __init__(
        self,
        check: Callable[[str], list[str]],
        keys: Callable[[], list[str]],
        values: Callable[[str, str, int], Facet],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._check, self._keys, self._values = check, keys, values
        self._word = Word(0, "", "", None)
        self._choices: list[str] = []
        self._counts: list[str] = []
        self._picked = 0
        self._generation = 0
        self._known_keys: list[str] = []

    def compose(self) -> ComposeResult:
        """The line, and what is said about it."""
        line = Entry(placeholder='level:>=WARNING AND parsl.task:5   "exact text"   /regex/   key:val*', compact=True)
        line.cursor_blink = False
        yield line
        yield Bar(id="said")
        yield Bar(id="choices")

    @property
    def line(self) -> Input:
        """The input."""
        return self.query_one(Input)

    def open(self, expression: str) -> None:
        """Show the bar with *expression* in it."""
        self.add_class("open")
        self._known_keys = self._keys()
        self.line.value = expression
        self.line.cursor_position = len(expression)
        self.screen.set_focus(self.line)  # at once: keys that were typed ahead are on their way
        self._say()

    def close(self) -> None:
        """Hide it."""
        self._generation += 1
        self.remove_class("open")

    def check_again(self) -> None:
        """The data are others: so may be the keys and what is said."""
        if self.is_open:
            self._known_keys = self._keys()
            self._say()

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.has_class("open")

    def refuse(self, error: WideviewError) -> None:
        """Say what is wrong, with a caret under the place."""
        said = self.query_one("#said", Bar)
        if isinstance(error, FilterError):
            column = max(0, error.column - self.line.scroll_offset.x)
            text = str(error)
            if column + 3 + len(text) > self.size.width and column > len(text) + 3:
                said.show(((" " * (column - len(text) - 1) + text, ERROR), (" ▲", ERROR)), ("", PLAIN))
            else:
                said.show(((" " * column + "▲ ", ERROR), (text, ERROR)), ("", PLAIN))
        else:
            said.show(((str(error), ERROR),), ("", PLAIN))

    def working(self) -> None:
        """Say that the filter is being applied."""
        self.query_one("#said", Bar).show((("filtering … (type on to change it, esc to stop)", DIM),), ("", PLAIN))

    def action_close(self) -> None:
        """Leave everything as it was."""
        self.close()
        self.post_message(self.Closed())

    def action_pick(self, by: int) -> None:
        """Go through the completions."""
        if self._choices:
            self._picked = (self._picked + by) % len(self._choices)
            self._show_choices()

    def action_take(self) -> None:
        """Put the picked completion into the line."""
        if not self._choices:
            return
        line = self.line
        text, caret = put(line.value, line.cursor_position, self._word, self._choices[self._picked])
        line.value = text
        line.cursor_position = caret
        self._complete()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check and complete; the answer to an older text is dropped."""
        event.stop()
        if self.is_open:
            self.post_message(self.Typed())
            self._say()
            self._complete()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply, unless it cannot be."""
        event.stop()
        try:
            self._check(event.value)
        except WideviewError as error:
            self.refuse(error)
            return
        self.post_message(self.Applied(event.value.strip()))

    def _say(self) -> None:
        try:
            notes = self._check(self.line.value) if self.line.value.strip() else []
        except WideviewError as error:
            self.refuse(error)
            return
        text = "; ".join(notes) or "enter applies, tab completes, esc leaves"
        self.query_one("#said", Bar).show(((text, NOTICE if notes else DIM),), ("", PLAIN))

    def _complete(self) -> None:
        self._generation += 1
        mine = self._generation
        word = self._word = word_at(self.line.value, self.line.cursor_position)
        if word.prefix is None:
            self._offer(mine, keys_for(word, self._known_keys, LIMIT) if word.key else [], [])
            return

        def work() -> None:
            try:
                facet = self._values(word.key, word.prefix or "", LIMIT)
            except WideviewError:
                facet = Facet(word.key)
            choices = [literal(value) for value, _ in facet.values]
            self.app.call_later(self._offer, mine, choices, [f" {count:,}" for _, count in facet.values])

        self.run_worker(work, thread=True, group="complete", exclusive=True)

    def _offer(self, generation: int, choices: list[str], counts: list[str]) -> None:
        if generation == self._generation:
            self._choices, self._counts, self._picked = choices, counts, 0
            self._show_choices()

    def _show_choices(self) -> None:
        parts: list[Part] = []
        start = 0 if self._picked < 4 else self._picked - 2
        for index, choice in list(enumerate(self._choices))[start:]:
            parts.append((choice[:60], CURSOR if index == self._picked else PLAIN))
            parts.append((f"{self._counts[index] if self._counts else ''}   ", DIM))
        self.query_one("#choices", Bar).show(tuple(parts), ("", PLAIN))
