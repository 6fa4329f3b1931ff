"""What a source is: how a log kind is recognised and read.

One file in this package is one log kind. It exports ``SOURCES``, a tuple of objects of the protocol below; nothing
else has to be told of it. A source knows nothing of the store, the rules or the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tui.records import Notes, Raw

#: Bytes of a file that :meth:`Source.sniff` is shown.
HEAD = 8192


@dataclass(frozen=True, slots=True)
class File:
    """One input file. *path* opens it; *name* is what people are shown (as they gave it, with ``/``).

    *place* is where it stands in the tree if that is not *path*: a member of an archive is read from a copy. *asked*
    says that the user named the very file, not just a directory above it. *mtime_ns* is in nanoseconds since the epoch.
    *packed* says why it is not read as it lies: how it is packed (:func:`tui.sources.packing.kind`), or ``input`` for
    standard input (*path* is ``-``) or a pipe, or ``name`` for a name that is no text; :mod:`tui.sources.unpack` makes
    readable files of it.
    *damage* says why such a file does not hold all that was packed; "" when it does.
    """

    path: str
    name: str
    size: int = 0
    mtime_ns: int = 0
    place: str = ""
    asked: bool = False
    packed: str = ""
    damage: str = ""

    @property
    def where(self) -> str:
        """Where it stands in the tree: what rules about paths and :meth:`Source.sniff` look at."""
        return self.place or self.path


class Source(Protocol):
    """A log kind.

    *body*, *level* and *error* are the keys that hold the text as a person reads it and the level, best first.
    *lines* says whether the file is made of lines (then they are counted in the four classes) or of rows.
    *json_lines* says that every sound line is one JSON object whose keys are taken as they are, and *time* names the
    key with seconds since the epoch (UTC); such a file is read by the engine itself unless it is damaged.
    """

    name: str
    title: str
    body: tuple[str, ...]
    level: tuple[str, ...]
    lines: bool
    json_lines: bool
    time: str

    def sniff(self, name: str, head: bytes) -> float:
        """How surely a file called *name* that begins with *head* is of this kind: 0 (no) to 1 (certainly)."""
        ...

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """The records of *file* in its order; what else was seen goes to *notes*.

        With *limit*, stops after about that many bytes. Never raises on what a file holds; raises OSError when the
        file cannot be read.
        """
        ...
