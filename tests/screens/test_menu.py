"""Tests of tui.screens.menu: a choice by cursor, number or letter."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.pilot import Pilot

from tui.screens.menu import Menu

CHOICES = ["any level", "DEBUG", "INFO", "ERROR", "ERRATIC"]


class Asking(App[None]):
    """Asks at once; remembers the answers."""

    def __init__(self, choices: list[str], at: int = 0) -> None:
        super().__init__()
        self.menu = Menu("least level", choices, at)
        self.answers: list[int | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.menu, self.answers.append)


async def answers(keys: str, choices: list[str] = CHOICES, at: int = 0) -> list[int | None]:
    app = Asking(choices, at)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(*keys.split())
        return app.answers


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("enter", 0),
        ("j j enter", 2),
        ("G k enter", 3),
        ("3", 2),
        ("d", 1),
        ("D", 1),
        ("i", 2),
        ("e enter", 3),
        ("e e enter", 4),
        ("e e e enter", 3),
        ("escape", None),
        ("q", None),
        ("backspace", None),
    ],
)
async def test_keys_choose(keys: str, answer: int | None) -> None:
    assert await answers(keys) == [answer]


@pytest.mark.parametrize("keys", ["6", "0", "9", "z", "exclamation_mark"])
async def test_what_fits_nothing_chooses_nothing(keys: str) -> None:
    assert await answers(keys) == []


async def test_it_begins_where_it_was_told() -> None:
    assert await answers("enter", at=3) == [3]
    assert await answers("e enter", at=3) == [4], "a letter goes to the next"


async def test_keys_that_move_are_no_letters() -> None:
    assert await answers("j enter", ["one", "joke"]) == [1]
    assert await answers("j k enter", ["one", "joke"]) == [0]


def shown(pilot: Pilot[None], menu: Menu) -> list[str]:
    return [
        menu.query_one("#choices").render_line(y).text.rstrip() for y in range(menu.query_one("#choices").size.height)
    ]


async def test_the_first_nine_have_numbers_and_long_ones_are_cut() -> None:
    choices = [f"choice {i}" for i in range(1, 11)] + ["x" * 200]
    app = Asking(choices)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        lines = shown(pilot, app.menu)
        assert lines[8:10] == [" 9 choice 9", "   choice 10"]
        assert lines[10].endswith("x…") and len(lines[10]) < 50
        assert len(lines) == 11
