"""How to load: what a user may ask for beside the PATHs. All of it is part of an index's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from tui.sources.base import File, Source

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


def matches(pattern: str, path: str, source: str) -> bool:
    """Whether *pattern* names this file: the log kind (``monitoring-db``), the end of its path (``interchange.log``,
    ``000/parsl.log``), a directory in it (``000``, ``htex_Local``), or any of these with stars."""
    if fnmatchcase(source, pattern):
        return True
    parts, wanted = path.split("/"), pattern.strip("/").split("/")
    windows = (parts[i : i + len(wanted)] for i in range(len(parts) - len(wanted) + 1))
    return any(all(map(fnmatchcase, window, wanted)) for window in windows) or fnmatchcase(path, pattern)


def unused(patterns: Sequence[str], files: Sequence[tuple[str, str]]) -> list[str]:
    """Those of *patterns* that name none of *files*, each (path, log kind)."""
    return [pattern for pattern in patterns if not any(matches(pattern, path, source) for path, source in files)]
