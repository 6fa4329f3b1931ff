"""Tests of tui.screens.filtering: from the bar to the stream."""

from __future__ import annotations

from dataclasses import replace

from tests.screens.driving import Driver, explorer
from tests.screens.fake import FakeBrowser
from tui.query.model import Facet, Selection
from tui.widgets.expression_bar import ExpressionBar


class Counting(FakeBrowser):
    """Remembers for which selections values were asked."""

    def __init__(self) -> None:
        super().__init__(20)
        self.asked: list[Selection] = []

    def values(self, selection: Selection, key: str, prefix: str, limit: int) -> Facet:
        self.asked.append(selection)
        return super().values(selection, key, prefix, limit)


async def apply(driver: Driver, expression: str, places: int) -> None:
    await driver.press("w")
    driver.screen.query_one(ExpressionBar).line.value = expression
    await driver.press("enter")
    await driver.places(places)


async def test_the_same_expression_goes_nowhere() -> None:
    """Blanks around it do not make another."""
    async with explorer(FakeBrowser(20)) as driver:
        await apply(driver, "level:5", 2)
        await apply(driver, "  level:5 ", 2)
        bar = driver.screen.query_one(ExpressionBar)
        await driver.until(lambda: not bar.is_open)
        assert driver.screen.focused is driver.lines
        assert driver.screen.history.labels == ["all", "level:5"]


async def test_an_expression_replaces_the_one_before_and_keeps_the_rest() -> None:
    async with explorer(FakeBrowser(20)) as driver:
        await driver.press("l", "i")
        await driver.places(2)
        await apply(driver, "source:parsl", 3)
        await apply(driver, "submitted", 4)
        assert driver.screen.chosen == Selection("submitted", 3)
        await apply(driver, "", 5)
        assert driver.screen.chosen == Selection("", 3)
        assert driver.screen.history.labels[-1] == "no expression"


async def test_values_are_those_of_the_data_without_the_old_expression() -> None:
    """Or one could not change a value to another; level and window still hold."""
    data = Counting()
    async with explorer(data) as driver:
        await driver.press("l", "i")
        await driver.places(2)
        await apply(driver, "source:parsl", 3)
        chosen = driver.screen.chosen
        data.asked.clear()
        await driver.press("w")
        driver.screen.query_one(ExpressionBar).line.value = "source:w"
        await driver.until(lambda: '"worker 1"' in driver.shown())
        assert set(data.asked) == {replace(chosen, expression="")} != {Selection()}


async def test_leaving_the_bar_stops_the_filter() -> None:
    data = FakeBrowser(20)
    async with explorer(data) as driver:
        await driver.press("w", "a")
        data.interrupted.clear()
        await driver.press("escape")
        assert "stream" in data.interrupted
        assert len(driver.screen.history.places) == 1
