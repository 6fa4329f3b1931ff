"""Tests of tui.widgets.line_list: the cursor stays in the list and on the screen."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual import on
from textual.app import App, ComposeResult

from tui.widgets.line_list import LineList


class Letters(LineList):
    """A hundred lines."""

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        return [Segment(f"line {index}{' here' if current else ''}")]


class Listing(App[None]):
    """Ten lines of them on the screen; remembers what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: list[int] = []
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield Letters(id="letters")

    def on_mount(self) -> None:
        self.query_one(Letters).set_lines(100)
        self.query_one(Letters).focus()

    @on(LineList.Moved, "#letters")
    def _moved(self, event: LineList.Moved) -> None:
        self.moved.append(event.lines.at)

    @on(LineList.Chosen, "#letters")
    def _chosen(self, event: LineList.Chosen) -> None:
        self.chosen.append(event.lines.at)


@pytest.mark.parametrize(
    ("keys", "at", "top"),
    [
        ("k", 0, 0),
        ("j j k", 1, 0),
        ("down up up", 0, 0),
        (" ".join(["j"] * 9), 9, 0),
        (" ".join(["j"] * 10), 10, 5),
        ("pagedown", 9, 9),
        ("j pagedown pagedown pageup", 10, 9),
        ("pageup", 0, 0),
        ("G", 99, 90),
        ("end pagedown", 99, 90),
        ("G pageup", 90, 81),
        ("G g", 0, 0),
    ],
)
async def test_keys(keys: str, at: int, top: int) -> None:
    app = Listing()
    async with app.run_test(size=(40, 10)) as pilot:
        letters = app.query_one(Letters)
        await pilot.press(*keys.split())
        assert (letters.at, letters.top, letters.scroll_offset.y) == (at, top, top)
        assert letters.render_line(at - top).text.rstrip() == f"line {at} here"
        assert letters.render_line(0 if at > top else 1).text.rstrip() == f"line {top if at > top else top + 1}"


async def test_it_tells_where_it_moved_and_what_was_chosen() -> None:
    """A key that moves nothing tells nothing."""
    app = Listing()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("k", "j", "j", "enter", "G", "j")
        await pilot.pause()
        assert app.moved == [0, 1, 2, 99]
        assert app.chosen == [2]


async def test_an_empty_list_says_so_and_nothing_can_be_chosen() -> None:
    app = Listing()
    async with app.run_test(size=(12, 10)) as pilot:
        letters = app.query_one(Letters)
        letters.empty = "nothing at all here"
        letters.set_lines(0)
        await pilot.press("j", "G", "pagedown", "enter")
        assert (letters.at, app.chosen) == (0, [])
        assert letters.render_line(0).text == "nothing at …"
        assert letters.render_line(1).text.strip() == ""


@pytest.mark.parametrize(
    ("at", "top", "shown"), [(50, 45, (50, 45)), (500, None, (99, 90)), (-3, 0, (0, 0)), (50, 95, (50, 45))]
)
async def test_a_place_is_taken_up_again(at: int, top: int | None, shown: tuple[int, int]) -> None:
    """As it was; and if that cannot be, with the cursor in sight."""
    app = Listing()
    async with app.run_test(size=(40, 10)) as pilot:
        letters = app.query_one(Letters)
        letters.set_lines(100, at, top)
        await pilot.pause()
        assert (letters.at, letters.scroll_offset.y) == shown


async def test_a_smaller_screen_keeps_the_cursor_in_sight() -> None:
    app = Listing()
    async with app.run_test(size=(40, 10)) as pilot:
        letters = app.query_one(Letters)
        await pilot.press(*["j"] * 9)
        await pilot.resize_terminal(40, 4)
        await pilot.pause()
        assert letters.at == 9
        assert letters.scroll_offset.y <= 9 < letters.scroll_offset.y + 4


async def test_the_mouse_moves_the_cursor_but_not_beyond_the_lines() -> None:
    app = Listing()
    async with app.run_test(size=(40, 10)) as pilot:
        letters = app.query_one(Letters)
        await pilot.press("pagedown")
        await pilot.click(Letters, offset=(3, 4))
        assert letters.at == 13
        letters.set_lines(2)
        await pilot.pause()
        await pilot.click(Letters, offset=(3, 4))
        assert letters.at == 0


async def test_sideways_by_half_a_screen_and_not_before_the_first_column() -> None:
    app = Listing()
    async with app.run_test(size=(40, 10)) as pilot:
        letters = app.query_one(Letters)
        await pilot.press("left")
        assert letters.aside == 0
        await pilot.press("right", "right", "left")
        assert letters.aside == 20
