"""Tests of tui.query.options: what a user writes, and which files it means."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from tui.errors import OptionError
from tui.query.options import matches, read, unused
from tui.times import SECOND

NOON = 1_795_176_000 * SECOND  # 2026-11-20T12:00:00Z


@pytest.mark.parametrize(
    ("text", "pattern", "at"),
    [
        ("2026-11-20T12:00:00Z", "*", NOON),
        ("2026-11-20 12:00:00z", "*", NOON),
        ("2026-11-20T14:00+02:00", "*", NOON),
        ("dmesg=2026-11-20T13:00:00.5", "dmesg", NOON + SECOND // 2),
        ("000/a=b.log=2026-11-20 13:00", "000/a=b.log", NOON),
        ("2026-11-20", "*", NOON - 13 * 3600 * SECOND),
        ("1795176000.25", "*", NOON + SECOND // 4),
    ],
)
def test_boot(text: str, pattern: str, at: int) -> None:
    """Without a zone it is a time of --tz: Berlin is an hour ahead."""
    assert read("Europe/Berlin", boot=[text]).boot == ((pattern, at),)


def test_boot_stands_in_this_machines_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert read(boot=["2026-11-20T21:00"]).boot == (("*", NOON),)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("text", "by"),
    [("a=1", SECOND), ("a=-1.5", -SECOND * 3 // 2), ("a=+0.000000001", 1), ("a= 3600 ", 3600 * SECOND)],
)
def test_shift(text: str, by: int) -> None:
    assert read(shift=[text, "b=c=2"]).shift == (("a", by), ("b=c", 2 * SECOND))


@pytest.mark.parametrize(
    "given",
    [
        {"tz": "Mars"},
        {"since": "x"},
        {"until": "12"},
        {"since": "2026-11-20", "until": "2026-11-19"},
        {"boot": ["", "x"]},
        {"boot": ["dmesg="]},
        {"boot": ["12:00"]},
        {"shift": ["a"]},
        {"shift": ["=1"]},
        {"shift": ["a=x"]},
        {"shift": ["a=nan"]},
    ],
    ids=str,
)
def test_what_is_wrong_is_named(given: dict[str, str]) -> None:
    name = list(given)[-1]
    with pytest.raises(OptionError, match=rf"--{re.escape(name)} "):
        read(**given)  # type: ignore[arg-type]


def test_what_is_given_is_kept() -> None:
    found = read("Asia/Tokyo", ["a"], ["b", "c"], "10:00", "2026-11-21")
    assert (found.zone, found.only, found.skip) == (ZoneInfo("Asia/Tokyo"), ("a",), ("b", "c"))
    assert (found.since, found.until) == ("10:00", "2026-11-21")
    assert read().text() != found.text()


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("parsl.log", True),
        ("000/parsl.log", True),
        ("000", True),
        ("0*", True),
        ("parsl-text", True),
        ("parsl-*", True),
        ("*.log", True),
        ("/run/000/parsl.log", True),
        ("/run/000/", True),
        ("arsl.log", False),
        ("000/h", False),
        ("run/parsl.log", False),
        ("json-lines", False),
        ("", False),
    ],
)
def test_patterns(pattern: str, fits: bool) -> None:
    assert matches(pattern, "/run/000/parsl.log", "parsl-text") is fits
    assert unused([pattern], [("/run/000/parsl.log", "parsl-text")]) == ([] if fits else [pattern])
