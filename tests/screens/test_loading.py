"""Data that arrive while the reader is reading."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.screens.driving import Driver, until
from tests.screens.fake import FakeBrowser
from tui.app import WideviewApp
from tui.errors import InputError
from tui.query.model import Progress, Selection
from tui.screens.loading import loading_text


class Parts:
    """A preview, and everything once :attr:`release` is set."""

    def __init__(self) -> None:
        self.preview, self.complete = FakeBrowser(50, complete=False), FakeBrowser(400)
        self.release = threading.Event()

    def opened(self, report: Any) -> Any:
        """As the application wants it."""
        yield self.preview
        report(Progress("reading parsl.log", 1234, 1, 4))
        self.release.wait(5)
        yield self.complete


@asynccontextmanager
async def explorer(parts: Parts) -> AsyncIterator[Driver]:
    """The explorer on the preview."""
    app = WideviewApp(parts.opened)
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: driver.lines.total == len(parts.preview.all))
        yield driver
        parts.release.set()


async def arrive(driver: Driver, parts: Parts) -> None:
    """Let the complete data come."""
    parts.release.set()
    await until(driver.pilot, lambda: driver.screen.ready and driver.screen.browser is parts.complete)


async def test_complete_data_keep_the_readers_place() -> None:
    """The same record stays on the same line of the screen; selection, marks and the way back too."""
    parts = Parts()
    async with explorer(parts) as driver:
        await driver.until(
            lambda: "the first lines of every file; reading parsl.log, 1,234 records, 25 %" in driver.status
        )
        await driver.press("pagedown", "k", "k", "m", "l", "4")
        await driver.places(2)
        await driver.press("pagedown", "j", "j")
        row, line = driver.lines.current, driver.lines.at - driver.lines.scroll_offset.y
        await arrive(driver, parts)
        now = driver.lines.current
        assert (now.file, now.line) == (row.file, row.line)
        assert driver.lines.at - driver.lines.scroll_offset.y == line
        assert driver.screen.chosen.level == 3
        assert "first lines" not in driver.status
        await driver.press("backspace")
        assert driver.lines.total == 2800
        assert driver.lines.current_id in driver.screen.marks


async def test_a_record_without_a_time_is_found_by_its_text() -> None:
    """Wherever it stands among all the others."""
    parts = Parts()
    for data in (parts.preview, parts.complete):
        data.all[20] = replace(data.all[20], time=None, body="no time here", file="x.out", line=1)
    moved = parts.complete.all.pop(20)
    parts.complete.all.append(replace(moved, id=len(parts.complete.all)))
    parts.complete.all[:] = [replace(row, id=i) for i, row in enumerate(parts.complete.all)]
    async with explorer(parts) as driver:
        driver.lines.go(20)
        await arrive(driver, parts)
        assert driver.lines.current.body == "no time here"
        assert driver.lines.at == 2799


async def test_what_was_asked_of_the_preview_is_not_answered_from_it() -> None:
    """A filter that runs while the data are taken over is dropped, and the reader is told."""
    parts = Parts()
    async with explorer(parts) as driver:
        parts.preview.gate = threading.Event()
        await driver.press("w")
        await driver.type("level:5")
        await driver.press("enter")
        await arrive(driver, parts)
        parts.preview.gate.set()
        await driver.until(lambda: "press that key again" in driver.status)
        await driver.press("enter")
        await driver.places(2)
        assert driver.lines.total == 40


async def test_an_open_flow_is_loaded_again() -> None:
    """With everything in it, on the same step."""
    parts = Parts()
    async with explorer(parts) as driver:
        await driver.press("f")
        await driver.places(2)
        await driver.press("j", "j")
        await arrive(driver, parts)
        await driver.until(lambda: driver.lines.total == 7)
        assert (driver.view, driver.lines.at) == ("flow", 2)
        await driver.press("backspace")
        assert driver.lines.total == len(parts.complete.ids(Selection()))


async def test_keys_before_there_are_data_do_nothing() -> None:
    """Every key may be pressed while nothing is loaded."""
    release = threading.Event()

    def opened(report: Any) -> Any:
        release.wait(5)
        yield FakeBrowser(5)

    app = WideviewApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        assert "reading" in driver.shown()
        await driver.press(
            *"jkgGwflxKeynNmC+-", "slash", "equals_sign", "enter", "space", "tab", "backspace", "apostrophe"
        )
        await driver.press("escape", "escape")
        release.set()
        await driver.until(lambda: driver.lines.total == 35)


async def test_a_load_that_fails_ends_the_application_with_its_message() -> None:
    """Status 2, as for every command."""

    def opened(report: Any) -> Any:
        raise InputError("nothing here")
        yield

    app = WideviewApp(opened)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app._exit)
    assert app.return_code == 2


def test_progress_says_only_what_is_known() -> None:
    """No zeros."""
    assert loading_text(None, False) == "reading …"
    assert loading_text(Progress("reading", 0, 0, 0), True) == "the first lines of every file; reading …"


async def test_the_first_lines_alone_are_not_exported() -> None:
    """Before all is loaded, an export would leave out most of it: it says so instead."""
    parts = Parts()
    async with explorer(parts) as driver:
        await driver.until(lambda: driver.screen.ready)
        await driver.press("e")
        assert "still loading" in driver.status
        await arrive(driver, parts)
