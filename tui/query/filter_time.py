"""What a test of the time means: spans of nanoseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui.errors import FilterError
from tui.query.expression import Compare, Equals, Range, Test, Wildcard
from tui.times import SECOND, clock, epoch

Span = tuple[int | None, int | None]
"""From and (not including) to; None is open."""

_DAY = 86_400 * SECOND
_STAMP = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)?(?P<t>[T ]?)"
    r"(?P<minute>\d?\d:\d\d)?(?P<second>:\d\d)?(?:[.,](?P<fraction>\d{1,9}))?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_EPOCH = re.compile(r"\d{10}(?:\.(\d{1,9}))?", re.ASCII)
_FORMS = "expected 2026-11-20, 2026-11-20T10:29:46.5, 10:29:46 or epoch seconds"


def spans_of(test: Test, days: Sequence[str]) -> list[Span]:
    """The spans in which a time passes *test*; no span for never.

    A date-time may be as coarse as it likes and is all of the second, minute or day it names: ``<= 10:30`` lasts to the
    end of that minute, ``> 10:30`` begins there. Without a zone it is UTC. A bare time of day means each of *days*
    (``YYYY-MM-DD``) and never leaves its day, except that a range may run over midnight; beside a full date-time it is
    on the day of that. FilterError for what is no time.
    """
    match test:
        case Equals(text):
            low, high, daily = _read(text)
            return [(at + low, at + high) for at in _starts(days)] if daily else [(low, high)]
        case Compare(op, text):
            if op in (">", ">="):
                return _between(text, None, op == ">=", True, days)
            return _between(None, text, True, op == "<=", days)
        case Range(low_text, high_text, low_inclusive, high_inclusive):
            return _between(low_text, high_text, low_inclusive, high_inclusive, days)
        case Wildcard("*"):
            return [(None, None)]
    raise FilterError(f"the time has no text to match {test}: {_FORMS}")


def _between(low: str | None, high: str | None, from_low: bool, to_high: bool, days: Sequence[str]) -> list[Span]:
    lower = None if low is None else _read(low)
    upper = None if high is None else _read(high)
    start = (lower[0] if from_low else lower[1]) if lower else None
    end = (upper[1] if to_high else upper[0]) if upper else None
    daily = [bound[2] for bound in (lower, upper) if bound]
    if not any(daily):
        return [(start, end)]
    # by all of the times named: {10:29 TO 10:29} is empty, not a day long
    if all(daily):
        over_midnight = bool(lower and upper and lower[0] >= upper[1])
        stop = (_DAY if end is None else end) + over_midnight * _DAY
        return [(at + (start or 0), at + stop) for at in _starts(days)]
    assert lower and upper and start is not None and end is not None
    if lower[2]:
        shift = upper[0] // _DAY * _DAY
        shift -= _DAY if lower[0] + shift >= upper[1] else 0
        return [(start + shift, end)]
    shift = lower[0] // _DAY * _DAY
    shift += _DAY if upper[1] + shift <= lower[0] else 0
    return [(start, end + shift)]


def _read(text: str) -> tuple[int, int, bool]:
    """First nanosecond, the one after the last, and whether they count from midnight of some day."""
    text = text.strip().upper()
    if m := _EPOCH.fullmatch(text):
        at = epoch(text)
        return (at or 0), (at or 0) + _unit(m[1]), False
    m = _STAMP.fullmatch(text)
    if not m or not _sensible(m):
        raise FilterError(f"'{text}' is no time: {_FORMS}")
    minute, second, fraction = m["minute"] or "00:00", m["second"] or ":00", m["fraction"] or "0"
    read = clock(f"{m['date'] or '1970-01-01'}T{minute.rjust(5, '0')}{second}.{fraction}{m['zone'] or 'Z'}")
    if not read:
        raise FilterError(f"'{text}' is no time: {_FORMS}")
    length = _unit(m["fraction"]) if m["second"] else 60 * SECOND if m["minute"] else _DAY
    return read[0], read[0] + length, not m["date"]


def _sensible(m: re.Match[str]) -> bool:
    """Whether every part has the part before it that it needs."""
    if not m["minute"]:
        return bool(m["date"]) and m[0] == m["date"]
    if m["zone"] and not m["date"] and m["zone"] != "Z":
        return False
    return bool(m["t"]) == bool(m["date"]) and bool(m["second"] or not m["fraction"])


def _unit(fraction: str | None) -> int:
    return int(SECOND // 10 ** len(fraction or ""))


def _starts(days: Sequence[str]) -> list[int]:
    return [_read(day)[0] for day in days]
