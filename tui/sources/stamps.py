"""Times as logs write them: forms by name, and the one a line begins with.

Every form is a pattern and a function from its match to a :class:`Stamp`. Times of day without a date and dates without
a year take what is missing from *near*, a moment shortly after they were written (a file's time of change).
"""

from __future__ import annotations

import re
from calendar import month_abbr
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from tui.times import SECOND, clock

_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400 * SECOND
_MONTHS = {name.lower(): i for i, name in enumerate(month_abbr) if name}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time that was read; exactly one of three is set. *time*: UTC nanoseconds. *local*: the nanoseconds its digits
    would be if it stood in UTC. *elapsed*: nanoseconds since a start that is not named."""

    time: int | None = None
    local: int | None = None
    elapsed: int | None = None


_Read = Callable[[re.Match[str], int], Stamp | None]


def number(text: str) -> Stamp | None:
    """A plain number: seconds, milli-, micro- or nanoseconds since 1970 by its size, and, when it is too small to be
    any of these (before March 1973), seconds since a start that is not named. None for what is no plain number."""
    text = text.strip()
    negative = text.startswith("-")
    whole, _, part = text.removeprefix("-").partition(".")
    if not text.isascii() or not whole.isdigit() or len(whole) > 19 or (part and not part.isdigit()):
        return None
    value = int(whole)
    scale = next((scale for least, scale in SCALES if value >= least), SECOND)
    nanos = value * scale + int(part[:9].ljust(9, "0")) * scale // SECOND
    if negative:
        nanos = -nanos
    return Stamp(time=nanos) if value >= 10**8 else Stamp(elapsed=nanos)


#: (least number, nanoseconds in its unit): from 10**11 on a number of seconds would be after the year 5138.
SCALES = ((10**17, 1), (10**14, 1_000), (10**11, 1_000_000))


def _iso(found: re.Match[str], near: int) -> Stamp | None:
    read = clock(found[0].replace("/", "-").replace(" +", "+").replace(" -", "-"))
    if read is None:
        return None
    return Stamp(time=read[0]) if read[1] else Stamp(local=read[0])


def _day_after(near: int) -> datetime | None:
    """The day after *near*; None when that is not known, or beyond the years 1 to 9999, as a file's time may be."""
    try:
        return _EPOCH + timedelta(seconds=near // SECOND) + timedelta(days=1) if near else None
    except OverflowError:
        return None


def _syslog(found: re.Match[str], near: int) -> Stamp | None:
    month = _MONTHS.get(found["month"].lower())
    if month is None:
        return None
    limit = _day_after(near)
    year = int(found.groupdict().get("year") or 0) or (limit.year if limit else datetime.now(UTC).year)
    guessed = not found.groupdict().get("year")
    for candidate in range(year, year - 9, -1) if guessed else (year,):  # 29 February may be some years ago
        try:
            hour, minute, second = map(int, found["clock"].split(":"))
            at = datetime(candidate, month, int(found["day"]), hour, minute, second)
        except ValueError:
            continue
        if not guessed or limit is None or at <= limit:
            nanos = _nanos(at) + int((found.groupdict().get("fraction") or "").ljust(9, "0")[:9])
            ahead = found.groupdict().get("zone")
            return _zoned(nanos, ahead) if ahead else Stamp(local=nanos)
    return None


def _zoned(nanos: int, zone: str) -> Stamp:
    ahead = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return Stamp(time=nanos - (ahead if zone[0] == "+" else -ahead) * SECOND)


def _nanos(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000


def _number(found: re.Match[str], near: int) -> Stamp | None:
    return number(found[1])


_DATE = r"\d{4}([-/])\d\d\1\d\d"
_TIME = r"\d\d:\d\d:\d\d"
_MDAY = r"(?P<month>[A-Za-z]{3}) {1,2}(?P<day>\d{1,2}) "

#: Name -> (pattern, reader), in the order they are tried.
FORMS: dict[str, tuple[re.Pattern[str], _Read]] = {
    name: (re.compile(pattern, re.ASCII), read)
    for name, pattern, read in (
        ("iso", rf"{_DATE}[T ]{_TIME}(?:[.,]\d{{1,9}})?(?: ?(?:Z|[+-]\d\d:?\d\d)(?!\d))?", _iso),
        ("ctime", rf"[A-Za-z]{{3}} {_MDAY}(?P<clock>{_TIME})(?:\.(?P<fraction>\d{{1,9}}))? (?P<year>\d{{4}})", _syslog),
        ("syslog", rf"{_MDAY}(?P<clock>{_TIME})(?:\.(?P<fraction>\d{{1,9}}))?", _syslog),
        (
            "apache",
            rf"(?P<day>\d\d)/(?P<month>[A-Za-z]{{3}})/(?P<year>\d{{4}}):(?P<clock>{_TIME})(?: (?P<zone>[+-]\d{{4}}))?",
            _syslog,
        ),
        ("number", r"(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})(?![\w.])", _number),
        ("elapsed", r"\[ *(\d{1,9}\.\d{1,9})\]", _number),
    )
}

#: What may stand before a time at the start of a line: brackets, quotes, a level.
_LEAD = re.compile(
    r"[\s\[(<{\"']*(?:(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL|[TDIWEF])[\s:|\])-]+)?[\[(\"']*"
)


class Finder:
    """Finds the time that lines begin with. The form of one line is tried first on the next."""

    def __init__(self, near: int = 0) -> None:
        self._near = near
        self._last = ""

    def find(self, text: str) -> tuple[Stamp, int, int] | None:
        """The time at the start of *text*, and where it begins and ends; None when there is none."""
        lead = _LEAD.match(text)
        start = lead.end() if lead else 0
        for name in dict.fromkeys((self._last, *FORMS)):
            if not name:
                continue
            pattern, read = FORMS[name]
            at = text.find("[") if name == "elapsed" and text.lstrip().startswith("[") else start
            found = pattern.match(text, max(at, 0))
            stamp = read(found, self._near) if found else None
            if found and stamp:
                self._last = name
                return stamp, found.start(), found.end()
        return None


def read(form: str, text: str, near: int = 0) -> Stamp | None:
    """*text* as a time of a named form, or of a form of ``strptime`` (with a percent sign in it; ``%f`` takes up to
    nine digits); None when it is none."""
    text = text.strip()
    if "%" in form:
        return _strptime(form, text, near)
    if form == "number":
        return number(text)
    if form == "any":
        for name in FORMS:
            pattern, reader = FORMS[name]
            if (found := pattern.fullmatch(text)) and (stamp := reader(found, near)):
                return stamp
        return number(text)
    pattern, reader = FORMS[form]
    found = pattern.fullmatch(text)
    return reader(found, near) if found else None


def _strptime(form: str, text: str, near: int) -> Stamp | None:
    rest = 0
    if "%f" in form and (longer := re.search(r"(\d{6})(\d{1,3})(?!\d)", text)):
        rest = int(longer[2].ljust(3, "0"))
        text = text[: longer.end(1)] + text[longer.end() :]
    try:
        at = datetime.strptime(text, form)
    except (ValueError, re.error, OverflowError):
        return None
    zone = at.tzinfo
    at = at.replace(tzinfo=None)
    if at.year == 1900 and "%y" not in form.lower() and "%s" not in form:
        after = _day_after(near)
        limit = after or datetime.now(UTC).replace(tzinfo=None)
        if "%d" in form or "%j" in form:
            at = at.replace(year=limit.year if at.replace(year=limit.year) <= limit else limit.year - 1)
        else:  # a time of day
            moment = limit - timedelta(days=1) if after else limit
            at = datetime.combine(moment.date(), at.time())
            if after and at > moment + timedelta(seconds=1):
                at -= timedelta(days=1)
    nanos = _nanos(at) + rest
    if zone is None:
        return Stamp(local=nanos)
    offset = zone.utcoffset(None) if isinstance(zone, timezone) else None
    return Stamp(time=nanos - int((offset or timedelta()).total_seconds()) * SECOND)
