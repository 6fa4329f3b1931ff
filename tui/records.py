"""The shape of a record, and the levels.

A record is one thing a source told us. Its keys are flat, dotted names; anything may be missing, the time too.
Names that begin with ``wideview.`` are ours and never come from a log.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Stands for "no time" where times are plain 64-bit integers.
NO_TIME = -(2**63)

#: Stands, there too, for "the time is in the record itself".
TIME_INSIDE = NO_TIME + 1

Scalar = str | int | float | bool | None

#: Levels by rank. 0 is "unknown": the record has none, or one that nobody knows.
LEVELS: tuple[str, ...] = ("", "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

#: Other spellings, upper case, of the levels above.
LEVEL_ALIASES: dict[str, str] = {
    "WARN": "WARNING",
    "FATAL": "CRITICAL",
    "CRIT": "CRITICAL",
    "EMERG": "CRITICAL",
    "ALERT": "CRITICAL",
    "ERR": "ERROR",
    "NOTICE": "INFO",
    "INFORMATION": "INFO",
    "FINE": "DEBUG",
    "NOTSET": "",
}

LEVEL_RANKS: dict[str, int] = {name: rank for rank, name in enumerate(LEVELS) if name}
LEVEL_RANKS.update({alias: LEVELS.index(name) for alias, name in LEVEL_ALIASES.items()})


def level_rank(text: str) -> int:
    """The rank of a level name in any case and spelling; 0 when it is not known."""
    return LEVEL_RANKS.get(text.strip().upper(), 0)


@dataclass(slots=True)
class Raw:
    """A record as its reader gives it.

    *line* is the 1-based number of its first line (or the row of a table); *offset* and *length* are its bytes in the
    file, -1 and 0 for a row. *time* is UTC nanoseconds since the epoch. *local* is the same for a clock without a
    zone: the nanoseconds its digits would be if it stood in UTC; the zone is found later. *elapsed* is nanoseconds
    since a start that the file does not name, such as the machine's boot. At most one of the three is set. *keys* are
    as emitted, and those of ours (``wideview.body``, ``wideview.level``: the level by one of the names in
    :data:`LEVELS`) where the emitter says it in a form of its own. *error* says why the text could not be read as a
    record; such a record has its text as body and no level.
    """

    line: int
    keys: dict[str, Scalar]
    offset: int = -1
    length: int = 0
    time: int | None = None
    local: int | None = None
    elapsed: int | None = None
    error: str | None = None


@dataclass(slots=True)
class Notes:
    """What a reader noticed in one file besides the records.

    Every line of a line-based file is in exactly one of the four classes: *first* line of a record, *continuation*,
    *damaged* (kept as a record with an error) or *blank*. Rows of documents and databases are counted in *rows*.
    *rejected* holds (line, reason) of every damaged line, *mended* of every line that was read after a repair.
    *unordered*: its records do not stand in the order of time, and need not. *zone* holds (UTC nanoseconds, seconds
    that local time was ahead of UTC) wherever the file proves it and it changed.
    """

    first: int = 0
    continuation: int = 0
    damaged: int = 0
    blank: int = 0
    rows: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    mended: list[tuple[int, str]] = field(default_factory=list)
    unordered: bool = False
    zone: list[tuple[int, int]] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """All lines of the file: the four classes added up."""
        return self.first + self.continuation + self.damaged + self.blank

    def reject(self, line: int, reason: str) -> None:
        """Count *line* as damaged, for *reason*."""
        self.damaged += 1
        self.rejected.append((line, reason))
