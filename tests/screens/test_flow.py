"""Following one thing, and on from there."""

from __future__ import annotations

from tests.screens.driving import explorer
from tests.screens.fake import FakeBrowser
from tests.screens.test_explore import where
from tui.screens.menu import Menu


async def test_follow_opens_the_only_entity_and_back_is_exact() -> None:
    """No menu where there is nothing to choose; the cursor is on the record one came from."""
    async with explorer() as driver:
        await driver.press("pagedown", "j")
        driver.lines.go(next(i for i in range(driver.lines.at, 100) if "submitted" in driver.lines.pages.row(i).body))
        await driver.pilot.pause()
        before = where(driver)
        record = driver.lines.current_id
        await driver.press("f")
        await driver.places(2)
        assert driver.view == "flow"
        assert driver.screen.pane.record is not None and driver.screen.pane.record.id == record
        assert "7 steps in 4 files" in driver.shown()
        await driver.press("backspace")
        await driver.until(lambda: where(driver) == before)


async def test_follow_asks_which() -> None:
    """A record about several things gives a choice; numbers choose."""
    async with explorer() as driver:
        await driver.press(*["j"] * 4, "f")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert "2 worker 1 of 000" in driver.shown()
        await driver.press("1")
        await driver.places(2)
        assert driver.screen.history.labels == ["all", "task 0 of 000"]


async def test_slow_steps_tell_what_they_waited_for() -> None:
    """The wait, how far up it counts from, and in words in the status line."""
    async with explorer() as driver:
        driver.lines.go(next(i for i in range(100) if "Task 5 sub" in driver.lines.pages.row(i).body))
        await driver.press("f")
        await driver.places(2)
        assert "5.02 s ↑2" in driver.shown()
        await driver.press("S")
        assert "waited 5.02 s since step 4: Got executor tasks: [5]" in driver.status
        assert "waited for task 4 of 000" in driver.shown()
        before = where(driver)
        await driver.press("g", "f")
        await driver.until(lambda: len(driver.screen.history.places) == 3)
        assert driver.screen.history.labels[-1] == "task 4 of 000"
        await driver.press("backspace", "S")
        await driver.until(lambda: where(driver) == before)


async def test_jump_to_the_stream() -> None:
    """o shows the record among all others."""
    async with explorer() as driver:
        await driver.press("f")
        await driver.places(2)
        await driver.press("j", "j", "o")
        await driver.places(3)
        assert driver.view == "stream"
        assert driver.lines.current.body == "Fetched task 0"
        await driver.press("backspace")
        assert (driver.view, driver.lines.at) == ("flow", 2)


async def test_a_level_narrows_the_flow_to_a_stream() -> None:
    """What narrows works on a flow too: its records as a stream."""
    async with explorer(FakeBrowser(20)) as driver:
        await driver.press("f")
        await driver.places(2)
        await driver.press("l", "i")
        await driver.places(3)
        assert (driver.view, driver.lines.total) == ("stream", 4)
