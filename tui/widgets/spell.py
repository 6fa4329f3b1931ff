"""Numbers and times as people read them in a narrow column."""

from __future__ import annotations

from tui.times import SECOND, duration, iso

DAY = 86_400 * SECOND


def number(count: int) -> str:
    """*count* with separators."""
    return f"{count:,}"


def brief(count: int) -> str:
    """*count* in at most four characters: ``57``, ``9.9k``, ``120k``, ``1.2M``."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 1000)):
        if count >= size:
            return f"{count // (size // 10) / 10:.1f}{unit}" if count < 10 * size else f"{count // size}{unit}"
    return str(count)


def time_of_day(nanos: int | None, places: int = 3) -> str:
    """``07:19:54.830`` in UTC; blank when there is no time."""
    if nanos is None:
        return " " * (9 + places if places else 8)
    seconds, rest = divmod(nanos % DAY, SECOND)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{clock}.{rest // 10 ** (9 - places):0{places}d}" if places else clock


def date(nanos: int) -> str:
    """``2026-11-20`` in UTC."""
    return iso(nanos)[:10]


def stamp(nanos: int | None) -> str:
    """Date and time in UTC, to the second; blank when there is none."""
    return "" if nanos is None else iso(nanos)[:19].replace("T", " ")


def offset(nanos: int, places: int = 6) -> str:
    """Time since the start of a flow, right-aligned by its unit: ``+0.001234`` seconds, ``+1:02:03.5`` hours."""
    sign, n = ("-", -nanos) if nanos < 0 else ("+", nanos)
    seconds, rest = divmod(n, SECOND)
    if seconds < 1000:
        return f"{sign}{seconds}.{rest // 10 ** (9 - places):0{places}d}"
    if seconds < 360_000:
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest // 100_000_000}"
    return f"{sign}{seconds // 86400} d {seconds // 3600 % 24:02d} h"


__all__ = ["DAY", "SECOND", "brief", "date", "duration", "iso", "number", "offset", "stamp", "time_of_day"]
