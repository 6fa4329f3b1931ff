"""Tests of tui.widgets.lines_view: text is wrapped whole, and scrolled no further than it goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from tui.widgets.lines_view import LinesView, wrap
from tui.widgets.look import BOLD, PLAIN
from tui.widgets.safe import visible


@given(st.lists(st.text(alphabet="ab 東é\t\x1b"), max_size=4), st.integers(2, 12), st.integers(0, 3))
def test_nothing_is_lost_and_nothing_too_wide(texts: list[str], width: int, indent: int) -> None:
    strips = wrap([(text, PLAIN) for text in texts], width, indent)
    assert all(strip.cell_length <= max(width, indent + 2) for strip in strips)
    rest = [strip.text.removeprefix(" " * indent) for strip in strips[1:]]
    assert "".join([strips[0].text, *rest]) == visible("".join(texts))


def test_what_is_continued_stands_in_and_keeps_its_look() -> None:
    strips = wrap([("ab", PLAIN), ("cdefg", BOLD)], 4, 2)
    assert [strip.text for strip in strips] == ["abcd", "  ef", "  g"]
    assert [(segment.text, segment.style) for segment in strips[0]] == [("ab", PLAIN), ("cd", BOLD)]
    assert [segment.style for segment in strips[2]][-1] == BOLD


def test_a_blank_line_is_a_line() -> None:
    assert [strip.text for strip in wrap([], 10)] == [""]


class Reader(App[None]):
    """A page of ten lines on a screen of four."""

    def compose(self) -> ComposeResult:
        yield LinesView([[(f"line {i} " + "x" * 30, PLAIN)] for i in range(10)])

    def on_mount(self) -> None:
        self.query_one(LinesView).focus()


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        (["k"], 0),
        (["j"], 1),
        (["j", "j", "k"], 1),
        (["space"], 3),
        (["pagedown", "pageup"], 0),
        (["G"], 6),
        (["G", "j"], 6),
        (["G", "g"], 0),
    ],
)
async def test_keys_scroll_within_the_text(keys: list[str], top: int) -> None:
    async with Reader().run_test(size=(60, 4)) as pilot:
        view = pilot.app.query_one(LinesView)
        await pilot.press(*keys)
        assert view.scroll_offset.y == top
        assert view.render_line(0).text.startswith(f"line {top} ")


async def test_other_lines_begin_at_the_top_unless_kept() -> None:
    async with Reader().run_test(size=(60, 4)) as pilot:
        view = pilot.app.query_one(LinesView)
        for keep, top in ((True, 5), (False, 0)):
            await pilot.press("g", *["j"] * 5)
            view.set_lines([[(f"new {i}", PLAIN)] for i in range(20)], keep=keep)
            await pilot.pause()
            assert view.render_line(0).text.rstrip() == f"new {top}"
        view.set_lines([[("alone\x1b", PLAIN)]])
        await pilot.press("j")
        assert [view.render_line(y).text.rstrip() for y in range(2)] == ["alone␛", ""]
        assert view.text == "alone␛"


async def test_a_narrower_screen_wraps_again() -> None:
    async with Reader().run_test(size=(60, 4)) as pilot:
        view = pilot.app.query_one(LinesView)
        assert view.virtual_size.height == 10
        await pilot.resize_terminal(20, 4)
        await pilot.pause()
        assert view.virtual_size.height == 20
        assert view.render_line(1).text == "x" * 17 + " " * 3
