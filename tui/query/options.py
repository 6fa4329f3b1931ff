"""How to load: what a user may ask for beside the PATHs. All of it is part of an index's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from tui import times
from tui.errors import FilterError, OptionError
from tui.sources.base import File, Source

_DAY = re.compile(r"\s*\d{4}-\d\d-\d\d", re.ASCII)
_ZONE = re.compile(r"(?:z|[+-]\d\d:?\d\d)$", re.ASCII | re.IGNORECASE)

#: What is told of a pattern of ``--only`` or ``--skip`` that a user gave in vain.
FITS_NOTHING = "no file and no log kind fits that"


@dataclass(frozen=True, slots=True)
class Options:
    """*zone* is that of clocks which name none and that no log proves (None: this machine's).

    *only* and *skip* are patterns of files to read and not to read; *boot* and *shift* are (pattern, nanoseconds): when
    (UTC) the clocks started that count from a start, and what is added to the times of a file. See :func:`matches` for
    patterns. Records before *since* or after *until* are left out once they have told what they know; both are written
    as in the filter language.
    """

    zone: ZoneInfo | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    boot: tuple[tuple[str, int], ...] = ()
    shift: tuple[tuple[str, int], ...] = ()
    since: str = ""
    until: str = ""

    def wanted(self, file: File, source: Source) -> bool:
        """Whether *file*, of the log kind *source*, is to be read."""
        if self.only and not any(matches(pattern, file.where, source.name) for pattern in self.only):
            return False
        return not any(matches(pattern, file.where, source.name) for pattern in self.skip)

    def boot_of(self, file: File, source: Source) -> int | None:
        """When the clock of *file* started, in UTC nanoseconds; None when nobody said."""
        found = [at for pattern, at in self.boot if matches(pattern, file.where, source.name)]
        return found[-1] if found else None

    def shift_of(self, file: File, source: Source) -> int:
        """Nanoseconds to add to the times of *file*."""
        return sum(by for pattern, by in self.shift if matches(pattern, file.where, source.name))

    def text(self) -> str:
        """All of it, for the name of an index."""
        return repr(astuple(self))


def read(
    tz: str = "",
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    since: str = "",
    until: str = "",
    boot: Sequence[str] = (),
    shift: Sequence[str] = (),
) -> Options:
    """Options as a user writes them: each as the option of the command line of that name. OptionError says which of
    them is wrong.

    *boot* are ``[SOURCE=]TIME``, *shift* are ``SOURCE=SECONDS``. A TIME is one of the filter language, with a day; one
    of *boot* that names no zone stands in *tz*, or in this machine's zone if that is "".
    """
    zone = None
    if tz:
        try:
            zone = ZoneInfo(tz)
        except (KeyError, ValueError, OSError) as error:
            raise OptionError(f"--tz {tz}: no such time zone") from error
    _check_span(since, until)
    boots = tuple((pattern or "*", _moment(text, zone)) for pattern, _, text in (each.rpartition("=") for each in boot))
    return Options(zone, tuple(only), tuple(skip), boots, tuple(map(_shift, shift)), since, until)


def _check_span(since: str, until: str) -> None:
    from tui.query.order import since_until  # which needs this module

    found = []
    for name, text in (("--since", since), ("--until", until)):
        try:
            found.append(since_until(Options(since=text) if name == "--since" else Options(until=text), ["1970-01-01"]))
        except FilterError as error:
            raise OptionError(f"{name} {text}: {_expected(error)}") from error
    start, end = found[0][0], found[1][1]
    if start is not None and end is not None and start >= end and _DAY.match(since) and _DAY.match(until):
        raise OptionError(f"--since {since} is not before --until {until}")


def _expected(error: FilterError) -> str:
    return str(error).partition(": ")[2]


def _moment(text: str, zone: ZoneInfo | None) -> int:
    """A time of ``--boot`` in UTC nanoseconds."""
    try:
        from tui.query.expression import Compare  # a command without times of its own needs no filter language
        from tui.query.filter_time import spans_of

        at = spans_of(Compare(">=", text), ["1970-01-01"])[0][0] or 0
    except FilterError as error:
        raise OptionError(f"--boot {text}: {_expected(error)}") from error
    if text.strip().replace(".", "", 1).isdigit():  # epoch seconds
        return at
    if not _DAY.match(text.strip()):
        raise OptionError(f"--boot {text}: a time of day alone does not say when: expected 2026-11-20T10:29:46")
    return at if _ZONE.search(text.strip()[10:]) else times.shift(at, zone)


def _shift(text: str) -> tuple[str, int]:
    """``SOURCE=SECONDS`` as a pattern and nanoseconds."""
    pattern, _, seconds = text.rpartition("=")
    by = times.epoch(seconds.strip().removeprefix("+"))
    if not pattern or by is None or abs(by) >= 1 << 62:
        raise OptionError(f"--shift {text}: expected SOURCE=SECONDS, such as manager.log=-1.5")
    return pattern, by


def matches(pattern: str, path: str, source: str) -> bool:
    """Whether *pattern* names this file: the log kind (``monitoring-db``), the end of its path (``interchange.log``,
    ``000/parsl.log``), a directory in it (``000``, ``htex_Local``), or any of these with stars."""
    if fnmatchcase(source, pattern):
        return True
    if not pattern.strip("/"):
        return False
    parts, wanted = path.split("/"), pattern.strip("/").split("/")
    windows = (parts[i : i + len(wanted)] for i in range(len(parts) - len(wanted) + 1))
    return any(all(map(fnmatchcase, window, wanted)) for window in windows) or fnmatchcase(path, pattern)


def unused(patterns: Sequence[str], files: Sequence[tuple[str, str]]) -> list[str]:
    """Those of *patterns* that name none of *files*, each (path, log kind)."""
    return [pattern for pattern in patterns if not any(matches(pattern, path, source) for path, source in files)]
