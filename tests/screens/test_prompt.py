"""Tests of tui.screens.prompt: one line of text, or none."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Input

from tui.screens.prompt import Prompt
from tui.widgets.bars import Bar


class Asking(App[None]):
    """Asks at once; remembers the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str | None] = []

    def on_mount(self) -> None:
        self.push_screen(Prompt("export to", "old", "12 lines"), self.answers.append)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("enter", "old"), ("e r enter", "older"), ("ctrl+u n enter", "n"), ("ctrl+u enter", ""), ("x escape", None)],
)
async def test_enter_gives_what_stands_there_and_escape_nothing(keys: str, answer: str | None) -> None:
    """The cursor stands behind the old text; typing does not replace it."""
    app = Asking()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press(*keys.split())
        assert app.answers == [answer]


async def test_it_says_what_is_asked() -> None:
    app = Asking()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        line = app.screen.query_one("#asked", Bar).render_line(0).text
        assert line.startswith("export to ") and line.endswith(" 12 lines")
        assert app.screen.query_one(Input).has_focus
