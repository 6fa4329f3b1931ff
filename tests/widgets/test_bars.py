"""Tests of tui.widgets.bars: what gives way when a line is too long."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui.widgets.bars import Bar, Trail
from tui.widgets.look import BOLD, DIM, PLAIN


class Bars(App[None]):
    """A bar and a trail."""

    def compose(self) -> ComposeResult:
        yield Bar(id="bar")
        yield Trail(id="trail")


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("left", "right", "left" + " " * 31 + "right"),
        ("left", "one  two  three", "left" + " " * 21 + "one  two  three"),
        ("l" * 25, "one  two  three", "l" * 25 + "       one  two"),
        ("l" * 36, "one  two  three", "l" * 36 + " " * 4),
        ("l" * 25, "a text that cannot give way", "l" * 25 + "  a text that …"),
        ("l" * 27, "a text that cannot give way", "l" * 27 + " " * 13),
        ("l" * 50, "right", "l" * 40),
        ("東京", "right", "東京" + " " * 31 + "right"),
        ("a\x1bb", "", "a␛b" + " " * 37),
    ],
)
async def test_the_right_gives_way_hint_by_hint(left: str, right: str, shown: str) -> None:
    async with Bars().run_test(size=(40, 4)) as pilot:
        bar = pilot.app.query_one("#bar", Bar)
        bar.show(((left, PLAIN),), (right, DIM))
        strip = bar.render_line(0)
        assert strip.text == shown
        assert strip.cell_length == 40


async def test_the_right_stays_until_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is said already is not painted again."""
    async with Bars().run_test(size=(40, 4)) as pilot:
        bar = pilot.app.query_one("#bar", Bar)
        painted: list[int] = []
        monkeypatch.setattr(bar, "refresh", lambda *args, **more: painted.append(1))
        bar.show((("a", PLAIN),), ("hint", DIM))
        bar.show((("b", PLAIN),))
        assert (bar.text, len(painted)) == ("bhint", 2)
        bar.show((("b", PLAIN),))
        assert len(painted) == 2
        bar.show((("b", BOLD),))
        assert len(painted) == 3, "looks count"


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["all"], "all"),
        (["all", "task 5"], "all › task 5"),
        (["all", "x" * 20, "y" * 20], "… › " + "y" * 20),
        (["z" * 36], "z" * 36),
        ([], ""),
    ],
)
async def test_the_oldest_steps_of_a_trail_give_way(labels: list[str], shown: str) -> None:
    """The last one is always there, and strong."""
    async with Bars().run_test(size=(40, 4)) as pilot:
        trail = pilot.app.query_one("#trail", Trail)
        trail.trail(labels, "")
        assert trail.text == shown
        strong = [segment.text for segment in trail.render_line(0) if segment.style and segment.style.bold]
        assert "".join(strong) == shown.rpartition("› ")[2]
