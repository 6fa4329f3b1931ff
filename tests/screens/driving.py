"""Driving the explorer: start it on data, press keys, wait for what they lead to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from tests.screens.fake import FakeBrowser
from tui.app import WideviewApp
from tui.screens.explore import ExploreScreen

Wide = tuple[int, int]


async def until(pilot: Pilot[Any], condition: Callable[[], object], what: str = "") -> None:
    """Wait for threads and messages until *condition* holds."""
    for _ in range(1500):
        await pilot.pause()
        if condition():
            await pilot.pause()
            return
        await asyncio.sleep(0.01)
    raise AssertionError(what or "waited in vain")


class Driver:
    """An explorer under test."""

    def __init__(self, app: WideviewApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def screen(self) -> ExploreScreen:
        """The explorer."""
        return self.app.explore

    @property
    def lines(self) -> Any:
        """The list on the screen."""
        return self.screen.pane.lines

    @property
    def view(self) -> str:
        """Which view is on the screen."""
        return self.screen.history.here.view

    @property
    def status(self) -> str:
        """The status line."""
        return str(self.screen.query_one("#status").text)  # type: ignore[attr-defined]

    def shown(self) -> str:
        """Everything on the screen, as text."""
        screen = self.app.screen
        height = screen.size.height
        strips = screen._compositor.render_strips(screen.size)
        return "\n".join(strip.text for strip in strips[:height])

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Press the keys of *text*."""
        for char in text:
            await self.pilot.press("space" if char == " " else char)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait."""
        await until(self.pilot, condition, what)

    async def places(self, count: int) -> None:
        """Wait until the trail has *count* places, and for what the last one shows."""
        await self.until(lambda: len(self.screen.history.places) == count, f"no {count} places")


@asynccontextmanager
async def explorer(browser: FakeBrowser | None = None, size: Wide = (120, 40)) -> AsyncIterator[Driver]:
    """The explorer on *browser*, loaded."""
    data = browser or FakeBrowser()

    def opened(report: Any) -> Iterator[Any]:
        yield data

    app = WideviewApp(opened)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: driver.screen.total == len(data.all) and driver.lines.total)
        yield driver
