"""Tests of tui.screens.stream: histogram, hits, errors and the window."""

from __future__ import annotations

import numpy
import pytest

from tests.screens.driving import Driver, explorer
from tests.screens.fake import FakeBrowser
from tui.query.model import Histogram, Selection
from tui.screens.stream import StreamPane


async def search(driver: Driver, text: str) -> None:
    await driver.press("slash", "ctrl+u")
    await driver.type(text)
    await driver.press("enter")
    pane = driver.screen.query_one(StreamPane)
    await driver.until(lambda: pane.hits is not None and pane.sought == text)


class Counting(FakeBrowser):
    """Remembers which ids it was asked for."""

    def __init__(self, tasks: int) -> None:
        super().__init__(tasks)
        self.asked: list[Selection] = []
        self.plain = FakeBrowser(tasks)

    def ids(self, selection: Selection) -> numpy.ndarray:
        self.asked.append(selection)
        return super().ids(selection)

    def histogram(self, selection: Selection, bins: int) -> Histogram:
        return self.plain.histogram(selection, bins)


async def test_going_back_asks_nothing() -> None:
    data = Counting(20)
    async with explorer(data) as driver:
        await driver.press("l", "e")
        await driver.places(2)
        data.asked.clear()
        await driver.press("backspace")
        await driver.until(lambda: driver.lines.total == 140)
        assert data.asked == []


@pytest.mark.parametrize(("height", "rows"), [(40, 2), (30, 2), (29, 1), (24, 1)])
async def test_a_second_row_of_the_histogram_where_there_is_room(height: int, rows: int) -> None:
    async with explorer(FakeBrowser(20), size=(100, height)) as driver:
        band = driver.screen.query_one(StreamPane).band
        await driver.until(lambda: band.size.height == rows)


async def test_the_cursor_of_the_histogram_follows() -> None:
    async with explorer(FakeBrowser(50)) as driver:
        band = driver.screen.query_one(StreamPane).band

        def column() -> int:
            line = band.render_line(band.size.height - 1)
            marked = [x for x, look in enumerate(s.style for s in line for _ in s.text) if look and look.reverse]
            return marked[0] if marked else -1

        await driver.until(lambda: column() == 11)
        await driver.press("G")
        await driver.until(lambda: column() > 11 + band.bins // 2)


async def test_a_search_begins_at_the_cursor_and_goes_round() -> None:
    """A hit under the cursor is the first."""
    async with explorer() as driver:
        await search(driver, "Task 50 submitted")
        at = driver.lines.at
        assert "Task 50 submitted" in driver.lines.current.body
        await search(driver, "submitted")
        assert driver.lines.at == at
        assert "51 of 100" in driver.status
        await driver.press("G", "n")
        assert driver.lines.at == 0
        assert "went on from the other end" in driver.status
        await driver.press("N")
        assert "Task 99 submitted" in driver.lines.current.body


async def test_a_search_that_finds_nothing_stays() -> None:
    async with explorer() as driver:
        await driver.press("j", "j")
        await search(driver, "nothinglikeit")
        assert driver.lines.at == 2
        assert "nothing found: nothinglikeit" in driver.status


async def test_hits_are_those_of_the_selection() -> None:
    """After narrowing they are looked for again."""
    async with explorer() as driver:
        await search(driver, "failed")
        assert "of 10" in driver.screen.pane.remark()
        await driver.press("l", "d")
        await driver.places(2)
        assert driver.screen.pane.remark() == ""
        await driver.press("equals_sign")
        await driver.until(lambda: driver.app.screen is not driver.screen)
        await driver.press("1")
        await driver.places(3)
        await driver.press("n")
        await driver.until(lambda: driver.screen.pane.remark() != "")
        assert driver.screen.pane.remark().startswith("/failed")


async def test_errors_one_after_the_other_and_round() -> None:
    async with explorer(FakeBrowser(20)) as driver:
        seen = []
        for _ in range(3):
            before = driver.lines.at
            await driver.press("E")
            await driver.until(lambda before=before: driver.lines.at != before)
            seen.append(driver.lines.current.body.partition("\n")[0])
        assert seen == ["Task 3 failed", "Task 13 failed", "Task 3 failed"]
        assert "went on from the other end" in driver.status


async def test_no_error_is_said() -> None:
    async with explorer(FakeBrowser(3)) as driver:
        await driver.press("E")
        await driver.until(lambda: "no error here" in driver.status)
        assert driver.lines.at == 0
