"""Tests of tui.screens.templates, values and hiding: what the keys do, on the run that comes with wideview."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tests.query.making import load
from tests.screens.driving import Driver
from tui.app import WideviewApp
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.query.templates import SORTS
from tui.screens.menu import Menu
from tui.screens.stream import StreamPane
from tui.screens.templates import TemplatesPane
from tui.screens.values import Values
from tui.widgets.value_list import ValueList

PICTURE = Path(__file__).with_name("golden") / "templates.svg"


@pytest.fixture(scope="module")
def browser() -> Browser:
    return Browser(load(FIXTURES / "text" / "runinfo"))


@asynccontextmanager
async def explorer(browser: Browser, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """The explorer on it."""

    def opened(report: Any) -> Iterator[Browser]:
        yield browser

    app = WideviewApp(opened)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: driver.screen.total and driver.lines.total == len(browser.ids(Selection())))
        yield driver


@asynccontextmanager
async def listed(browser: Browser, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """The explorer on the list of templates."""
    async with explorer(browser, size) as driver:
        await driver.press("t")
        await driver.until(lambda: driver.view == "templates" and driver.lines.total)
        yield driver


def pane(driver: Driver) -> TemplatesPane:
    return driver.screen.query_one(TemplatesPane)


def current(driver: Driver) -> str:
    template = pane(driver).template
    assert template is not None
    return template.text


async def find(driver: Driver, text: str) -> None:
    """Put the cursor on the template *text*."""
    rows = [row.text for row in pane(driver).lines.found.rows]
    driver.lines.go(rows.index(text))
    await driver.pilot.pause()
    assert current(driver) == text


async def test_a_line_a_template(browser: Browser) -> None:
    async with listed(browser) as driver:
        wanted = browser.templates(Selection())
        assert driver.lines.total == len(wanted.rows)
        first = wanted.rows[0]
        line = next(line for line in driver.shown().splitlines() if first.text[:24] in line)
        assert line.split()[:3] == [f"{first.count:,}", f"{first.share:.0%}", "D"]
        assert "by count (S)" in driver.shown()
        assert "database_manager 245" in driver.status


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_marked_are_seen_first_in_their_order(browser: Browser, size: tuple[int, int]) -> None:
    async with listed(browser, size) as driver:
        while pane(driver).sort != "marks":
            await driver.press("S")
        assert "FAILED"[0] in driver.shown().splitlines()[2]
        assert "F: failed" in driver.status
        assert all(len(line) <= size[0] for line in driver.shown().splitlines())


async def test_sorting_goes_through_every_column(browser: Browser) -> None:
    async with listed(browser) as driver:
        seen = [pane(driver).sort]
        for _ in SORTS:
            await driver.press("S")
            seen.append(pane(driver).sort)
            assert driver.lines.at == 0 and f"by {seen[-1]} (S)" in driver.shown()
        assert sorted(seen[:-1]) == sorted(SORTS) and seen[0] == seen[-1] == "count"


@pytest.mark.parametrize(
    ("sort", "told"), [("first", r"\d\d:\d\d:\d\d"), ("last", r"\d\d:\d\d:\d\d"), ("source", "block 0 o")]
)
async def test_what_they_are_sorted_by_is_seen(browser: Browser, sort: str, told: str) -> None:
    """At 80 columns instead of the numbers over time; in a wide terminal all stand side by side."""
    async with listed(browser, (80, 24)) as driver:
        assert "over time" in driver.shown()
        while pane(driver).sort != sort:
            await driver.press("S")
        head, first = driver.shown().splitlines()[1:3]
        assert sort in head and "over time" not in head and re.match(told, first[head.index(sort) :])
    async with listed(browser, (120, 40)) as driver:
        head = driver.shown().splitlines()[1]
        assert all(name in head for name in ("over time", "first", "last", "source"))


async def test_enter_shows_the_records_and_back_is_where_one_was(browser: Browser) -> None:
    async with listed(browser) as driver:
        await driver.press("S", "j", "j", "j")
        template, at = pane(driver).template, driver.lines.at
        assert template is not None
        await driver.press("enter")
        await driver.places(3)
        assert driver.view == "stream"
        await driver.until(lambda: driver.lines.total == template.count)
        await driver.press("backspace")
        await driver.until(lambda: driver.view == "templates")
        assert (driver.lines.at, pane(driver).sort, current(driver)) == (at, "level", template.text)


async def test_a_filter_narrows_the_templates_here(browser: Browser) -> None:
    async with listed(browser) as driver:
        await driver.press("w")
        await driver.type("parsl.task:5")
        await driver.press("enter")
        await driver.places(3)
        wanted = browser.templates(Selection("parsl.task:5"))
        await driver.until(lambda: driver.lines.total == len(wanted.rows))
        assert driver.view == "templates"
        await driver.press("backspace")
        await driver.until(lambda: driver.lines.total > len(wanted.rows))


async def test_keep_only_one_template(browser: Browser) -> None:
    async with listed(browser) as driver:
        text = current(driver)
        await driver.press("equals_sign")
        await driver.places(3)
        await driver.until(lambda: driver.lines.total == 1)
        assert driver.view == "templates" and current(driver) == text


async def test_hidden_everywhere_until_brought_back(browser: Browser) -> None:
    total = len(browser.ids(Selection()))
    async with listed(browser) as driver:
        one = pane(driver).template
        await driver.press("x")
        await driver.until(lambda: f"1 template hidden, {one.count} records (H)" in driver.status)  # type: ignore[union-attr]
        two = pane(driver).template
        assert one is not None and two is not None and one.text not in driver.shown() and one.id != two.id
        await driver.press("x")
        await driver.until(lambda: f"2 templates hidden, {one.count + two.count} records (H)" in driver.status)
        left = total - one.count - two.count
        await driver.press("backspace")
        await driver.until(lambda: driver.view == "stream" and driver.lines.total == left)
        assert "2 templates hidden" in driver.status and f"/{left:,} of {total:,}" in driver.status
        assert driver.screen.chosen.hidden == tuple(sorted((one.id, two.id)))  # which export takes
        await driver.press("l", "i")
        await driver.places(2)
        assert driver.screen.chosen.hidden == tuple(sorted((one.id, two.id)))
        await driver.press("H")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert one.text[:40] in driver.shown() and "all 2" in driver.shown()
        await driver.press("1")
        await driver.until(lambda: "1 template hidden" in driver.status)
        await driver.press("H", "1")
        await driver.until(lambda: "hidden" not in driver.status)
        await driver.press("backspace")
        await driver.until(lambda: driver.lines.total == total)


async def test_hiding_keeps_the_reader_on_the_record(browser: Browser) -> None:
    """Or on the next one that is left."""
    async with explorer(browser) as driver:
        await driver.press("E")
        await driver.until(lambda: driver.lines.at > 0)
        record = driver.lines.current_id
        await driver.press("t")
        await driver.until(lambda: driver.view == "templates" and driver.lines.total)
        await driver.press("x", "backspace")
        await driver.until(lambda: driver.view == "stream" and driver.lines.total < driver.screen.total)
        await driver.until(lambda: driver.lines.current_id == record)


async def test_nothing_is_hidden(browser: Browser) -> None:
    async with explorer(browser) as driver:
        await driver.press("H")
        await driver.until(lambda: "nothing is hidden" in driver.status)


async def test_hidden_templates_stay_hidden_in_data_loaded_anew(browser: Browser) -> None:
    """Where they have other numbers."""
    async with listed(browser) as driver:
        text = current(driver)
        await driver.press("x")
        other = Browser(load(FIXTURES / "json" / "runinfo", FIXTURES / "text" / "runinfo"))
        number = other.template_texts().index(text)
        driver.screen.adopt(other)
        await driver.until(lambda: driver.screen.browser is other)
        assert driver.screen.hidden == {number: text}
        assert driver.screen.chosen.hidden == (number,)
        await driver.until(lambda: f"{other.count_of([number]):,} records (H)" in driver.status)


async def values(driver: Driver) -> ValueList:
    await driver.press("v")
    await driver.until(lambda: isinstance(driver.app.screen, Values))
    found = driver.app.screen.query_one(ValueList)
    await driver.until(lambda: found.values)
    return found


async def test_the_values_behind_placeholders(browser: Browser) -> None:
    async with listed(browser) as driver:
        await find(driver, "Parsl task <*> try <*> launched on executor <*> with executor id <*>")
        found = await values(driver)
        assert len(found.values) == 11 and "11 different values in 13 records" in driver.shown()
        await driver.press("right")
        await driver.until(lambda: dict(found.values) == {"0": 11, "1": 2})
        assert "median 0" in driver.shown()
        await driver.press("left", "left")
        await driver.until(lambda: len(found.values) == 13)
        await driver.press("right", "right", "right")
        await driver.until(lambda: dict(found.values) == {"htex_Local": 13})
        await driver.press("left")
        await driver.until(lambda: len(found.values) == 2)
        await driver.press("j", "enter")
        await driver.places(3)
        await driver.until(lambda: driver.view == "stream" and driver.lines.total == 2)
        assert all(" try 1 " in row.body for row in browser.rows(driver.lines.ids.tolist()))


async def test_values_are_left_without_a_choice(browser: Browser) -> None:
    async with explorer(browser) as driver:
        await driver.press("E", "v")  # a record of the stream has a template, too
        await driver.until(lambda: isinstance(driver.app.screen, Values))
        await driver.press("escape")
        await driver.until(lambda: not isinstance(driver.app.screen, Values))
        assert len(driver.screen.history.places) == 1


async def test_a_template_without_placeholders_has_no_values(browser: Browser) -> None:
    async with listed(browser) as driver:
        await find(driver, "Database manager has not received any message.")
        await driver.press("v")
        await driver.until(lambda: "no placeholder" in driver.status)


def runs_of(browser: Browser) -> tuple[list[int], list[int]]:
    """Where runs of one template begin in the stream, and how long each is."""
    kinds = browser.kinds(browser.ids(Selection())).tolist()
    starts = [i for i in range(len(kinds)) if i == 0 or kinds[i] != kinds[i - 1]]
    return starts, [b - a for a, b in zip(starts, [*starts[1:], len(kinds)], strict=True)]


async def test_runs_of_a_template_are_one_line(browser: Browser) -> None:
    starts, lengths = runs_of(browser)
    longest = max(range(len(starts)), key=lambda i: lengths[i])
    record = starts[longest] + lengths[longest] // 2
    async with explorer(browser) as driver:
        total = driver.lines.total
        driver.lines.go(record)
        await driver.press("z")
        lines = driver.lines
        assert lines.total == len(starts) and lines.at == longest and lengths[longest] > 3
        assert f"×{lengths[longest]} " in driver.shown() and f"{len(starts):,} lines (z)" in driver.status
        assert f"{starts[longest] + 1:,}/{total:,}" in driver.status
        await driver.press("right")
        assert lines.total == len(starts) + lengths[longest] - 1 and lines.index == starts[longest]
        await driver.press("j", "j")
        assert lines.index == starts[longest] + 2
        await driver.press("left")
        assert lines.total == len(starts) and lines.at == longest
        await driver.press("z")
        assert lines.total == total and lines.at == starts[longest]


async def test_what_is_searched_for_opens_its_run(browser: Browser) -> None:
    starts, lengths = runs_of(browser)
    longest = max(range(len(starts)), key=lambda i: lengths[i])
    inside = starts[longest] + 2
    async with explorer(browser) as driver:
        stream = driver.screen.query_one(StreamPane)
        await driver.press("z")
        stream.sought, stream.hits = "made up", browser.ids(Selection())[[inside]]
        await driver.press("n")
        assert driver.lines.index == inside and driver.lines.total == len(starts) + lengths[longest] - 1
        await driver.press("m", "left", "g")
        assert driver.lines.total == len(starts)
        await driver.press("apostrophe")  # a mark in a closed run
        assert driver.lines.index == inside and driver.lines.current_id in driver.screen.marks


async def test_errors_and_windows_while_runs_are_closed(browser: Browser) -> None:
    async with explorer(browser) as driver:
        await driver.press("z", "E")
        await driver.until(lambda: driver.lines.at > 0)
        record = driver.lines.current
        assert record is not None and record.level >= 5
        await driver.press("plus")
        await driver.places(2)
        await driver.until(lambda: len(driver.lines.ids) < driver.screen.total)
        assert driver.lines.current_id == record.id and "lines (z)" in driver.status
        await driver.press("backspace")
        await driver.places(1)
        await driver.until(lambda: driver.lines.current_id == record.id)


async def test_coming_back_to_a_collapsed_stream(browser: Browser) -> None:
    async with explorer(browser) as driver:
        await driver.press("z", "G", "pageup")
        record, row = driver.lines.current_id, driver.lines.at - driver.lines.top
        await driver.press("t")
        await driver.until(lambda: driver.view == "templates" and driver.lines.total)
        await driver.press("backspace")
        await driver.until(lambda: driver.view == "stream")
        assert driver.lines.current_id == record and driver.lines.at - driver.lines.top == row


async def test_the_keys_are_in_the_help(browser: Browser) -> None:
    async with listed(browser, (120, 60)) as driver:
        await driver.press("question_mark")
        await driver.pilot.pause()
        shown = driver.shown()
        assert "hide the template in every view" in shown and "values behind the placeholders" in shown


async def test_what_the_list_looks_like(browser: Browser) -> None:
    """The picture, with its colours: what failed is bright, what is common is not. ``WIDEVIEW_GOLDEN=1`` draws it."""
    async with listed(browser, (100, 24)) as driver:
        await driver.press("S", "S", "j")
        await driver.until(lambda: pane(driver).sort == "marks" and "F: failed" in driver.status)
        picture = re.sub(r"terminal-\d+", "terminal", driver.app.export_screenshot(title="templates"))
        if os.environ.get("WIDEVIEW_GOLDEN"):
            PICTURE.write_text(picture, encoding="utf-8")
        assert picture == PICTURE.read_text(encoding="utf-8")
