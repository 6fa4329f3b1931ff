"""Reading, narrowing, following, and coming back to exactly where one was."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.screens.driving import Driver, explorer
from tests.screens.fake import FakeBrowser
from tui.screens.help import bindings
from tui.screens.menu import Menu
from tui.screens.prompt import Prompt
from tui.screens.reading import Reading
from tui.widgets.detail_panel import DetailPanel
from tui.widgets.expression_bar import ExpressionBar


def where(driver: Driver) -> tuple[Any, ...]:
    """What must be the same after going somewhere and back."""
    place = driver.screen.history.here
    lines = driver.lines
    return place.view, place.chosen, place.entity, lines.total, lines.at, lines.scroll_offset.y, driver.shown()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_opens_with_records_and_pages(size: tuple[int, int]) -> None:
    """The first page is there; paging moves cursor and lines, the ends are the ends."""
    async with explorer(size=size) as driver:
        assert "Task 0 submitted" in driver.shown()
        assert "1/700" in driver.status
        page = driver.lines.page_size
        await driver.press("pagedown")
        assert (driver.lines.at, driver.lines.scroll_offset.y) == (page - 1, page - 1)
        await driver.press("G")
        assert driver.lines.at == 699
        assert "Task 99 completed" in driver.shown()
        await driver.press("j")
        assert driver.lines.at == 699
        await driver.press("g", "k")
        assert driver.lines.at == 0


async def test_hostile_text_is_shown_as_marks() -> None:
    """No control character, bidi override or markup of a record has an effect."""
    async with explorer(FakeBrowser(10), size=(160, 40)) as driver:
        await driver.press("G")
        shown = driver.shown()
        assert "␛]0;owned␇ ␛[31mred [bold]markup[/bold] ⟨202E⟩gnp.exe⟨200B⟩ and ⟨009B⟩2J" in shown
        assert not set(shown) & set("\x1b\x07\x9b\u202e\u200b")


async def test_long_bodies_fold_and_unfold_in_the_detail() -> None:
    """A traceback is one line with a count; enter shows all of it and where its keys come from."""
    async with explorer(size=(120, 60)) as driver:
        assert "Task 3 failed ⏎ +23" in driver.shown()
        await driver.press("E", "enter")
        detail = driver.screen.query_one(DetailPanel)
        await driver.until(lambda: "Traceback" in detail.text)
        assert "line 21" in detail.text
        assert "← executor task implies task via runinfo/000/parsl.log:12" in detail.text
        assert "also in runinfo/000/task.log:1" in detail.text
        await driver.press("j")
        await driver.until(lambda: "Traceback" not in detail.text)
        await driver.press("escape")
        assert not detail.is_open


async def test_level_narrows_and_back_restores_view_and_cursor() -> None:
    """The least level is chosen from a menu; backspace leads to the same lines and cursor."""
    async with explorer() as driver:
        await driver.press("pagedown", "j", "j")
        before = where(driver)
        await driver.press("l")
        assert isinstance(driver.app.screen, Menu)
        await driver.type("e")
        await driver.places(2)
        assert driver.lines.total == 10
        assert "level ≥ERROR" in driver.shown()
        assert "of 700" in driver.status
        await driver.press("backspace")
        await driver.until(lambda: where(driver) == before)


async def test_narrowing_keeps_the_record_under_the_cursor() -> None:
    """What stays in the selection stays under the cursor."""
    async with explorer() as driver:
        await driver.press("E")
        record = driver.lines.current_id
        await driver.press("l", "6")
        await driver.places(2)
        assert driver.lines.current_id == record


async def test_expression_filters_and_says_what_is_wrong() -> None:
    """An invalid expression names the place and changes nothing; a valid one is applied."""
    async with explorer() as driver:
        await driver.press("w")
        bar = driver.screen.query_one(ExpressionBar)
        assert bar.is_open
        await driver.type("ab (level:5")
        assert "   ▲ a bracket is not closed" in driver.shown()
        await driver.press("enter")
        assert bar.is_open and len(driver.screen.history.places) == 1
        bar.line.value = ""
        await driver.type("level:5")
        await driver.press("enter")
        await driver.places(2)
        assert not bar.is_open
        assert driver.lines.total == 10
        assert driver.screen.focused is driver.lines
        await driver.press("w")
        assert bar.line.value == "level:5"
        await driver.press("escape")
        assert not bar.is_open and driver.lines.total == 10


async def test_expression_notes_and_completion() -> None:
    """Notes are shown; tab completes keys, then values with their counts."""
    async with explorer() as driver:
        await driver.press("w")
        await driver.type("nokey:5")
        assert "no key is named nokey" in driver.shown()
        bar = driver.screen.query_one(ExpressionBar)
        bar.line.value = ""
        await driver.type("sou")
        await driver.until(lambda: "source:" in driver.shown())
        await driver.press("tab")
        assert bar.line.value == "source:"
        await driver.type("w")
        await driver.until(lambda: '"worker 2" 100' in driver.shown())
        await driver.press("down", "tab")
        assert bar.line.value == 'source:"worker 2"'


async def test_typing_on_supersedes_a_filter_that_runs() -> None:
    """The answer to an expression that is not the one any more is dropped."""
    data = FakeBrowser()
    async with explorer(data) as driver:
        data.gate = threading.Event()
        await driver.press("w")
        await driver.type("level:5")
        await driver.press("enter")
        await driver.type("5")
        data.gate.set()
        for _ in range(10):
            await driver.pilot.pause(0.01)
        assert len(driver.screen.history.places) == 1
        assert "stream" in data.interrupted


async def test_nothing_matches() -> None:
    """An empty selection says so, and back leads out of it."""
    async with explorer() as driver:
        await driver.press("w")
        await driver.type("nothinglikeit")
        await driver.press("enter")
        await driver.places(2)
        assert "no record matches" in driver.shown()
        await driver.press("j", "enter", "f", "y", "m", "plus")
        await driver.press("escape", "backspace")
        assert driver.lines.total == 700


async def test_keep_only_and_exclude() -> None:
    """A value of the record becomes a term of the expression."""
    async with explorer() as driver:
        await driver.press("equals_sign")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert "parsl.task:0" in driver.shown()
        await driver.type("2")
        await driver.places(2)
        assert driver.screen.chosen.expression == "source:parsl"
        await driver.press("x")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert 'template:"Task <*> submitted' in driver.shown()
        await driver.press("j", "j", "j", "enter")
        await driver.places(3)
        assert driver.screen.chosen.expression == "source:parsl AND NOT parsl.task:0"


async def test_window_halves_and_doubles_around_the_cursor() -> None:
    """Plus narrows, minus widens, until everything is shown again."""
    async with explorer() as driver:
        driver.lines.go(400)
        record = driver.lines.current_id
        await driver.press("plus")
        await driver.places(2)
        assert 200 < driver.lines.total < 500
        assert driver.lines.current_id == record
        await driver.press("minus")
        await driver.places(3)
        assert driver.lines.total == 700
        await driver.press("backspace", "backspace")
        assert driver.lines.current_id == record


async def test_search_goes_from_hit_to_hit() -> None:
    """Slash searches, n and N go on, round the ends."""
    async with explorer() as driver:
        await driver.press("slash")
        assert isinstance(driver.app.screen, Prompt)
        await driver.type("failed")
        await driver.press("enter")
        await driver.until(lambda: "1 of 10" in driver.status)
        first = driver.lines.at
        await driver.press("n")
        assert driver.lines.at > first
        await driver.press("N", "N")
        assert "10 of 10" in driver.screen.pane.remark()
        assert "from the other end" in driver.status
        await driver.press("n")
        assert driver.lines.at == first


async def test_marks() -> None:
    """m marks, the apostrophe goes through the marks."""
    async with explorer() as driver:
        await driver.press("j", "m", "j", "j", "m", "g", "apostrophe")
        assert driver.lines.at == 1
        await driver.press("apostrophe")
        assert driver.lines.at == 3
        await driver.press("apostrophe")
        assert driver.lines.at == 1
        assert "*07:19:54" in driver.shown()


async def test_export_writes_and_never_overwrites_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is free by default; an existing file is kept unless told otherwise."""
    monkeypatch.chdir(tmp_path)
    async with explorer() as driver:
        await driver.press("e")
        await driver.press("enter")
        await driver.until(lambda: "700 records in wideview-all.jsonl" in driver.status)
        await driver.press("e")
        assert "wideview-all-2.jsonl" in driver.shown()
        await driver.press("escape")
        (tmp_path / "mine").write_text("kept")
        await driver.press("e", "ctrl+u")
        await driver.type("mine")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        await driver.press("enter")
        assert (tmp_path / "mine").read_text() == "kept"


async def test_copy_goes_through_the_terminal() -> None:
    """The original text is what is copied."""
    async with explorer() as driver:
        await driver.press("y")
        await driver.until(lambda: "copied" in driver.status)
        assert driver.app.clipboard.endswith("Task 0 submitted for App add, not waiting on any dependency")


async def test_one_value_is_copied() -> None:
    """The menu offers the body, the place and every key; what is chosen is copied as it stands."""
    async with explorer() as driver:
        copied: list[str] = []
        driver.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await driver.press("Y")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert "parsl.executor  htex_Local" in driver.shown()
        await driver.press("G", "enter")
        await driver.until(lambda: "copied" in driver.status)
        assert copied == ["htex_Local"]


async def test_help_has_every_key_of_the_view() -> None:
    """The help is made from the bindings, and is left with any of the usual keys."""
    async with explorer() as driver:
        groups = bindings(driver.screen)
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, Reading)
        text = driver.app.screen.query_one("LinesView").text  # type: ignore[attr-defined]
        for _, group in groups:
            for keys, description in group:
                assert keys in text and description in text
        for key in ("f", "w", "/", "K", "e", "n", "+", "=", "?", "Q"):
            assert any(key in keys.split() for _, group in groups for keys, _ in group), key
        await driver.press("q")
        assert driver.app.screen is driver.screen


async def test_palette_lists_actions() -> None:
    """The command palette knows what keys do."""
    async with explorer() as driver:
        await driver.press("colon")
        await driver.type("navig")
        await driver.until(lambda: "key navigator" in driver.shown())
        await driver.press("escape")


async def test_conflicts_are_counted_and_listed() -> None:
    """The status line has their number, C the list."""
    async with explorer() as driver:
        assert "1 conflict" in driver.status
        await driver.press("C")
        assert "two executor tasks" in driver.shown()


async def test_q_goes_back_then_quits() -> None:
    """q comes back, and quits from the first view."""
    async with explorer() as driver:
        await driver.press("K", "q")
        assert driver.view == "stream"
        await driver.press("q")
        assert driver.app._exit
