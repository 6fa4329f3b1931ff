"""The explorer on a real run: what the query layer gives is what the screens expect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.screens.driving import Driver
from tui.app import WideviewApp
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.query.opening import Request, open_catalog
from tui.screens.menu import Menu
from tui.widgets.chart_view import ChartView
from tui.widgets.detail_panel import DetailPanel


@pytest.fixture(scope="module")
def browser() -> Browser:
    """The run that comes with wideview."""
    run = str(resources.files("tui") / "demo" / "runinfo")
    return Browser(open_catalog(Request((run,), cache=False), None))


@asynccontextmanager
async def explorer(browser: Browser, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """The explorer on it."""

    def opened(report: Any) -> Iterator[Browser]:
        yield browser

    app = WideviewApp(opened)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: driver.lines.total == len(browser.ids(Selection())))
        yield driver


async def test_stream_detail_and_flow(browser: Browser) -> None:
    """From an error to its details, to the flow of its task and back."""
    async with explorer(browser) as driver:
        await driver.press("E", "enter")
        await driver.until(lambda: driver.lines.at > 0)
        detail = driver.screen.query_one(DetailPanel)
        await driver.until(lambda: "parsl.task" in detail.text)
        at = driver.lines.at
        await driver.press("escape", "f")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        await driver.press("1")
        await driver.places(2)
        assert driver.view == "flow" and driver.lines.total > 10
        assert "steps in" in driver.shown()
        await driver.press("backspace")
        assert (driver.view, driver.lines.at) == ("stream", at)


async def test_filter_and_its_mistakes(browser: Browser) -> None:
    """The real grammar's mistakes have a caret; a valid expression narrows."""
    async with explorer(browser, (80, 24)) as driver:
        await driver.press("w")
        await driver.type("parsl.task:(5")
        await driver.until(lambda: "▲" in driver.shown())
        bar = driver.screen.query_one("#where")
        bar.line.value = ""  # type: ignore[attr-defined]
        await driver.type("parsl.ta")
        await driver.until(lambda: "parsl.task:" in driver.shown())
        await driver.press("tab")
        await driver.type("5")
        await driver.press("enter")
        await driver.places(2)
        assert 0 < driver.lines.total < driver.screen.total


async def test_values_of_a_record_are_terms_that_keep_it(browser: Browser) -> None:
    """Whatever is chosen of a record to keep, the record is kept; excluded, it is gone."""
    async with explorer(browser) as driver:
        driver.lines.go(len(browser.ids(Selection())) // 2)
        record = driver.lines.current_id
        await driver.press("equals_sign")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        count = len(driver.app.screen._list.choices)  # type: ignore[attr-defined]
        await driver.press("escape")
        for index in range(0, count, max(1, count // 8)):
            await driver.press("equals_sign")
            await driver.until(lambda: isinstance(driver.app.screen, Menu))
            said = driver.app.screen._list.choices[index]  # type: ignore[attr-defined]
            await driver.press(*["j"] * index, "enter")
            await driver.places(2)
            assert driver.lines.total, said
            assert driver.lines.current_id == record, said
            await driver.press("backspace")


async def test_every_chart_on_the_screen(browser: Browser) -> None:
    """Each that the run can fill is drawn; its cursor goes from end to end, and its parts are gone through."""
    async with explorer(browser, (80, 24)) as driver:
        await driver.press("c")
        await driver.until(lambda: driver.view == "charts")
        view = driver.screen.query_one(ChartView)
        for number, offer in enumerate(browser.offers(), 1):
            if offer.lack is not None:
                continue
            await driver.until(lambda: view.panels)
            await driver.press("c")
            await driver.until(lambda: isinstance(driver.app.screen, Menu))
            await driver.press(*["g", *["j"] * (number - 1), "enter"])
            await driver.until(lambda: view.panel.plot.name == offer.name, offer.name)  # noqa: B023
            panel = view.panel
            assert panel is not None and panel.drawn, offer.name
            await driver.press("home", "right", "pagedown", "end", "down", "down", "up", "up", "tab")
            assert "internal error" not in driver.shown()


async def test_key_navigator(browser: Browser) -> None:
    """Runs are named as people name them; what is below opens; enter shows a node's records."""
    async with explorer(browser) as driver:
        await driver.press("K")
        await driver.until(lambda: driver.view == "keys" and driver.lines.total)
        assert "run 000" in driver.shown()
        await driver.press("space")
        await driver.until(lambda: driver.lines.total > 10)
        node = driver.lines.rows[1].node
        await driver.press("j", "enter")
        await driver.places(3)
        assert driver.lines.total == node.count


async def test_search_and_export(browser: Browser, tmp_path: Path) -> None:
    """Hits are counted; the selection is written as it is."""
    async with explorer(browser) as driver:
        await driver.press("slash")
        await driver.type("launched")
        await driver.press("enter")
        await driver.until(lambda: "1 of" in driver.status)
        assert "launched" in driver.lines.current.body
        await driver.press("e", "ctrl+u")
        driver.app.screen.query_one("Input").value = str(tmp_path / "out.jsonl")  # type: ignore[attr-defined]
        await driver.press("enter")
        await driver.until(lambda: "records in" in driver.status)
        assert len((tmp_path / "out.jsonl").read_text().splitlines()) == driver.screen.total
