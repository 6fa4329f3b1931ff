"""Tests of tui.times: text to nanoseconds and back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui import times
from tui.times import SECOND, clock, duration, epoch, iso, shift

CENTURIES = st.integers(-2_000_000_000 * SECOND, 4_000_000_000 * SECOND)


@given(CENTURIES, st.integers(0, 9))
def test_epoch_reads_every_digit(nanos: int, digits: int) -> None:
    """A float would lose the last three."""
    nanos -= nanos % 10 ** (9 - digits)
    whole, rest = divmod(abs(nanos), SECOND)
    sign = "-" if nanos < 0 else ""
    assert epoch(f"{sign}{whole}.{rest:09d}"[: -(9 - digits) or None]) == nanos


def test_epoch_reads_what_python_writes() -> None:
    assert epoch("1795159196.758610") == 1795159196758610000
    assert epoch(" 1795159196\n") == 1795159196 * SECOND
    assert epoch("1795159196.") == 1795159196 * SECOND
    assert epoch("0.1234567899") == 123456789, "digits finer than a nanosecond are cut"
    assert epoch("-0.5") == -SECOND // 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        ".5",
        "1.5e9",
        "1e9",
        "nan",
        "inf",
        "1_000",
        "0x1f",
        "١٢٣",
        "1²",
        "12.3.4",
        "1.-5",
        "--1",
        "+1",
        "1.٥",
        "9" * 21,
        "2026-11-20",
        "None",
    ],
)
def test_epoch_of_garbage_is_none(text: str) -> None:
    assert epoch(text) is None


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    for read in (epoch, clock):
        assert read(text) is None or text.strip()[:1] in "-0123456789"


@given(CENTURIES)
def test_iso_is_read_back(nanos: int) -> None:
    assert clock(iso(nanos)) == (nanos, True)


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_iso_says_what_the_standard_library_says(at: datetime) -> None:
    nanos = (at - datetime(1970, 1, 1)) // timedelta(microseconds=1) * 1000
    parsed = datetime.fromisoformat(iso(nanos))
    assert parsed == at.replace(tzinfo=UTC)
    assert iso(nanos)[:19] == at.isoformat()[:19]


def test_iso_has_no_more_digits_than_it_needs() -> None:
    assert iso(0) == "1970-01-01T00:00:00Z"
    assert iso(1) == "1970-01-01T00:00:00.000000001Z"
    assert iso(1_500_000_000) == "1970-01-01T00:00:01.5Z"
    assert iso(-1) == "1969-12-31T23:59:59.999999999Z"
    assert iso(10**18 * SECOND) == f"{10**18}s", "beyond the year 9999"


@given(CENTURIES, st.integers(-14 * 60, 14 * 60), st.sampled_from(["", ":"]))
def test_a_named_zone_is_taken_off(nanos: int, minutes: int, colon: str) -> None:
    sign, ahead = "-" if minutes < 0 else "+", abs(minutes)
    local = iso(nanos + minutes * 60 * SECOND).rstrip("Z")
    assert clock(f"{local}{sign}{ahead // 60:02d}{colon}{ahead % 60:02d}") == (nanos, True)


@pytest.mark.parametrize(
    ("text", "nanos", "named"),
    [
        ("1970-01-01 00:00:01", SECOND, False),
        ("1970-01-01T00:00:01.5", 1_500_000_000, False),
        ("1970-01-01 00:00:01,123", 1_123_000_000, False),
        ("1970-01-01 00:00:01,123456 DEBUG x", 1_123_456_000, False),
        ("1970-01-01T00:00:01Z", SECOND, True),
        ("1970-01-01 00:00:01.000000001+01:00", 1 - 3599 * SECOND, True),
        ("2016-12-31 23:59:60", 1483228800 * SECOND, False),  # a leap second is the next day's first
    ],
)
def test_clock(text: str, nanos: int, named: bool) -> None:
    assert clock(text) == (nanos, named)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-11-20",
        "2026-13-01 00:00:00",
        "2026-02-30 00:00:00",
        "2026-11-20 24:00:00",
        "2026-11-20 00:60:00",
        " 2026-11-20 00:00:00",
        "0000-01-01 00:00:00",
        "20261120T000000",
        "26-11-20 00:00:00",
    ],
)
def test_clock_of_garbage_is_none(text: str) -> None:
    assert clock(text) is None


def test_shift_takes_the_offset_of_that_day() -> None:
    chicago = ZoneInfo("America/Chicago")
    winter, summer = clock("2026-11-20 01:48:32"), clock("2026-07-20 01:48:32.5")
    assert winter and summer
    assert iso(shift(winter[0], chicago)) == "2026-11-20T07:48:32Z"
    assert iso(shift(summer[0], chicago)) == "2026-07-20T06:48:32.5Z"


def test_shift_without_a_zone_takes_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    local = clock("2026-11-20 01:48:32")
    assert local
    try:
        for zone, expected in (("Asia/Kolkata", "2026-11-19T20:18:32Z"), ("UTC", "2026-11-20T01:48:32Z")):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert iso(shift(local[0], None)) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("nanos", "text"),
    [
        (0, "0 s"),
        (5, "5 ns"),
        (-5, "-5 ns"),
        (1_000, "1.00 µs"),
        (850_000, "850 µs"),
        (12_345_678, "12.3 ms"),
        (4_984_000_000, "4.98 s"),
        (9_996_000_000, "10.0 s"),
        (59_990_000_000, "60.0 s"),
        (60 * SECOND, "1 m 00 s"),
        (3599 * SECOND, "59 m 59 s"),
        (7500 * SECOND, "2 h 05 m"),
        (-7500 * SECOND, "-2 h 05 m"),
    ],
)
def test_duration(nanos: int, text: str) -> None:
    assert duration(nanos) == text


def test_today_knows_its_zone() -> None:
    assert times.today().utcoffset() == timedelta(0)
