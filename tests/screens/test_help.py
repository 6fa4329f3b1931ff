"""Tests of tui.screens.help: the keys, as they are written on the keyboard, where they hold."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from tests.screens.driving import explorer
from tui.screens.help import WORDS, bindings, help_page, key_name
from tui.widgets.lines_view import LinesView


class Few(Screen[None]):
    """A screen with bindings of every sort."""

    HELP_TITLE = "Few"
    BINDINGS = [
        Binding("slash,ctrl+x", "one", "does one thing"),
        Binding("a", "one", "does one thing"),
        Binding("left", "two(1)", "goes left"),
        Binding("h", "hidden", "is not shown", show=False),
        Binding("n", "nameless", ""),
    ]


async def few(app: App[None]) -> list[tuple[str, str]]:
    await app.push_screen(Few())
    return dict(bindings(app.screen))["Few"]


async def test_keys_of_one_action_stand_together_shortest_first() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert await few(app) == [("/ a ctrl+x", "does one thing"), ("←", "goes left")]


@pytest.mark.parametrize(("key", "name"), [("question_mark", "?"), ("escape", "esc"), ("ctrl+f", "ctrl+f"), ("w", "w")])
def test_names_of_keys(key: str, name: str) -> None:
    assert key_name(key) == name


async def test_the_page_has_groups_keys_and_words() -> None:
    app: App[None] = App()
    async with app.run_test(size=(200, 40)) as pilot:
        await few(app)
        page = help_page(app.screen)
        await app.push_screen(page)
        await pilot.pause()
        text = page.query_one(LinesView).text.splitlines()
        at = text.index("Few")
        assert text[at + 1 : at + 4] == [f"  {'/ a ctrl+x':<16}does one thing", f"  {'←':<16}goes left", ""]
        assert tuple(text[-len(WORDS) :]) == WORDS


async def test_it_is_about_the_view_one_is_in() -> None:
    async with explorer() as driver:
        groups = [name for name, _ in bindings(driver.screen)]
        assert "In the stream" in groups and groups.index("Moving") < groups.index("In the stream")
        await driver.press("f")
        await driver.places(2)
        assert "In the stream" not in [name for name, _ in bindings(driver.screen)]
