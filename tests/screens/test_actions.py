"""Tests of tui.screens.actions: what the keys of every view do where there is little to do it with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.screens.driving import explorer
from tests.screens.fake import FakeBrowser
from tui.query.model import Detail, Entity, Selection
from tui.screens.actions import COPIED, free_name
from tui.screens.menu import Menu
from tui.screens.reading import Reading

TASK = Entity("task", (("parsl.task", "5"),), 0, "000")


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        (Selection(), "wideview-all.jsonl"),
        (Selection(level=5), "wideview-error.jsonl"),
        (Selection(entity=TASK, expression="x", level=5), "wideview-000-task-5.jsonl"),
        (Selection("parsl.task:5 AND ../../etc\x1b", 5), "wideview-parsl-task-5-and-etc.jsonl"),
        (Selection("ü: /*/"), "wideview-records.jsonl"),
        (Selection("x" * 100), f"wideview-{'x' * 39}.jsonl"),
    ],
)
def test_a_name_says_what_is_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: Selection, name: str
) -> None:
    """And it lies in the working directory, whatever was typed."""
    monkeypatch.chdir(tmp_path)
    assert free_name(chosen) == name


def test_a_name_is_one_that_no_file_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("wideview-all.jsonl", "wideview-all-2.jsonl", "wideview-all-3.jsonl"):
        assert free_name(Selection()) == name
        (tmp_path / name).touch()


class Bare(FakeBrowser):
    """Records about nothing, in no hierarchy, without conflicts; their text is endless."""

    def entities(self, id: int) -> list[Entity]:
        return []

    def hierarchies(self) -> list[str]:
        return []

    def conflicts(self) -> list[str]:
        return []

    def detail(self, id: int) -> Detail:
        return replace(super().detail(id), original="x" * (COPIED + 1))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("K", "no keys that form a hierarchy here"),
        ("C", "no conflicts"),
        ("n", "nothing searched for yet"),
        ("minus", "this is all there is"),
        ("y", "copied 100,000 characters, cut from 100,001: e exports all"),
    ],
)
async def test_what_cannot_be_done_is_said(key: str, said: str) -> None:
    async with explorer(Bare(5)) as driver:
        await driver.press(key)
        await driver.until(lambda: said in driver.status)
        assert driver.view == "stream" and len(driver.screen.history.places) == 1


async def test_the_template_of_a_record_can_be_followed() -> None:
    """Also where the record is about nothing else; the reader stays on the record."""
    async with explorer(Bare(5)) as driver:
        await driver.press("G")
        record = driver.lines.current_id
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        await driver.press("1")
        await driver.places(2)
        assert driver.screen.chosen.expression == 'template:"Task <*> completed (running -> exec_done)"'
        assert driver.lines.current_id == record


async def test_only_what_fits_the_clipboard_is_copied() -> None:
    async with explorer(Bare(5)) as driver:
        await driver.press("y")
        await driver.until(lambda: "copied" in driver.status)
        assert driver.app.clipboard == "x" * COPIED


async def test_the_same_level_again_goes_nowhere() -> None:
    """The menu begins at the level there is."""
    async with explorer() as driver:
        await driver.press("l", "i")
        await driver.places(2)
        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.screen)
        assert len(driver.screen.history.places) == 2
        assert driver.screen.chosen.level == 3


async def test_search_is_for_the_stream_only() -> None:
    async with explorer() as driver:
        await driver.press("f")
        await driver.places(2)
        await driver.press("slash")
        assert driver.app.screen is driver.screen
        assert "search is for the stream" in driver.status


async def test_in_a_flow_its_own_entity_is_no_offer() -> None:
    """Neither what one follows already."""
    async with explorer() as driver:
        await driver.press("f")
        await driver.places(2)
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert "template Task <*> submitted" in driver.shown() and "1 task" not in driver.shown()


async def test_an_existing_file_is_overwritten_when_that_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text("old")
    async with explorer(FakeBrowser(2)) as driver:
        await driver.press("e", "ctrl+u", *"mine", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        await driver.press("o")
        await driver.until(lambda: "14 records in mine" in driver.status)
        assert len((tmp_path / "mine").read_text().splitlines()) == 14
        await driver.press("e", "ctrl+u", "space", "enter")
        await driver.pilot.pause()
        assert [path.name for path in tmp_path.iterdir()] == ["mine"], "a blank name is none"


async def test_conflicts_are_a_page() -> None:
    async with explorer() as driver:
        await driver.press("C")
        assert isinstance(driver.app.screen, Reading)
        await driver.press("escape")
        assert driver.app.screen is driver.screen
