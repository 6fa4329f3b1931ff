"""Tests of tui.sources.stamps: times as logs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.sources.stamps import FORMS, Finder, Stamp, number, read
from tui.times import SECOND

#: 2026-11-20 07:44:29 UTC
AT = 1795160669
NANOS = AT * SECOND


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("1795160669", Stamp(time=NANOS)),
        ("1795160669.479", Stamp(time=NANOS + 479_000_000)),
        (" 1795160669479 ", Stamp(time=NANOS + 479_000_000)),
        ("1795160669479001", Stamp(time=NANOS + 479_001_000)),
        ("1795160669479001002", Stamp(time=NANOS + 479_001_002)),
        ("1795160669479.5", Stamp(time=NANOS + 479_500_000)),
        ("1.5", Stamp(elapsed=1_500_000_000)),
        ("0", Stamp(elapsed=0)),
        ("-2", Stamp(elapsed=-2 * SECOND)),
        ("99999999", Stamp(elapsed=99999999 * SECOND)),
        ("100000000", Stamp(time=10**8 * SECOND)),
        ("", None),
        ("1e9", None),
        ("1.2.3", None),
        ("--1", None),
        ("²", None),
        ("1" * 20, None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_what_its_size_says(text: str, stamp: Stamp | None) -> None:
    assert number(text) == stamp


@pytest.mark.parametrize(
    ("text", "stamp", "rest"),
    [
        ("2026-11-20T07:44:29Z x", Stamp(time=NANOS), " x"),
        ("2026-11-20 07:44:29,479 - x", Stamp(local=NANOS + 479_000_000), " - x"),
        ("2026-11-20 08:44:29.5 +0100 x", Stamp(time=NANOS + 500_000_000), " x"),
        ("2026/11/20 07:44:29 x", Stamp(local=NANOS), " x"),
        ("[2026-11-20 07:44:29] x", Stamp(local=NANOS), "] x"),
        ("INFO 2026-11-20 07:44:29 x", Stamp(local=NANOS), " x"),
        ("Fri Nov 20 07:44:29 2026 x", Stamp(local=NANOS), " x"),
        ("Nov 20 07:44:29 vm x", Stamp(local=NANOS), " vm x"),
        ("[20/Nov/2026:08:44:29 +0100] x", Stamp(time=NANOS), "] x"),
        ("1795160669.25 x", Stamp(time=NANOS + 250_000_000), " x"),
        ("1795160669479001 31545 x", Stamp(time=NANOS + 479_001_000), " 31545 x"),
        ("[    4.881002] x", Stamp(elapsed=4_881_002_000), " x"),
    ],
)
def test_lines_begin_with_times_of_many_forms(text: str, stamp: Stamp, rest: str) -> None:
    found = Finder(near=NANOS + 5 * SECOND).find(text)
    assert found is not None
    assert (found[0], text[found[2] :]) == (stamp, rest)


@pytest.mark.parametrize(
    "text", ["", "x", "x 2026-11-20 07:44:29", "2026-13-20 07:44:29", "12345 x", "17951606691 x", "1795160669x", "[x]"]
)
def test_other_lines_do_not(text: str) -> None:
    assert Finder().find(text) is None


def test_a_finder_that_met_one_form_knows_the_others() -> None:
    finder = Finder(near=NANOS)
    for text in ("2026-11-20T07:44:29Z", "1795160669", "[ 1.5]", "2026-11-20T07:44:29Z"):
        assert finder.find(text) == Finder(near=NANOS).find(text) is not None


@pytest.mark.parametrize(
    ("near", "year"),
    [
        (datetime(2026, 11, 20, 8, tzinfo=UTC), 2026),
        (datetime(2026, 11, 19, 8, tzinfo=UTC), 2026),  # a day is what zones may differ
        (datetime(2026, 11, 18, tzinfo=UTC), 2025),
        (datetime(2027, 1, 2, tzinfo=UTC), 2026),
    ],
)
def test_a_date_without_a_year_is_the_last_before_the_file_changed(near: datetime, year: int) -> None:
    stamp = read("syslog", "Nov 20 07:44:29", int(near.timestamp()) * SECOND)
    assert stamp is not None and stamp.local is not None
    assert datetime.fromtimestamp(stamp.local / SECOND, UTC).year == year


@pytest.mark.parametrize("near", [10**13 * SECOND, -(10**13) * SECOND, 10**20 * SECOND])
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("syslog", "Nov 20 07:44:29"),
        ("ctime", "Fri Nov 20 07:44:29 2026"),
        ("%b %d %H:%M:%S", "Nov 20 07:44:29"),
        ("%H:%M:%S", "07:44:29"),
    ],
)
def test_a_file_of_another_age_of_the_world_is_of_no_known_time(near: int, form: str, text: str) -> None:
    """File systems and archives hold any number of seconds; dates end with the year 9999."""
    assert read(form, text, near) == read(form, text)


def test_the_29th_of_february_may_be_years_ago() -> None:
    near = int(datetime(2027, 3, 1, tzinfo=UTC).timestamp()) * SECOND
    stamp = read("syslog", "Feb 29 00:00:00", near)
    assert stamp == Stamp(local=int(datetime(2024, 2, 29, tzinfo=UTC).timestamp()) * SECOND)


@pytest.mark.parametrize(
    ("form", "text", "stamp"),
    [
        ("any", "2026-11-20T07:44:29Z", Stamp(time=NANOS)),
        ("any", "1.5", Stamp(elapsed=1_500_000_000)),
        ("any", "soon", None),
        ("iso", "2026-11-20T07:44:29Z and more", None),
        ("number", "1795160669", Stamp(time=NANOS)),
        ("%d.%m.%Y %H:%M:%S", "20.11.2026 07:44:29", Stamp(local=NANOS)),
        ("%d.%m.%Y %H:%M:%S %z", "20.11.2026 08:44:29 +0100", Stamp(time=NANOS)),
        ("%Y-%m-%d %H:%M:%S.%f", "2026-11-20 07:44:29.479001002", Stamp(local=NANOS + 479_001_002)),
        ("%d.%m.%Y", "32.11.2026", None),
    ],
)
def test_named_forms(form: str, text: str, stamp: Stamp | None) -> None:
    assert read(form, text) == stamp


TEXTS = st.text(max_size=60) | st.text(alphabet="0123456789-/:., TZ+[]NovFri", max_size=40)
NEARS = st.sampled_from([0, NANOS, 1, -1, 2**62])


def check(stamp: Stamp | None) -> None:
    if stamp is not None:
        given_ = [each for each in (stamp.time, stamp.local, stamp.elapsed) if each is not None]
        assert len(given_) == 1 and abs(given_[0]) < 10**20


@given(text=TEXTS, near=NEARS)
def test_a_finder_never_raises_and_finds_one_time_inside_the_text(text: str, near: int) -> None:
    found = Finder(near).find(text)
    if found is not None:
        check(found[0])
        assert 0 <= found[1] < found[2] <= len(text)


@given(text=TEXTS, near=NEARS, form=st.sampled_from([*FORMS, "any", "number", "%H:%M", "%b %d", "%j", "%Y%f", "%"]))
def test_reading_never_raises(text: str, near: int, form: str) -> None:
    check(read(form, text, near))


@given(st.datetimes(datetime(1973, 4, 1), datetime(2200, 1, 1)), st.sampled_from([(1, 0), (10**3, 6), (10**6, 3)]))
def test_a_moment_is_the_same_in_every_unit(at: datetime, unit: tuple[int, int]) -> None:
    seconds = int((at - datetime(1970, 1, 1)).total_seconds())
    assert number(str(seconds * unit[0])) == Stamp(time=seconds * SECOND)
    assert read("iso", f"{at:%Y-%m-%d %H:%M:%S}Z") == Stamp(time=seconds * SECOND)


@pytest.mark.parametrize("text", ["[" * 300_000, " " * 300_000, "INFO " * 60_000, "1" * 300_000, "[ " * 150_000])
def test_a_long_line_is_looked_at_once(text: str) -> None:
    assert Finder().find(text) is None and read("any", text) is None
