"""Tests of tui.widgets.spell: numbers and times in narrow columns."""

from __future__ import annotations

import pytest

from tui.widgets.spell import DAY, SECOND, date, number, offset, stamp, time_of_day

AT = 1_795_159_194_830_643_000


def test_numbers_have_separators() -> None:
    assert [number(n) for n in (0, 999, 1000, 1234567)] == ["0", "999", "1,000", "1,234,567"]


@pytest.mark.parametrize(
    ("places", "shown"), [(0, "07:19:54"), (1, "07:19:54.8"), (3, "07:19:54.830"), (9, "07:19:54.830643000")]
)
def test_a_time_of_day_and_none_are_equally_wide(places: int, shown: str) -> None:
    """Cut, not rounded: a second is never shown before it began."""
    assert time_of_day(AT, places) == shown
    assert time_of_day(None, places) == " " * len(shown)


def test_the_day_ends_at_midnight() -> None:
    assert time_of_day(DAY - 1) == "23:59:59.999"
    assert time_of_day(DAY) == time_of_day(0) == "00:00:00.000"
    assert time_of_day(-1) == "23:59:59.999"
    assert [date(DAY - 1), date(DAY), date(-1)] == ["1970-01-01", "1970-01-02", "1969-12-31"]


def test_a_stamp_has_both() -> None:
    assert stamp(AT) == "2026-11-20 07:19:54"
    assert stamp(None) == ""


@pytest.mark.parametrize(
    ("nanos", "shown"),
    [
        (0, "+0.000000"),
        (1_999, "+0.000001"),
        (-1, "-0.000000"),
        (999 * SECOND + 999_999_999, "+999.999999"),
        (1000 * SECOND, "+0:16:40.0"),
        (-1000 * SECOND, "-0:16:40.0"),
        (359_999 * SECOND + 950_000_000, "+99:59:59.9"),
        (360_000 * SECOND, "+4 d 04 h"),
        (-25 * 86_400 * SECOND, "-25 d 00 h"),
    ],
)
def test_an_offset_takes_the_unit_that_fits(nanos: int, shown: str) -> None:
    assert offset(nanos) == shown
    assert len(shown) <= 12
