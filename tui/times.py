"""Text to UTC nanoseconds and back. No floats: a float of epoch seconds is good to 0.2 microseconds only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000

_CLOCK = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1)


def epoch(text: str) -> int | None:
    """Decimal epoch seconds (``1795159196.758610``) as nanoseconds; None when *text* is no plain number."""
    whole, _, part = text.strip().partition(".")
    digits = whole.removeprefix("-")
    if not text.isascii() or not digits.isdigit() or (part and not part.isdigit()) or len(digits) > 20:
        return None
    nanos = int(digits) * SECOND + int(part[:9].ljust(9, "0"))
    return -nanos if whole.startswith("-") else nanos


def clock(text: str) -> tuple[int, bool] | None:
    """A date and time of day as (nanoseconds, whether it names its zone).

    Without a zone the nanoseconds are those of the same digits in UTC, to be shifted when the zone is known. The
    fraction may follow a point or a comma. None when *text* does not begin with a date and time.
    """
    m = _CLOCK.match(text)
    if not m:
        return None
    year, month, day, hour, minute, second = (int(g) for g in m.groups()[:6])
    try:
        at = datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return None
    nanos = (at - _EPOCH) // timedelta(seconds=1) * SECOND + max(0, second - 59) * SECOND
    nanos += int((m[7] or "").ljust(9, "0"))
    zone = m[8]
    if zone and zone != "Z":
        ahead = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
        nanos -= (ahead if zone[0] == "+" else -ahead) * SECOND
    return nanos, zone is not None


def iso(nanos: int) -> str:
    """UTC nanoseconds as ISO 8601 with a ``Z``, the fraction as long as it is needed."""
    seconds, rest = divmod(nanos, SECOND)
    try:
        text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    except OverflowError:
        return f"{seconds}s"
    if len(text) < 19:  # years before 1000 come without leading zeros
        text = text.rjust(19, "0")
    return f"{text}.{rest:09d}".rstrip("0").rstrip(".") + "Z"


def shift(local: int, zone: ZoneInfo | None) -> int:
    """Nanoseconds of a clock without a zone as UTC ones, if that clock stood in *zone* (None: this machine's)."""
    naive = _EPOCH + timedelta(seconds=local // SECOND)
    aware = naive.replace(tzinfo=zone) if zone else naive.astimezone()
    ahead = aware.utcoffset() or timedelta(0)
    return local - int(ahead.total_seconds()) * SECOND


def duration(nanos: int) -> str:
    """A length of time for people: three digits and a unit (``4.98 s``, ``850 µs``, ``2 h 05 m``)."""
    sign, n = ("-", -nanos) if nanos < 0 else ("", nanos)
    if n >= 3600 * SECOND:
        return f"{sign}{n // (3600 * SECOND)} h {n // (60 * SECOND) % 60:02d} m"
    if n >= 60 * SECOND:
        return f"{sign}{n // (60 * SECOND)} m {n // SECOND % 60:02d} s"
    for unit, name in ((SECOND, "s"), (1_000_000, "ms"), (1_000, "µs")):
        if n >= unit:
            value = n / unit
            places = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{sign}{value:.{places}f} {name}"
    return f"{sign}{n} ns" if n else "0 s"


def today() -> datetime:
    """Now, in UTC: a seam for tests."""
    return datetime.now(UTC)
