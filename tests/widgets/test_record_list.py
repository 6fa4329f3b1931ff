"""Tests of tui.widgets.record_list: records as lines, with what is sought and marked in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
import pytest
from rich.style import Style
from textual.app import App, ComposeResult

from tui.errors import StoreError
from tui.query.model import Row
from tui.widgets.look import HIT, PLAIN
from tui.widgets.record_list import RecordList, highlight, pattern

AT = 1_795_159_194_830_643_000
LONG = "".join(f"{i:04}" for i in range(100))
ROWS = [
    Row(10, AT, 3, "parsl", "f", 1, "task 5", "Task 5 launched"),
    Row(11, None, 0, "interchange of it", "g", 1, "", "no time"),
    Row(12, AT, 5, "parsl", "f", 2, "task 5", "Traceback\n  one\n  two"),
    Row(13, AT, 3, "parsl", "f", 3, "", LONG + "\nmore", "damaged"),
]


def fetch(ids: Sequence[int]) -> list[Row]:
    return [ROWS[i - 10] for i in ids]


class Listing(App[None]):
    """The list alone."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: set[int] = set()

    def compose(self) -> ComposeResult:
        yield RecordList(self.marks)

    def on_mount(self) -> None:
        records = self.query_one(RecordList)
        records.set_records(numpy.arange(10, 14), fetch)
        records.focus()


def lines(records: RecordList) -> list[str]:
    return [records.render_line(y).text.rstrip() for y in range(4)]


async def test_the_columns_of_a_wide_and_a_narrow_screen() -> None:
    app = Listing()
    async with app.run_test(size=(120, 6)) as pilot:
        records = app.query_one(RecordList)
        assert lines(records)[:3] == [
            " 07:19:54.830 I parsl           task 5           Task 5 launched",
            " " * 16 + "interchange of… " + " " * 17 + "no time",
            " 07:19:54.830 E parsl           task 5           Traceback ⏎ +2",
        ]
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert lines(records)[0] == " 07:19:54.830 I parsl     task 5    Task 5 launched"
        assert lines(records)[1] == " " * 16 + "intercha… " + " " * 10 + "no time"


async def test_the_count_of_folded_lines_is_never_cut_off() -> None:
    async with Listing().run_test(size=(80, 6)) as pilot:
        line = pilot.app.query_one(RecordList).render_line(3)
        assert line.cell_length == 80
        assert line.text.startswith(" 07:19:54.830 ! parsl") and line.text.rstrip().endswith("⏎ +1")


async def test_days_are_shown_where_there_are_several() -> None:
    async with Listing().run_test(size=(80, 6)) as pilot:
        records = pilot.app.query_one(RecordList)
        records.dated = True
        assert lines(records)[0] == " 11-20 07:19:54.830 I parsl     task 5    Task 5 launched"
        assert lines(records)[1].index("no time") == lines(records)[0].index("Task 5 l")


async def test_sideways_moves_the_body_only() -> None:
    async with Listing().run_test(size=(80, 6)) as pilot:
        await pilot.press("right")
        shown = lines(pilot.app.query_one(RecordList))
        assert shown[3].startswith(" 07:19:54.830 ! parsl " + " " * 14 + LONG[40:60])
        assert "launched" not in shown[0]


async def test_marks_are_set_taken_away_and_gone_through() -> None:
    app = Listing()
    async with app.run_test(size=(80, 6)) as pilot:
        records = app.query_one(RecordList)
        await pilot.press("apostrophe")
        assert records.at == 0
        await pilot.press("j", "m", "j", "j", "m")
        assert app.marks == {11, 13}
        assert [line[:1] for line in lines(records)] == [" ", "*", " ", "*"]
        await pilot.press("apostrophe")
        assert records.current_id == 11
        await pilot.press("m", "apostrophe", "apostrophe")
        assert (app.marks, records.current_id) == ({13}, 13)


async def test_hits_are_shown_also_under_the_cursor() -> None:
    async with Listing().run_test(size=(80, 6)) as pilot:
        records = pilot.app.query_one(RecordList)
        records.seek("a")
        loud = [[s.text for s in records.render_line(y) if s.style and s.style.underline] for y in range(3)]
        assert loud == [["a", "a"], [], ["a", "a"]]
        records.seek("")
        assert not [s for s in records.render_line(0) if s.style and s.style.underline]


async def test_a_question_that_fails_is_shown_in_the_lines() -> None:
    def fails(ids: Sequence[int]) -> list[Row]:
        raise StoreError("the index is gone")

    async with Listing().run_test(size=(80, 6)) as pilot:
        records = pilot.app.query_one(RecordList)
        records.set_records(numpy.arange(10, 14), fails)
        assert lines(records) == ["the index is gone"] * 4
        assert (records.current, records.current_id) == (None, 10)
        records.set_records(numpy.arange(0), fetch)
        assert (records.current, records.current_id) == (None, None)


@pytest.mark.parametrize(
    ("sought", "text", "hits"),
    [
        ("task", "Task task", ["Task", "task"]),
        ("Task", "Task task", ["Task"]),
        ("a.c", "abc a.c", ["a.c"]),
        ("/a.c/", "abc a.c ABC", ["abc", "a.c"]),
        ("/x*/", "axb", ["x"]),
        ("//", "a // b", ["//"]),
        ("/(/", "a (", []),
        ("/(a+)+$/", "a" * 40 + "!", []),
        ("", "a", []),
    ],
)
def test_what_is_highlighted(sought: str, text: str, hits: list[str]) -> None:
    """Nothing is lost or doubled beside it."""
    segments = highlight(text, PLAIN, HIT, pattern(sought))
    assert [segment.text for segment in segments if segment.style == HIT] == hits
    assert "".join(segment.text for segment in segments) == text
    assert {segment.style for segment in segments} <= {HIT, PLAIN, Style()}
