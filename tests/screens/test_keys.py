"""The key navigator."""

from __future__ import annotations

from tests.screens.driving import Driver, explorer
from tests.screens.fake import FakeBrowser


async def opened(driver: Driver) -> None:
    """Open the tree and its only root."""
    await driver.press("K")
    await driver.until(lambda: driver.view == "keys" and driver.lines.total == 1)
    await driver.press("space")
    await driver.until(lambda: driver.lines.total > 1)


async def test_tree_opens_in_chunks() -> None:
    """Children load when they are opened; many come a chunk at a time."""
    async with explorer(FakeBrowser(250)) as driver:
        await opened(driver)
        assert driver.lines.total == 102
        await driver.press("G")
        assert "… 150 more" in driver.shown()
        await driver.press("enter")
        assert driver.lines.total == 251
        await driver.press("left", "left")
        assert driver.lines.total == 1


async def test_sort_keeps_what_is_open() -> None:
    """Sorted by errors, the failed tasks come first."""
    async with explorer(FakeBrowser(30)) as driver:
        await opened(driver)
        await driver.press("S", "S")
        await driver.until(lambda: "by errors" in driver.shown())
        await driver.press("j")
        await driver.until(lambda: "parsl.task=3" in driver.status)
        assert driver.lines.total == 31


async def test_enter_narrows_and_f_follows() -> None:
    """From a node to its records and to its flow, and back to the node."""
    async with explorer(FakeBrowser(30)) as driver:
        await opened(driver)
        await driver.press("j", "j", "enter")
        await driver.places(3)
        assert (driver.view, driver.lines.total) == ("stream", 7)
        await driver.press("backspace")
        assert (driver.view, driver.lines.at, driver.lines.total) == ("keys", 2, 31)
        await driver.press("f")
        await driver.places(3)
        assert driver.screen.history.labels[-1] == "task 1 of 000"
