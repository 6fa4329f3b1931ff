"""Lists, pages and text: what is drawn is only what can be seen, and all of that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from rich.segment import Segment
from textual.app import App, ComposeResult

from tui.errors import StoreError
from tui.query.model import Histogram, Row
from tui.widgets.bars import Bar, Trail
from tui.widgets.completion import keys_for, put, word_at
from tui.widgets.flow_list import share
from tui.widgets.histogram import HistogramBand
from tui.widgets.line_list import LineList
from tui.widgets.lines_view import wrap
from tui.widgets.look import PLAIN
from tui.widgets.pages import BLOCK, Pages
from tui.widgets.record_list import highlight, pattern
from tui.widgets.spell import offset, time_of_day


class Numbers(LineList):
    """Ten million lines; counts how many are drawn."""

    drawn = 0

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """The number."""
        self.drawn += 1
        return [Segment(str(index))]


class Listing(App[None]):
    """Numbers alone."""

    def compose(self) -> ComposeResult:
        """Them."""
        yield Numbers()

    def on_mount(self) -> None:
        """Show many."""
        self.query_one(Numbers).set_lines(10_000_000)
        self.query_one(Numbers).focus()


async def test_a_cursor_move_draws_two_lines() -> None:
    """Whatever the size of the list, and without scrolling at once."""
    app = Listing()
    async with app.run_test(size=(80, 24)) as pilot:
        numbers = app.query_one(Numbers)
        await pilot.pause()
        numbers.drawn = 0
        await pilot.press("j")
        assert numbers.drawn == 2
        await pilot.press("G")
        assert numbers.at == 9_999_999
        assert numbers.scroll_offset.y == 10_000_000 - 24
        await pilot.press("pageup")
        assert numbers.at == 9_999_999 - 23
        await pilot.press(*["k"] * 23)
        top = numbers.scroll_offset.y
        await pilot.press("k")
        assert numbers.scroll_offset.y < top - 5, "at the edge the list jumps half a page"


def row(id: int) -> Row:
    """A record."""
    return Row(id, None, 0, "s", "f", id, "", f"body {id}")


def test_pages_fetch_blocks_and_look_ahead() -> None:
    """One question a block; the next one is asked for before it is needed."""
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> list[Row]:
        asked.append(ids[0])
        return [row(i) for i in ids]

    pages = Pages(numpy.arange(1000), fetch)
    assert [pages.row(i).id for i in range(BLOCK)] == list(range(BLOCK))  # type: ignore[union-attr]
    assert asked == [0]
    wanted: list[int] = []
    pages.ahead(BLOCK - 10, lambda _, number: wanted.append(number))
    pages.ahead(BLOCK - 9, lambda _, number: wanted.append(number))
    assert wanted == [1]
    pages.put(1, pages.fetch(1))
    assert asked == [0, BLOCK]
    assert pages.row(BLOCK + 5).id == BLOCK + 5  # type: ignore[union-attr]
    assert asked == [0, BLOCK]


def test_pages_that_fail_say_so() -> None:
    """A question that fails leaves blank lines and an error, no exception."""

    def fetch(ids: Sequence[int]) -> list[Row]:
        raise StoreError("the index is gone")

    pages = Pages(numpy.arange(10), fetch)
    assert pages.row(3) is None
    assert pages.error == "the index is gone"


def test_words_under_the_caret() -> None:
    """Keys, values after a colon or a comparison, quotes, a minus."""
    text = 'level:>=WARN AND -par (source:"wor'
    assert word_at(text, 12).key == "level" and word_at(text, 12).prefix == "WARN"
    assert word_at(text, 21).key == "par" and word_at(text, 21).start == 18
    word = word_at(text, len(text))
    assert (word.key, word.prefix) == ("source", "wor")
    assert put(text, len(text), word, '"worker 1"')[0] == 'level:>=WARN AND -par (source:"worker 1"'
    assert keys_for(word_at("task", 4), ["parsl.task", "task_x"]) == ["task_x:", "parsl.task:"]


def test_share_is_seen_when_it_matters() -> None:
    """Bars are as long as their share; what is next to nothing has none."""
    assert share(10, 10) == "█" * 10
    assert share(5, 10) == "█" * 5
    assert share(1, 5000) == ""
    assert share(1, 500) == "▏"
    assert share(0, 0) == ""


def test_wrap_breaks_wide_characters_whole() -> None:
    """No strip is wider than asked, nothing is lost."""
    for width in (2, 3, 10):
        strips = wrap([("東京 and more 東京", PLAIN), ("tail", PLAIN)], width)
        assert all(strip.cell_length <= width for strip in strips)
        assert "".join(strip.text for strip in strips) == "東京 and more 東京tail"


def test_highlight() -> None:
    """Hits are what the search finds: that very text, or a regex."""
    texts = [segment.text for segment in highlight("a Task b", PLAIN, PLAIN, pattern("Task"))]
    assert texts == ["a ", "Task", " b"]
    assert pattern("/T[a-z]+/").search("a Task b")  # type: ignore[union-attr]
    assert pattern("/[/") is None
    assert pattern("") is None


def test_times() -> None:
    """Narrow, aligned, and never wrong about the sign."""
    assert time_of_day(1_795_159_194_830_643_000) == "07:19:54.830"
    assert len(time_of_day(None)) == len(time_of_day(0))
    assert offset(4_980_000) == "+0.004980"
    assert offset(-4_980_000) == "-0.004980"
    assert offset(3_600_000_000_000) == "+1:00:00.0"


class Bars(App[None]):
    """A histogram, a trail and a bar."""

    def compose(self) -> ComposeResult:
        """Them."""
        yield HistogramBand()
        yield Trail(id="trail")
        yield Bar(id="bar")


async def test_histogram_trail_and_bar() -> None:
    """Errors and the cursor's column stand out, the trail drops its oldest steps, hints give way one by one."""
    app = Bars()
    async with app.run_test(size=(60, 5)) as pilot:
        band = app.query_one(HistogramBand)
        counts = tuple((0, 0, 0, 9, 0, 1 if i == 3 else 0, 0) if i % 2 else (0,) * 7 for i in range(band.bins))
        band.show(Histogram(0, 1_000_000_000, counts))
        band.point(5_500_000_000)
        await pilot.pause()
        line = band.render_line(0)
        assert line.text.strip().startswith("00:00:00") and line.text.rstrip().endswith("00:00:38")
        styles = [segment for segment in line if segment.style and segment.style.reverse]
        assert [segment.text for segment in styles] == ["█"] or len(styles) == 1
        app.query_one(Trail).trail([f"step number {i}" for i in range(10)], "summary")
        assert app.query_one(Trail).text.startswith("… › ")
        bar = app.query_one("#bar", Bar)
        bar.show((("left " * 8, PLAIN),), ("? keys  w filter  / search", PLAIN))
        assert bar.render_line(0).text.rstrip().endswith("w filter")
