"""Tests of tui.screens.reading: a page over the explorer."""

from __future__ import annotations

import pytest
from textual.app import App

from tui.screens.reading import Reading
from tui.widgets.bars import Bar
from tui.widgets.lines_view import LinesView
from tui.widgets.look import PLAIN


class Page(App[None]):
    """Fifty lines at once; remembers when they were left."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[None] = []

    def on_mount(self) -> None:
        page = Reading("Conflicts", [[(f"line {i} " + "x" * 60, PLAIN)] for i in range(50)], indent=6)
        self.push_screen(page, self.left.append)


async def test_title_and_lines_that_scroll_at_once() -> None:
    app = Page()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert app.screen.query_one("#title", Bar).render_line(0).text.startswith(" Conflicts ")
        view = app.screen.query_one(LinesView)
        assert view.size.height == 9
        await pilot.press("j", "j")
        assert view.render_line(0).text.startswith("line 1 x")
        assert view.render_line(1).text.startswith(" " * 6 + "x")
        assert app.left == []


@pytest.mark.parametrize("key", ["escape", "q", "backspace", "question_mark", "enter"])
async def test_the_usual_keys_leave(key: str) -> None:
    app = Page()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press(key)
        assert app.left == [None]
        assert not isinstance(app.screen, Reading)
