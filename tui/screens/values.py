"""The values behind the placeholders of a template, one placeholder at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.query.placeholders import expression, parts
from tui.widgets.bars import Bar, Part
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, DIM, HIT, NOTICE, PLAIN
from tui.widgets.value_list import ValueList, figures

if TYPE_CHECKING:
    from tui.query.placeholders import Distribution

Load = Callable[[int, Callable[["Distribution"], None], Callable[[str], None]], None]


class Values(ModalScreen[tuple[str, str] | None]):
    """Values with bars; the answer is a value and the expression that keeps its records, or None."""

    HELP_TITLE = "Among values"
    DEFAULT_CSS = """
    Values { background: ansi_default; }
    Values ValueList { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,tab,l", "turn(1)", "next placeholder", priority=True),
        Binding("left,shift+tab,h", "turn(-1)", "placeholder before", priority=True),
        Binding("escape,q,backspace,v", "leave", "leave"),
    ]

    def __init__(self, template: str, load: Load) -> None:
        super().__init__()
        self.template, self._load = template, load
        self.many = len(parts(template)) - 1
        self.number = 1
        self.found: Distribution | None = None

    def compose(self) -> ComposeResult:
        """The template with its placeholder lit, figures, values."""
        yield Bar(id="template")
        yield Bar(id="figures")
        yield ValueList(id="values")
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Begin with the first placeholder."""
        self.query_one(ValueList).focus()
        several = "← → other placeholders  " if self.many > 1 else ""
        self.query_one("#hints", Bar).show(((f" {several}enter: its records  esc leaves", DIM),))
        self._ask()

    def action_turn(self, by: int) -> None:
        """Show another placeholder."""
        if self.many > 1:
            self.number = (self.number - 1 + by) % self.many + 1
            self._ask()

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        value = self.query_one(ValueList).current
        if value is not None:
            self.dismiss((value[0], expression(self.template, self.number, value[0])))

    def _ask(self) -> None:
        self._head()
        values = self.query_one(ValueList)
        values.empty = "counting …"
        values.set_values((), 0)
        self.query_one("#figures", Bar).show(((" ", PLAIN),))
        wanted = self.number

        def found(answer: Distribution) -> None:
            if wanted == self.number and self.is_mounted:
                self.found = answer
                values.empty = "no value could be told"
                values.set_values(answer.values, answer.looked)
                self.query_one("#figures", Bar).show(tuple((text, BOLD if i == 0 else NOTICE if said else PLAIN)
                                                     for i, (text, said) in enumerate(figures(answer))))  # fmt: skip

        def failed(error: str) -> None:
            values.empty = error
            values.refresh()

        self._load(wanted, found, failed)

    def _head(self) -> None:
        """The template; so much of its beginning is left out that the placeholder is on the screen."""
        pieces = parts(self.template)
        before = pieces[0] + "".join(f"<*>{piece}" for piece in pieces[1 : self.number])
        room = max(10, self.app.size.width * 2 // 3)
        before = before if len(before) <= room else "…" + before[len(before) - room :]
        after = "".join(f"{piece}<*>" for piece in pieces[self.number : -1])
        after += pieces[-1] if self.number < len(pieces) else ""
        shown: list[Part] = [(f" {before}", PLAIN), ("<*>", HIT), (after, PLAIN)]
        self.query_one("#template", Bar).show(tuple(shown))
