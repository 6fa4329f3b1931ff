"""The steps screen on a real run: from all tasks to the one that waited longest, and back.

The golden files were checked by hand against ``wideview steps`` on the same run.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.screens.driving import Driver
from tests.screens.test_explore import where
from tests.screens.test_real import explorer
from tui.app import WideviewApp
from tui.query.bins import bins
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.query.opening import Request, open_catalog
from tui.query.steps import steps
from tui.screens.menu import Menu
from tui.screens.step_places import EVERYTHING, Wanted
from tui.screens.steps import StepsPane
from tui.widgets.detail_panel import DetailPanel
from tui.widgets.look import SLOW
from tui.widgets.step_tables import BinTable, StepTable, ThingTable, VariantTable

GOLDEN = Path(__file__).with_name("golden")
SENT = "Sent tasks: <*> to manager <*>"


@pytest.fixture(scope="module")
def browser() -> Browser:
    """The run that comes with wideview."""
    run = str(resources.files("tui") / "demo" / "runinfo")
    return Browser(open_catalog(Request((run,), cache=False), None))


def pane(driver: Driver) -> StepsPane:
    return driver.screen.query_one(StepsPane)


async def table(driver: Driver, kind: type[Any]) -> Any:
    """Wait until the list is such a table, and its cursor where it begins."""
    await driver.until(
        lambda: driver.view == "steps" and isinstance(driver.lines.table, kind) and driver.lines.total, kind.__name__
    )
    return driver.lines.table


async def opened(driver: Driver) -> VariantTable:
    """Open the variants, and wait until it is known where the time of each goes."""
    await driver.press("s")
    found: VariantTable = await table(driver, VariantTable)
    await driver.until(lambda: len(found.most) == len(found))
    return found


async def steps_of(driver: Driver, line: int) -> StepTable:
    """Open the steps of the variant on a line."""
    await opened(driver)
    driver.lines.go(line)
    await driver.press("enter")
    found: StepTable = await table(driver, StepTable)
    return found


def text_of(driver: Driver, index: int) -> str:
    return "".join(part.text for part in driver.lines.draw(index, driver.lines.size.width, True))


def line(driver: Driver) -> str:
    """The text of the line under the cursor."""
    return text_of(driver, driver.lines.at)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("keys", ["", "enter", "j enter", "enter v", "j enter enter", "j enter enter enter"])
async def test_it_looks_like_this(browser: Browser, size: tuple[int, int], keys: str) -> None:
    """Every level of the screen, at both sizes."""
    async with explorer(browser, size) as driver:
        await opened(driver)
        for key in keys.split():
            before = driver.lines.table
            await driver.press(key)
            await driver.until(lambda: key == "j" or driver.lines.table not in (None, before))  # noqa: B023
        if "v" in keys:
            await driver.press("j")
        shown = "\n".join(text.rstrip() for text in driver.shown().splitlines()) + "\n"
        name = keys.replace(" ", "-") or "variants"
        assert shown == (GOLDEN / f"steps-{name}-{size[0]}.txt").read_text()


async def test_a_step_is_told_by_the_end_of_its_template(browser: Browser) -> None:
    """Those that begin alike look different where there is little room, and the status line has the whole of each."""
    async with explorer(browser, (80, 24)) as driver:
        shown = await steps_of(driver, 1)
        texts = {
            step.text: text_of(driver, i).split("parsl", 1)[1]
            for i, step in enumerate(shown.steps)
            if "state" in step.text
        }
        assert len(texts) == len(set(texts.values())) == 3
        for i in (0, 7):
            driver.lines.go(i)
            await driver.pilot.pause()
            assert shown.steps[i].text in driver.status


async def test_tasks_that_a_marked_span_cuts_are_counted(browser: Browser) -> None:
    times = browser.catalog.clock[0]
    window = int(np.percentile(times, 20)), int(np.percentile(times, 60))
    async with explorer(browser, (80, 24)) as driver:
        await opened(driver)
        assert "cut by" not in driver.shown()
        driver.screen.open_view("steps", Selection(window=window), "", "")
        cut = browser.steps(Selection(window=window)).cut()
        await driver.until(lambda: f"{cut} cut by the time window" in driver.shown())
        assert cut > 0


async def test_columns_follow_the_width(browser: Browser) -> None:
    async with explorer(browser, (80, 24)) as driver:
        await steps_of(driver, 1)
        assert "p99" not in driver.shown()
        await driver.pilot.resize_terminal(120, 30)
        await driver.until(lambda: "p99 share" in driver.shown())
        assert line(driver).startswith("»")


async def test_where_time_goes_is_found_out_for_what_is_looked_at(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few variants at a time, and on when one pages to others."""
    monkeypatch.setattr("tui.screens.steps.FILLED", 1)
    async with explorer(browser, (80, 8)) as driver:
        await driver.press("s", "b")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        names = driver.app.screen._list.choices  # type: ignore[attr-defined]
        await driver.press(str([name.split("  ")[0] for name in names].index("tries") + 1))
        await driver.until(lambda: "tries in" in driver.shown())
        shown: VariantTable = await table(driver, VariantTable)
        await driver.until(lambda: shown.most)
        await driver.press("G")
        await driver.until(lambda: shown.number(len(shown) - 1) in shown.most)
        assert all(step is None or step.most for step in shown.most.values())


async def test_counts_are_those_of_the_engine(browser: Browser) -> None:
    """All variants, the commonest first; together they are all tasks."""
    async with explorer(browser) as driver:
        await opened(driver)
        found = steps(browser.catalog)
        listed = [driver.lines.draw(i, 120, False)[0].text.split() for i in range(driver.lines.total)]
        assert [int(parts[1]) for parts in listed[1:]] == [variant.count for variant in found.variants]
        assert int(listed[0][0]) == sum(variant.count for variant in found.variants) == len(found)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_cursor_starts_where_the_time_goes(browser: Browser, size: tuple[int, int]) -> None:
    """It alone is bright, it is marked for those without colour, and its origin is told."""
    async with explorer(browser, size) as driver:
        found = await steps_of(driver, 1)
        step = found.step(driver.lines.at)
        assert step is not None and step.most and step.text == SENT
        assert line(driver).startswith("»")
        bright = [i for i in range(len(found)) if any(part.style == SLOW for part in found.draw(i, size[0], 0))]
        assert bright == [driver.lines.at]
        assert "waited since: Put task <*> onto pending_task_queue" in driver.status


async def test_from_a_bar_to_its_tasks_to_a_flow_and_back(browser: Browser) -> None:
    """Enter goes deeper at every level; backspace comes back to exactly the line one left."""
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        places = [where(driver)]
        await driver.press("enter")
        bars: BinTable = await table(driver, BinTable)
        assert int(bars.binned.counts.sum()) == steps(browser.catalog).steps(1)[13].count == 42
        assert "median" in line(driver)
        await driver.press("k")
        places.append(where(driver))
        count = int(bars.binned.counts[driver.lines.at])
        await driver.press("enter")
        things: ThingTable = await table(driver, ThingTable)
        low, high = (int(bars.binned.edges[driver.screen.history.places[-2].at + i]) for i in (0, 1))
        assert len(things) == count and ((things.times >= low) & (things.times < high)).all()
        await driver.press("j")
        places.append(where(driver))
        entity = steps(browser.catalog).entity(things.thing(1))
        await driver.press("enter")
        await driver.until(lambda: driver.view == "flow")
        assert driver.screen.history.here.entity == entity
        assert driver.screen.pane.record is not None and "Sent tasks" in driver.screen.pane.record.body
        for place in reversed(places):
            await driver.press("backspace")
            await driver.until(lambda: where(driver) == place, str(place))  # noqa: B023


async def test_a_bar_without_tasks_leads_nowhere(browser: Browser) -> None:
    async with explorer(browser) as driver:
        shown = await steps_of(driver, 1)
        times = [steps(browser.catalog).times(step.template, 1)[1] for step in shown.steps]
        gaps = [0 in bins(each).counts for each in times]
        driver.lines.go(gaps.index(True))
        await driver.press("enter")
        bars: BinTable = await table(driver, BinTable)
        driver.lines.go(bars.binned.counts.tolist().index(0))
        await driver.press("enter")
        assert "nothing is below this line" in driver.status and driver.lines.table is bars


async def test_from_an_order_to_the_tasks_that_have_it(browser: Browser) -> None:
    """They are as many as the line says, each with how long before."""
    async with explorer(browser) as driver:
        shown = await steps_of(driver, 1)
        await driver.press("G")
        swap = shown.swaps[-1]
        assert f"⇄ in {swap.count} of {swap.of}" in line(driver)
        await driver.press("enter")
        things: ThingTable = await table(driver, ThingTable)
        assert len(things) == swap.count and (things.times > 0).all()
        assert "so long before" in driver.shown()
        await driver.press("f")
        await driver.until(lambda: driver.view == "flow")
        row = driver.screen.pane.record
        assert row is not None and browser.template(row.id)[0] == swap.later


async def test_f_follows_what_took_longest(browser: Browser) -> None:
    """Of a variant, the longest of all; of a step, what waited longest for it, at that step."""
    async with explorer(browser) as driver:
        found = steps(browser.catalog)
        await opened(driver)
        await driver.press("f")
        await driver.until(lambda: driver.view == "flow")
        things, times = found.lengths()
        assert driver.screen.history.here.entity == found.entity(int(things[times.argmax()]))
        await driver.press("backspace", "j", "enter")
        shown: StepTable = await table(driver, StepTable)
        step = shown.step(driver.lines.at)
        assert step is not None
        await driver.press("f")
        await driver.until(lambda: driver.view == "flow")
        things, times = found.times(step.template, 1)
        assert driver.screen.history.here.entity == found.entity(int(things[times.argmax()]))
        row = driver.screen.pane.record
        assert row is not None and browser.template(row.id)[1] == step.text


async def test_a_task_says_how_usual_its_waits_are(browser: Browser) -> None:
    """Once it is on the screen; not where it says nothing."""
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        await driver.press("f")
        await driver.until(lambda: driver.view == "flow")
        await driver.until(lambda: driver.lines.usual, "no percentiles")
        assert "p99, typical 2.68 s  Sent tasks" in line(driver)
        assert "p99 of 54 tasks, typical 2.68 s, waited" in driver.status
        short = next(i for i, step in enumerate(driver.lines.steps) if step.row.body.startswith("Put task"))
        driver.lines.go(short)
        await driver.pilot.pause()
        assert "typical" not in text_of(driver, short), "it is not worth a word there"
        assert " of 54 tasks, typical " in driver.status and " µs" in driver.status
        told = [i for i in range(driver.lines.total) if "typical" in text_of(driver, i)]
        assert [driver.lines.steps[i].row.id for i in told] == sorted(driver.lines.usual)
        assert 0 < len(told) < driver.lines.total / 3
        await driver.press("backspace")
        await table(driver, StepTable)
        await driver.press("f")
        await driver.until(lambda: driver.view == "flow" and driver.lines.usual)


async def test_from_a_flow_to_what_others_did(browser: Browser) -> None:
    """s in a flow leads to its variant among all tasks, to the step it came from; back is exact."""
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        await driver.press("f")
        await driver.until(lambda: driver.view == "flow" and driver.lines.usual)
        bodies = [step.row.body for step in driver.lines.steps]
        driver.lines.go(next(i for i, body in enumerate(bodies) if body.startswith("Received executor task")))
        await driver.pilot.pause()
        before, row = where(driver), driver.lines.current.row
        await driver.press("s")
        shown: StepTable = await table(driver, StepTable)
        step = shown.step(driver.lines.at)
        assert step is not None and step.text == browser.template(row.id)[1] and not step.most
        assert driver.screen.history.labels[-1] == "variant 1, as task 37"
        assert "variant 1, exec_done: 42 tasks" in driver.shown()
        await driver.press("backspace")
        await driver.until(lambda: where(driver) == before)


async def test_a_run_is_compared_with_nothing(browser: Browser) -> None:
    """Nor is a record's run; which is said."""
    async with explorer(browser) as driver:
        driver.screen.open_flow(browser.entities(0)[-1])
        await driver.until(lambda: driver.view == "flow")
        await driver.press("s")
        await driver.until(lambda: "compared with nothing" in driver.status)


def test_the_number_of_an_entity(browser: Browser) -> None:
    found = steps(browser.catalog)
    some = found.things().tolist()
    assert [found.thing(found.entity(thing)) for thing in some] == some
    assert found.thing(browser.resolve([("parsl.task", "5"), ("parsl.try", "0")])) is None
    only = steps(browser.catalog, Selection("parsl.task:5"))
    assert only.thing(browser.resolve([("parsl.task", "5")])) is not None
    assert only.thing(browser.resolve([("parsl.task", "40")])) is None


async def test_v_turns_to_the_time_since_the_first_step(browser: Browser) -> None:
    """In the steps and in the bars; the cursor stays on its step."""
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        await driver.press("j", "j")
        at, waits = driver.lines.at, line(driver)
        await driver.press("v")
        await driver.until(lambda: driver.lines.table is not None and driver.lines.table.since)
        assert driver.lines.at == at and line(driver) != waits
        assert "mean   median" in driver.shown() and "since the first step" in driver.status
        await driver.press("enter")
        bars = await table(driver, BinTable)
        assert "from the first step to Received executor task <*>" in driver.shown()
        await driver.press("v")
        await driver.until(lambda: driver.lines.table is not bars and driver.lines.total)
        assert "waited for Received executor task <*>" in driver.shown()
        await driver.press("backspace")
        await table(driver, StepTable)
        assert driver.lines.table.since and driver.lines.at == at


async def test_sorting(browser: Browser) -> None:
    """S goes through the columns and back to the first."""
    async with explorer(browser) as driver:
        await opened(driver)
        first = list(driver.lines.table.order)
        for said in ("count, failed first", "median time", "time of all together", "name", "count"):
            await driver.press("S")
            await driver.until(lambda: f"sorted by {said}" in driver.status)  # noqa: B023
            assert f"variants, by {said}" in driver.shown()
            if "failed" in said:
                assert "! simulate: failed" in driver.shown().splitlines()[4]
        assert driver.lines.table.order == first
        await driver.press("enter")
        shown: StepTable = await table(driver, StepTable)
        step = shown.step(driver.lines.at)
        for said in ("median", "95th percentile", "share", "queue"):
            await driver.press("S")
            await driver.until(lambda: f"sorted by {said}" in driver.status)  # noqa: B023
            assert driver.lines.table.step(driver.lines.at) == step
            if said == "share":
                assert driver.lines.at == 0


async def test_what_there_is_to_group_by(browser: Browser) -> None:
    """b offers what the data have; the choice is a place of its own."""
    async with explorer(browser) as driver:
        await opened(driver)
        await driver.press("b")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        choices = driver.app.screen._list.choices  # type: ignore[attr-defined]
        kinds = [choice.split("  ")[0] for choice in choices]
        assert {"tasks", "tries", "executor tasks", "workers", "blocks"} <= set(kinds)
        assert not any("academy" in choice or "wq." in choice for choice in choices)
        await driver.press(str(kinds.index("tries") + 1))
        await driver.until(lambda: driver.screen.history.labels[-1] == "steps of tries" and driver.lines.total)
        found = steps(browser.catalog, Selection(), ("parsl.task", "parsl.try"))
        assert f"{len(found)} tries in {len(found.variants)} variants" in driver.shown()
        await driver.press("backspace")
        await driver.until(lambda: " tasks in " in driver.shown())


@pytest.mark.parametrize("key", ["o", "equals_sign"])
async def test_the_records_of_a_variant(browser: Browser, key: str) -> None:
    """A filter expression that names its tasks, and the reader may change."""
    async with explorer(browser) as driver:
        await opened(driver)
        driver.lines.go(3)
        await driver.press(key)
        await driver.until(lambda: driver.view == "stream")
        found = steps(browser.catalog)
        numbers = [found.entity(thing).keys[0][1] for thing in found.things(3).tolist()]
        alone = [set(browser.ids(Selection(f"parsl.task:{number}")).tolist()) for number in numbers]
        assert set(driver.lines.ids.tolist()) == set.union(*alone)
        assert driver.screen.history.labels[-1] == "3 tasks"


async def test_the_records_of_a_step(browser: Browser) -> None:
    """Only those of the variant's tasks."""
    async with explorer(browser) as driver:
        await steps_of(driver, 3)
        await driver.press("o")
        await driver.until(lambda: driver.view == "stream")
        assert driver.lines.total == 3 and "Sent tasks" in driver.lines.current.body
        await driver.press("backspace")
        await table(driver, StepTable)


async def test_the_records_of_a_task(browser: Browser) -> None:
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        await driver.press("enter")
        await table(driver, BinTable)
        await driver.press("enter")
        things: ThingTable = await table(driver, ThingTable)
        entity = steps(browser.catalog).entity(things.thing(0))
        await driver.press("o")
        await driver.until(lambda: driver.view == "stream")
        assert driver.lines.total == len(browser.ids(Selection(entity=entity)))


async def test_a_step_can_be_left_out(browser: Browser) -> None:
    """x counts again without a template or a source, in place; back is where it was."""
    async with explorer(browser) as driver:
        found = await steps_of(driver, 0)
        before = where(driver)
        await driver.press("x")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        assert driver.app.screen._list.choices == [f'template:"{SENT}"', "source:interchange"]  # type: ignore[attr-defined]
        await driver.press("1")
        await driver.until(lambda: driver.lines.table not in (None, found))
        texts = [step.text for step in driver.lines.table.steps]
        assert SENT not in texts and len(texts) == len(found.steps) - 1
        await driver.press("backspace")
        await driver.until(lambda: where(driver) == before)


async def test_narrowing_stays_here(browser: Browser) -> None:
    """A filter counts again; a variant that is none any more leads to those there are."""
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        await driver.press("w")
        await driver.type("source:parsl")
        await driver.press("enter")
        await driver.until(lambda: "these are the variants there are" in driver.status)
        assert isinstance(driver.lines.table, VariantTable) and driver.view == "steps"
        assert {step.source for step in steps(browser.catalog, Selection("source:parsl")).steps()} == {"parsl"}
        await driver.press("backspace")
        await table(driver, StepTable)
        assert "variant 1" in driver.shown()


async def test_nothing_to_count(browser: Browser) -> None:
    """No task in the selection: that is said."""
    async with explorer(browser) as driver:
        await opened(driver)
        await driver.press("w")
        await driver.type("nonesuch-at-all")
        await driver.press("enter")
        await driver.until(lambda: "no tasks in these records" in driver.shown())
        for key in ("enter", "f", "o", "x", "v", "S", "y", "space", "escape"):
            await driver.press(key)
        assert driver.view == "steps"


async def test_the_details_are_of_what_waited_longest(browser: Browser) -> None:
    """space shows a record of the step under the cursor, y copies it."""
    async with explorer(browser) as driver:
        await steps_of(driver, 1)
        await driver.press("space")
        detail = driver.screen.query_one(DetailPanel)
        await driver.until(lambda: "Sent tasks: [" in detail.text)
        await driver.press("j")
        await driver.until(lambda: "Got executor tasks: [" in detail.text)
        await driver.press("escape")
        await driver.until(lambda: pane(driver).record is not None)
        await driver.press("y")
        await driver.until(lambda: "copied" in driver.status)


async def test_keys_are_taken_while_it_counts(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that it counts; whoever leaves meanwhile is not called back."""
    gate, count = threading.Event(), Browser.steps

    def slow(self: Browser, *asked: Any) -> Any:
        gate.wait(5)
        return count(self, *asked)

    monkeypatch.setattr(Browser, "steps", slow)
    async with explorer(browser) as driver:
        await driver.press("s")
        await driver.until(lambda: "counting …" in driver.shown())
        await driver.press("j", "enter", "f", "o", "v", "S", "x", "backspace")
        assert driver.view == "stream"
        await driver.press("s")
        gate.set()
        await table(driver, VariantTable)


async def test_data_loaded_anew_are_counted_anew(browser: Browser) -> None:
    """The reader stays with the same variant, on the same line."""
    gate, left = threading.Event(), Browser(browser.catalog)

    def opened(report: Any) -> Iterator[Browser]:
        yield left
        gate.wait(5)
        yield browser

    app = WideviewApp(opened)
    async with app.run_test(size=(100, 30)) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: driver.screen.ready and driver.lines.total)
        before = await steps_of(driver, 3)
        await driver.press("k")
        at = where(driver)
        gate.set()
        await driver.until(lambda: driver.screen.browser is browser and driver.lines.table not in (None, before))
        assert where(driver) == at and "variant 3" in driver.shown()
        assert [step.text for step in driver.lines.table.steps] == [step.text for step in before.steps]


async def test_what_is_wanted_survives_being_written() -> None:
    for wanted in (
        Wanted(),
        Wanted(("parsl.executor", "parsl.executor_task")),
        Wanted((), EVERYTHING, 'a "b" | c', True, (1, 10**15)),
        Wanted((), EVERYTHING, "a", other="b"),
    ):
        assert Wanted.read(str(wanted)) == wanted
    assert Wanted.read("parsl.task,parsl.try") == Wanted(("parsl.task", "parsl.try"))
