"""The charts of a selection: which are shown, the cursor, zooming, spans, and the way to the records."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.screens.driving import Driver, Wide, explorer
from tests.screens.fake import SECOND, START, FakeBrowser
from tests.screens.fake_charts import LACK
from tui.query.charts.base import Plot
from tui.query.model import Selection
from tui.screens.charts import ChartsPane
from tui.screens.menu import Menu, MenuList
from tui.screens.reading import Reading
from tui.screens.stream import StreamPane
from tui.widgets.chart_view import ChartView
from tui.widgets.detail_panel import DetailPanel


def pane(driver: Driver) -> ChartsPane:
    return driver.screen.query_one(ChartsPane)


def view(driver: Driver) -> ChartView:
    return pane(driver).view


async def drawn(driver: Driver, titles: list[str]) -> None:
    """Wait until the charts of these titles are on the screen."""
    await driver.until(
        lambda: [panel.plot.title for panel in view(driver).panels if panel.plot] == titles, f"no {titles}"
    )


async def opened(driver: Driver) -> None:
    """Open the charts."""
    await driver.press("c")
    await driver.until(lambda: driver.view == "charts")
    await drawn(driver, ["Tasks in each state"])


async def choose(driver: Driver, *keys: str) -> None:
    """Choose from the menu that *keys* open."""
    await driver.press(*keys[:-1])
    await driver.until(lambda: isinstance(driver.app.screen, Menu))
    await driver.press(keys[-1])
    await driver.until(lambda: not isinstance(driver.app.screen, Menu))


async def with_lanes(driver: Driver) -> None:
    await opened(driver)
    await choose(driver, "c", "2")
    await drawn(driver, ["Lives of tasks"])


async def test_the_chart_that_says_most_comes_first_with_its_flags() -> None:
    """The cursor is at the time of the record that one came from; what the chart flags is in the status line."""
    async with explorer(FakeBrowser(100)) as driver:
        await driver.press("pagedown")
        time = driver.lines.current.time
        await opened(driver)
        assert driver.screen.history.labels == ["all", "charts"]
        await driver.until(lambda: view(driver).time == time)
        assert "N 1 note " in driver.status and "? keys" in driver.status
        assert driver.status.startswith(" states")
        await driver.press("N")
        await driver.until(lambda: isinstance(driver.app.screen, Reading))
        assert "drawn as the data say" in driver.shown()


async def test_the_line_of_values_follows_the_cursor() -> None:
    """Where the cursor is, how far its column reaches, and what the parts are there."""
    async with explorer(FakeBrowser(100), (80, 24)) as driver:
        await opened(driver)
        panel = view(driver).panels[0]
        await driver.press("end")
        last = driver.shown().splitlines()[-2]
        assert "exec_done" in last and "100" in last, last
        before = view(driver).at
        await driver.press("left")
        assert view(driver).at == before - 1
        start, end = panel.range(before - 1)
        assert view(driver).where(0) == (start, end)
        await driver.press("home")
        assert view(driver).at == panel.drawing.left


async def test_what_lacks_is_dim_and_says_what() -> None:
    """A chart that the data cannot fill is in the list, with what it lacks, and cannot be had."""
    async with explorer() as driver:
        await opened(driver)
        await driver.press("c")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        listed: Any = driver.app.screen
        assert listed._list.dim == {4}
        assert LACK in driver.shown()
        await driver.press("5")
        await driver.until(lambda: "no chart 'messages'" in driver.status)
        await drawn(driver, ["Tasks in each state"])


async def test_what_a_chart_is_about() -> None:
    async with explorer() as driver:
        await opened(driver)
        await choose(driver, "b", "2")
        await driver.until(lambda: "(odd)" in driver.shown())
        await choose(driver, "c", "3")
        await drawn(driver, ["Records a second"])
        await driver.press("b")
        await driver.until(lambda: "one thing only" in driver.status)


async def test_charts_are_added_below_on_one_time_axis_and_taken_away() -> None:
    """Two fit into 80x24, more into 120x40; the cursor goes through all; tab goes to the next."""
    async with explorer(size=(80, 24)) as driver:
        await opened(driver)
        await choose(driver, "a", "2")
        await drawn(driver, ["Tasks in each state", "Records a second"])
        first, second = view(driver).panels
        assert first.drawing.left == second.drawing.left
        assert first.drawing.columns == second.drawing.columns
        await driver.press("right", "right")
        assert view(driver).where(0) == view(driver).where(1)
        assert (view(driver).active, pane(driver).position()) == (1, "rate 2/2")
        await driver.press("tab")
        assert view(driver).active == 0
        await choose(driver, "a", "1")
        await driver.until(lambda: len(view(driver).panels) == 3)
        await driver.press("a")
        await driver.until(lambda: "no room" in driver.status)
        await driver.press("d", "d")
        await driver.until(lambda: len(view(driver).panels) == 1)
        await driver.press("d")
        assert "the only chart" in driver.status


async def test_zoom_and_pan_are_one_place_of_the_trail() -> None:
    """The window of the selection is narrowed around the cursor; back leads to the whole at once."""
    data = FakeBrowser(100)
    async with explorer(data) as driver:
        await opened(driver)
        await driver.press(*["right"] * 30)
        at, time = view(driver).at, view(driver).time
        await driver.press("plus")
        await driver.until(lambda: data.drawn[-1][1].window is not None)
        window = pane(driver).chosen.window
        assert window is not None and window[0] < time < window[1]
        await driver.until(lambda: view(driver).panels[0].plot.end == window[1])
        assert view(driver).time == time
        assert abs(view(driver).at - at) <= 1
        await driver.press("right_square_bracket", "greater_than_sign")
        await driver.until(lambda: pane(driver).chosen.window[0] > window[0])
        moved = pane(driver).chosen.window
        assert moved[1] - moved[0] == pytest.approx((window[1] - window[0]) / 2, abs=2)
        assert len(driver.screen.history.places) == 3
        assert driver.screen.history.labels[-1].startswith("time ")
        await driver.press("backspace")
        await driver.until(lambda: view(driver).panels[0].plot.end > moved[1])
        assert pane(driver).chosen.window is None
        assert driver.screen.history.labels == ["all", "charts"]


@pytest.mark.parametrize("edge", ["home", "end"])
async def test_zooming_at_an_edge_loses_nothing_of_the_column_there(edge: str) -> None:
    """However often, as long as it has room: what happened last, or first, stays on the chart."""
    async with explorer(FakeBrowser(100)) as driver:
        await opened(driver)
        await driver.press(edge)
        first, after = view(driver).panel.range(view(driver).at)
        for _ in range(4):
            before = pane(driver).chosen.window
            await driver.press("plus")
            await driver.until(lambda before=before: pane(driver).chosen.window != before)
            window = pane(driver).chosen.window
            await driver.until(lambda window=window: view(driver).panels[0].plot.end == window[1])
            assert window[0] <= first < after <= window[1]


async def test_out_again_and_all_of_it() -> None:
    """Zooming out as far as it goes is no window at all."""
    async with explorer() as driver:
        await opened(driver)
        await driver.press("plus", "plus", "minus", "minus")
        assert pane(driver).chosen.window is None
        assert driver.screen.history.labels == ["all", "charts"]
        await driver.press("minus")
        assert "all there is" in driver.status
        await driver.press("plus", "plus", "0")
        assert pane(driver).chosen.window is None


async def test_a_marked_span_narrows_every_view() -> None:
    """One end, the other end, and from then on the selection has that window, in the stream as well."""
    async with explorer(FakeBrowser(100)) as driver:
        await opened(driver)
        await driver.press("home", "right", "right", "v", *["right"] * 9)
        span = view(driver).span
        assert "span" in driver.shown()
        await driver.press("v")
        await driver.until(lambda: pane(driver).chosen.window is not None)
        assert pane(driver).chosen.window == span
        assert driver.screen.history.labels[-1].startswith("time ")
        await driver.press("o")
        await driver.until(lambda: driver.view == "stream")
        assert driver.lines.total == len(driver.screen.browser.ids(Selection(window=span)))


async def test_escape_takes_the_mark_away_then_goes_back() -> None:
    async with explorer() as driver:
        await opened(driver)
        await driver.press("v", "right", "escape")
        assert view(driver).mark is None and driver.view == "charts"
        await driver.press("escape")
        await driver.until(lambda: driver.view == "stream")


async def test_details_make_room_for_charts() -> None:
    """They are open again on the way back, to which one escape is enough."""
    async with explorer(size=(80, 24)) as driver:
        await driver.press("space")
        detail = driver.screen.query_one(DetailPanel)
        assert detail.display
        await opened(driver)
        assert not detail.display and view(driver).size.height == 22
        await driver.press("escape")
        await driver.until(lambda: driver.view == "stream")
        assert detail.display


async def test_enter_leads_to_the_records_of_the_moment_and_of_a_span() -> None:
    async with explorer(FakeBrowser(100)) as driver:
        await opened(driver)
        await driver.press(*["right"] * 20)
        where = view(driver).where(0)
        await driver.press("enter")
        await driver.until(lambda: driver.view == "stream")
        assert driver.screen.chosen.window == where
        assert driver.lines.total == len(driver.screen.browser.ids(Selection(window=where))) > 0
        await driver.press("backspace", "v", *["left"] * 5)
        span = view(driver).span
        await driver.press("enter")
        await driver.until(lambda: driver.view == "stream")
        assert driver.screen.chosen.window == span


async def test_a_part_is_pointed_at() -> None:
    """Down points at a part: enter shows its records alone, x leaves them out of every chart."""
    async with explorer(FakeBrowser(100)) as driver:
        await opened(driver)
        await driver.press("down", "down", "down", "down", *["right"] * 20)
        assert view(driver).part == "running"
        await driver.press("v", *["right"] * 5, "enter")
        await driver.until(lambda: driver.view == "stream")
        assert driver.screen.chosen.expression == "submitted"
        assert all("submitted" in row.body for row in driver.screen.browser.rows(driver.lines.ids))
        await driver.press("backspace", "x")
        await driver.until(lambda: pane(driver).chosen.expression == "NOT submitted")
        assert driver.view == "charts"


async def test_a_moment_without_records_of_a_part_is_said() -> None:
    async with explorer(FakeBrowser(3)) as driver:
        await opened(driver)
        await driver.press("down", "end", "enter")
        await driver.until(lambda: "no record of running" in driver.status)
        assert driver.view == "charts"


async def test_lanes_are_gone_through_and_lead_to_their_records_and_flows() -> None:
    """More lanes than rows: those around the one pointed at get a row each."""
    async with explorer(FakeBrowser(100), (80, 24)) as driver:
        await with_lanes(driver)
        assert "task 99" not in driver.shown()
        await driver.press("up", "up")
        assert view(driver).part == "task 98"
        assert "task 99" in driver.shown() and "task 98: " in driver.shown()
        await driver.press("enter")
        await driver.until(lambda: driver.view == "stream")
        assert (driver.screen.chosen.expression, driver.lines.total) == ("parsl.task:98", 7)
        await driver.press("backspace", "up", "f")
        await driver.until(lambda: driver.view == "flow")
        assert driver.screen.history.labels[-1] == "task 97 of 000"


async def test_the_lane_is_kept_on_the_way_back_and_escape_shows_all() -> None:
    async with explorer(FakeBrowser(100), (80, 24)) as driver:
        await with_lanes(driver)
        whole = driver.shown()
        await driver.press("down", "down", "down")
        assert view(driver).part == "task 2" and driver.shown() != whole
        await driver.press("escape")
        assert driver.shown().splitlines()[3:-2] == whole.splitlines()[3:-2]
        await driver.press("f")
        assert "choose a lane" in driver.status


async def test_from_a_bar_to_its_tasks() -> None:
    """Where x is no time the cursor goes from bar to bar, and enter offers the tasks behind one."""
    async with explorer(FakeBrowser(20)) as driver:
        await opened(driver)
        await choose(driver, "c", "4")
        await drawn(driver, ["Tasks by length"])
        await driver.press("right")
        assert "10 tasks" in driver.shown().splitlines()[-2]
        await driver.press("v")
        assert view(driver).mark is None
        await driver.press("escape" if driver.view != "charts" else "right", "left", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        await driver.press("1")
        await driver.until(lambda: driver.view == "flow")
        assert driver.screen.history.labels[-1] == "task 0 of 000"


async def test_filter_and_level_stay_in_the_charts() -> None:
    """Charts follow the selection; what is shown stays."""
    data = FakeBrowser(100)
    async with explorer(data) as driver:
        await opened(driver)
        await choose(driver, "c", "3")
        await drawn(driver, ["Records a second"])
        await driver.press("w")
        await driver.type("source:parsl")
        await driver.press("enter")
        await driver.until(lambda: driver.view == "charts" and pane(driver).chosen.expression == "source:parsl")
        await driver.until(lambda: data.drawn[-1][:2] == ("rate", Selection("source:parsl")))
        await choose(driver, "l", "6")
        await driver.until(lambda: data.drawn[-1][1] == Selection("source:parsl", level=5))


async def test_nothing_in_the_selection() -> None:
    """An empty chart says so, and no key goes wrong."""
    async with explorer() as driver:
        await opened(driver)
        await driver.press("w")
        await driver.type("nothinglikeit")
        await driver.press("enter")
        await driver.until(lambda: "nothing to draw" in driver.shown())
        keys = "right left home end down up plus minus 0 less_than_sign v space enter o p y equals_sign x f tab"
        await driver.press(*keys.split())
        assert driver.view == "charts"
        await driver.press("backspace")
        await driver.until(lambda: "nothing to draw" not in driver.shown())


async def test_back_from_the_records_to_the_same_cursor_and_charts() -> None:
    async with explorer(FakeBrowser(100)) as driver:
        await opened(driver)
        await choose(driver, "a", "2")
        await drawn(driver, ["Tasks in each state", "Records a second"])
        await driver.press(*["right"] * 7)
        time = view(driver).time
        await driver.press("enter")
        await driver.until(lambda: driver.view == "stream")
        await driver.press("backspace")
        await drawn(driver, ["Tasks in each state", "Records a second"])
        assert (view(driver).time, view(driver).active) == (time, 1)
        await driver.press("backspace", "c")
        await drawn(driver, ["Tasks in each state", "Records a second"])


async def test_what_was_drawn_is_not_asked_for_again() -> None:
    data = FakeBrowser(100)
    async with explorer(data) as driver:
        await opened(driver)
        await driver.press("plus")
        await driver.until(lambda: len(data.drawn) == 2)
        await driver.press("backspace", "c", "escape", "p", "p")
        await driver.pilot.pause(0.1)
        assert len(data.drawn) == 2


class Slow(FakeBrowser):
    """Waits with its charts until it may go on."""

    def __init__(self, tasks: int) -> None:
        super().__init__(tasks)
        self.go = threading.Event()
        self.go.set()

    def chart(self, name: str, selection: Selection, of: str = "", width: int = 0) -> Plot:
        made = super().chart(name, selection, of, width)
        self.go.wait(10)
        return made


async def test_keys_go_on_while_a_chart_is_made_and_the_last_question_counts() -> None:
    """The one before is interrupted; until there is an answer the chart that was there stays."""
    data = Slow(100)
    async with explorer(data) as driver:
        await opened(driver)
        data.go.clear()
        await driver.press(*["right"] * 10, "plus")
        await driver.until(lambda: len(data.drawn) == 2)
        at = view(driver).at
        await driver.press("right", "right")
        assert view(driver).at == at + 2
        assert "counting" in driver.status
        await driver.press("plus")
        await driver.until(lambda: len(data.drawn) == 3)
        assert data.interrupted.count("chart") >= 2
        data.go.set()
        await driver.until(lambda: view(driver).panels[0].plot.end == pane(driver).chosen.window[1])
        assert "counting" not in driver.status


async def test_the_stream_goes_on_while_its_chart_is_made() -> None:
    data = Slow(100)
    data.go.clear()
    async with explorer(data) as driver:
        await driver.press("i")
        await driver.until(lambda: getattr(data, "drawn", None))
        await driver.press("down", "down")
        assert driver.lines.at == 2
        data.go.set()
        strip = driver.screen.query_one(StreamPane).strip
        await driver.until(lambda: strip.view.panels)
        assert strip.view.where(0) == (driver.lines.current.time,) * 2


async def test_the_same_chart_again_is_about_something_else() -> None:
    async with explorer() as driver:
        await opened(driver)
        await choose(driver, "a", "4")
        await driver.until(lambda: len(view(driver).panels) == 2)
        assert [panel.plot.of for panel in view(driver).panels] == ["all", "odd"]


async def test_what_is_shown_is_not_offered_again() -> None:
    """But for what else it can be about, which stands after the others."""
    async with explorer() as driver:
        await opened(driver)
        await driver.press("a")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        choices = [line.split()[0] for line in driver.app.screen.query_one(MenuList).choices]
        assert choices == ["lives", "rate", "sizes", "states", "messages"]
        assert "of odd" in driver.app.screen.query_one(MenuList).choices[3]
        await driver.press("2")
        await driver.until(lambda: len(view(driver).panels) == 2)
        await driver.press("a")
        await driver.until(lambda: isinstance(driver.app.screen, Menu))
        choices = [line.split()[0] for line in driver.app.screen.query_one(MenuList).choices]
        assert choices == ["lives", "sizes", "states", "messages"]


@pytest.mark.parametrize("keys", [("a", "2"), ("c", "3")])
async def test_a_number_before_the_menu_is_there_chooses(keys: tuple[str, str]) -> None:
    """Nothing that is pressed is lost while the data are looked at."""
    data, go = FakeBrowser(100), threading.Event()
    offers = data.offers
    data.offers = lambda: go.wait(9) and offers()  # type: ignore[method-assign]
    async with explorer(data) as driver:
        await opened(driver)
        await driver.press(*keys)
        assert f"then number {keys[1]}" in driver.status
        go.set()
        await driver.until(lambda: view(driver).panels[-1].plot.title == "Records a second")
        assert not isinstance(driver.app.screen, Menu)
        await driver.press("7")
        assert pane(driver).specs[-1].name == "rate"


async def test_an_axis_that_is_no_time_has_a_cursor_of_its_own() -> None:
    async with explorer() as driver:
        await opened(driver)
        time = view(driver).time
        await choose(driver, "a", "3")
        await drawn(driver, ["Tasks in each state", "Tasks by length"])
        await driver.press("right")
        assert view(driver).where(1)[0] >= 2.4
        assert view(driver).time == time
        await driver.press("plus")
        assert pane(driver).chosen.window is not None, "the chart above has a time axis"


async def test_parts_apart() -> None:
    async with explorer(FakeBrowser(100)) as driver:
        await opened(driver)
        stacked = driver.shown()
        await driver.press("p")
        await driver.until(lambda: driver.shown() != stacked)
        await driver.press("p")
        await driver.until(lambda: driver.shown() == stacked)


@pytest.mark.parametrize(
    ("number", "kind", "head"), [("2", "png", b"\x89PNG"), ("3", "svg", b"<?xml"), ("4", "txt", b"T")]
)
async def test_the_chart_is_saved(
    number: str, kind: str, head: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with explorer() as driver:
        await opened(driver)
        await choose(driver, "e", number)
        await driver.press("enter")
        target = tmp_path / f"wideview-states.{kind}"
        await driver.until(target.exists)
        await driver.until(lambda: f"chart in wideview-states.{kind}" in driver.status)
        assert target.read_bytes().startswith(head)


async def test_the_records_of_the_charts_are_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with explorer(FakeBrowser(10)) as driver:
        await opened(driver)
        await choose(driver, "e", "1")
        await driver.press("enter")
        await driver.until(lambda: "70 records in" in driver.status)


async def test_without_matplotlib_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    async with explorer() as driver:
        await opened(driver)
        await choose(driver, "e", "2")
        await driver.press("enter")
        await driver.until(lambda: "pip install" in driver.status)


async def test_y_copies_the_chart_as_text() -> None:
    async with explorer() as driver:
        await opened(driver)
        await driver.press("y")
        assert driver.app.clipboard.startswith("Tasks in each state")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_sizes(size: Wide) -> None:
    """Nothing is cut off that matters, and a smaller screen leaves charts out rather than to fail."""
    async with explorer(size=size) as driver:
        await opened(driver)
        await choose(driver, "a", "2") if size[1] > 12 else None
        await driver.until(lambda: all(panel.drawing for panel in view(driver).panels))
        assert all(len(line.rstrip()) <= size[0] for line in driver.shown().splitlines())
        assert "Tasks in each" in driver.shown()


async def test_a_cursor_that_is_seen_without_colour() -> None:
    """Every row of a low chart has it, in reverse."""
    async with explorer(size=(80, 24)) as driver:
        await opened(driver)
        await driver.press("right")
        chart, column = view(driver), view(driver).at
        drawing = chart.panels[0].drawing
        for row in range(drawing.rows + 1):
            strip = chart.render_line(drawing.top + row).crop(column, column + 1)
            assert strip._segments[0].style.reverse, row


async def test_there_is_nothing_to_draw_at_all() -> None:
    """Records without times have no chart."""
    data = FakeBrowser(3)
    data.best_chart = lambda: None  # type: ignore[method-assign]
    async with explorer(data) as driver:
        await driver.press("c")
        await driver.until(lambda: driver.view == "charts" and "no chart of these data" in driver.shown())
        await driver.press("right", "enter", "plus", "d", "b", "p", "N", "escape", "v")
        assert driver.view == "charts"


async def test_under_the_stream_the_cursor_goes_with_the_records() -> None:
    """i opens it; each move in the records moves it, to that very moment; it follows the selection."""
    data = FakeBrowser(100)
    async with explorer(data) as driver:
        strip = driver.screen.query_one(StreamPane).strip
        await driver.press("i")
        await driver.until(lambda: strip.view.panels)
        assert driver.screen.focused is driver.lines
        await driver.press("pagedown")
        time = driver.lines.current.time
        assert strip.view.where(0) == (time, time)
        await choose(driver, "l", "6")
        await driver.until(lambda: data.drawn[-1][:2] == ("states", Selection(level=5)))
        await choose(driver, "I", "3")
        await driver.until(lambda: "Records a second" in driver.shown())
        await driver.press("i")
        assert "Records a second" not in driver.shown()
        asked = len(data.drawn)
        await choose(driver, "l", "1")
        await driver.pilot.pause(0.1)
        assert len(data.drawn) == asked


async def test_a_record_before_the_chart_begins_is_said_to_be() -> None:
    data = FakeBrowser(100)
    async with explorer(data) as driver:
        strip = driver.screen.query_one(StreamPane).strip
        await driver.press("i")
        await driver.until(lambda: strip.view.panels)
        strip.point(START - SECOND)
        await driver.pilot.pause()
        assert "07:19:53.000 is before the chart begins" in driver.shown()


async def test_two_charts_as_they_stand_on_the_screen() -> None:
    """At 80x24. Judged by eye: axes below each other, the cursor's values, the mark of the active chart."""
    async with explorer(FakeBrowser(100), (80, 24)) as driver:
        await opened(driver)
        await choose(driver, "a", "2")
        await drawn(driver, ["Tasks in each state", "Records a second"])
        await driver.press(*["right"] * 30)
        shown = "".join(f"{line.rstrip()}\n" for line in driver.shown().splitlines())
        assert shown == (Path(__file__).parent / "golden" / "two-charts.txt").read_text()


async def test_windows_of_time() -> None:
    """From the stream's window into the charts: they show that time."""
    window = START + SECOND, START + 3 * SECOND
    async with explorer(FakeBrowser(100)) as driver:
        driver.screen.open_stream(Selection(window=window), "")
        await driver.places(2)
        await opened(driver)
        assert (view(driver).panels[0].plot.start, view(driver).panels[0].plot.end) == window
        await driver.press("minus")
        await driver.until(lambda: pane(driver).chosen.window != window)
        wider = pane(driver).chosen.window
        assert wider[1] - wider[0] == pytest.approx(4 * SECOND, abs=2)


async def test_data_that_arrive_while_charts_are_open() -> None:
    """The charts are drawn again, of the new data."""
    async with explorer(FakeBrowser(20, complete=False)) as driver:
        await opened(driver)
        new = FakeBrowser(100)
        driver.screen.adopt(new)  # type: ignore[arg-type]
        await driver.until(lambda: getattr(new, "drawn", None))
        await driver.until(lambda: view(driver).panels[0].plot.series[1].y.max() == 100)
