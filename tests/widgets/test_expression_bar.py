"""Tests of tui.widgets.expression_bar: what is said while one types, what is offered, and what enter does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.errors import FilterError, StoreError, WideviewError
from tui.query.model import Facet
from tui.widgets.bars import Bar
from tui.widgets.expression_bar import ExpressionBar

KEYS = ["level", "parsl.task", "source"]


def check(expression: str) -> list[str]:
    """Refuses brackets where they stand."""
    if "(" in expression:
        raise FilterError("a bracket is not closed", expression.index("("))
    return ["no such key"] if "nokey" in expression else []


def values(key: str, prefix: str, limit: int) -> Facet:
    """Two workers."""
    if key == "broken":
        raise StoreError("the index is gone")
    names = [(name, count) for name, count in (("worker 1", 1200), ("work", 3)) if name.startswith(prefix)]
    return Facet(key, tuple(names[:limit]))


class Typing(App[None]):
    """The bar alone, and what it tells."""

    def __init__(self, keys: Callable[[], list[str]] = lambda: KEYS) -> None:
        super().__init__()
        self.keys, self.told = keys, list[str]()

    def compose(self) -> ComposeResult:
        yield ExpressionBar(check, self.keys, values)

    @on(ExpressionBar.Applied)
    def _applied(self, event: ExpressionBar.Applied) -> None:
        self.told.append(f"applied {event.expression}")

    @on(ExpressionBar.Closed)
    def _closed(self) -> None:
        self.told.append("closed")

    @on(ExpressionBar.Typed)
    def _typed(self) -> None:
        self.told.append("typed")


def text(app: App[None], which: str) -> str:
    return app.query_one(f"#{which}", Bar).text.strip()


async def start(pilot: Pilot[None], expression: str = "") -> ExpressionBar:
    bar = pilot.app.query_one(ExpressionBar)
    bar.open(expression)
    await pilot.pause()
    return bar


async def offered(pilot: Pilot[None], wanted: str) -> None:
    """Wait until *wanted* is what is offered: values are asked for in a thread."""
    for _ in range(1500):
        await pilot.pause()
        if text(pilot.app, "choices") == wanted:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(text(pilot.app, "choices"))


async def test_enter_applies_what_may_be_applied() -> None:
    app = Typing()
    async with app.run_test(size=(80, 5)) as pilot:
        bar = await start(pilot, " level:5 ")
        assert bar.is_open and bar.line.cursor_position == len(" level:5 ")
        app.told.clear()
        await pilot.press("enter")
        bar.line.value = "a (b"
        await pilot.press("enter")
        assert [each for each in app.told if each != "typed"] == ["applied level:5"]


async def test_escape_closes_and_nothing_is_applied() -> None:
    app = Typing()
    async with app.run_test(size=(80, 5)) as pilot:
        bar = await start(pilot)
        await pilot.press("a", "escape")
        assert not bar.is_open
        assert app.told[-2:] == ["typed", "closed"]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "enter applies, tab completes, esc leaves"),
        ("nokey:5", "no such key"),
        ("ab (", "   ▲ a bracket is not closed"),
        ("a" * 50 + "(", " " * 26 + "a bracket is not closed ▲"),
    ],
)
async def test_what_is_wrong_stands_under_its_place(expression: str, said: str) -> None:
    async with Typing().run_test(size=(60, 5)) as pilot:
        await start(pilot, expression)
        shown = pilot.app.query_one("#said", Bar).render_line(0).text.rstrip()
        assert shown == said
        if "▲" in said:
            assert shown.index("▲") == expression.index("(")


async def test_a_mistake_without_a_place_is_only_said() -> None:
    async with Typing().run_test(size=(60, 5)) as pilot:
        bar = await start(pilot)
        bar.refuse(WideviewError("the disk is full"))
        assert pilot.app.query_one("#said", Bar).text == "the disk is full"
        bar.working()
        assert "filtering" in text(pilot.app, "said")


async def test_keys_are_offered_and_taken() -> None:
    async with Typing().run_test(size=(80, 5)) as pilot:
        bar = await start(pilot)
        await pilot.press("tab")
        assert bar.line.value == "", "nothing to take"
        await pilot.press("s")
        assert text(pilot.app, "choices").split() == ["source:", "parsl.task:"]
        await pilot.press("up", "tab")
        assert (bar.line.value, bar.line.cursor_position) == ("parsl.task:", 11)


async def test_values_are_offered_with_their_numbers_and_quoted() -> None:
    async with Typing().run_test(size=(80, 5)) as pilot:
        bar = await start(pilot)
        await pilot.press(*"source", "colon", "w")
        await offered(pilot, '"worker 1" 1,200   work 3')
        await pilot.press("tab")
        assert bar.line.value == 'source:"worker 1"'


async def test_values_that_cannot_be_asked_are_not_offered() -> None:
    async with Typing().run_test(size=(80, 5)) as pilot:
        await start(pilot)
        await pilot.press("s")
        await offered(pilot, "source:   parsl.task:")
        pilot.app.query_one(ExpressionBar).line.value = "broken:w"
        await offered(pilot, "")


async def test_an_answer_that_comes_too_late_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    began, gate = threading.Event(), threading.Event()

    def slow(key: str, prefix: str, limit: int) -> Facet:
        began.set()
        gate.wait(5)
        return Facet(key, (("late", 1),))

    async with Typing().run_test(size=(80, 5)) as pilot:
        bar = await start(pilot)
        monkeypatch.setattr(bar, "_values", slow)
        bar.line.value = "source:"
        await pilot.pause()
        assert await asyncio.to_thread(began.wait, 5)
        bar.line.value = "lev"
        await offered(pilot, "level:")
        gate.set()
        await asyncio.sleep(0.1)
        await offered(pilot, "level:")


async def test_other_data_have_other_keys() -> None:
    known = ["level"]
    async with Typing(lambda: list(known)).run_test(size=(80, 5)) as pilot:
        bar = await start(pilot)
        known.append("zebra")
        bar.check_again()
        await pilot.press("z")
        assert text(pilot.app, "choices") == "zebra:"
