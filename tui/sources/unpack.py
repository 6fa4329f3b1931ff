"""Inputs that cannot be read where they lie are copied first: compressed files, archives, standard input.

Everything is read as a stream, once. A copy is called by a number, never by the name a member has; where it stood is
known to :class:`File` alone. Nothing in an archive is followed: links are told, not read.
"""

from __future__ import annotations

import math
import os
import posixpath
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from tui.sources import packing, tar, zip
from tui.sources.base import HEAD, File
from tui.sources.packing import CHUNK, COMPRESSED, Damaged, Member, Stream, unpacked
from tui.sources.walk import STANDARD_INPUT, Skipped, mtime, no_log

#: Endings of compressed files, which their copies do not have: rules know ``worker_1.jsonlog``.
_ENDINGS = (".gz", ".bz2", ".xz", ".zst")

#: Bytes of a member's name; no file system takes longer ones.
_NAME = 4096

#: How a database's log of changes that were not yet taken over begins: https://sqlite.org/fileformat2.html#walformat
_WRITE_AHEAD = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")

#: Packed bytes between two reports.
_REPORT = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is unpacked at most; what was unpacked when one is met is kept.

    For every file that is packed, with all that is packed in it: the number of *members* and of the characters of their
    *names*, *size* in bytes of what goes
    in or comes out, *ratio* of what comes out to what goes in (looked at beyond *free* bytes: logs shrink to a
    hundredth, a bomb to less than a thousandth), *depth* of archives and compressed files in each other. To see but
    something soon: the *head* in bytes that is copied of each file, and *seconds* of work.
    """

    members: int = 100_000
    names: int = 64 << 20
    size: int = 64 << 30
    ratio: int = 1000
    free: int = 256 << 20
    depth: int = 8
    head: int = sys.maxsize
    seconds: float = math.inf


#: Says why a file that begins with these bytes is not to be read; "" if it is.
Refuse = Callable[[File, bytes], str]


def unpack(
    files: Sequence[File],
    spool: Path,
    refuse: Refuse,
    limits: Limits | None = None,
    report: Callable[[int], None] | None = None,
    standard_input: int = 0,
) -> tuple[list[File], list[Skipped]]:
    """*files* with what is packed among them replaced by copies in the empty directory *spool*, and what is not read.

    What *refuse* refuses is not copied. *report* is told now and then how many packed bytes were read. Standard input
    is read from the descriptor *standard_input*. OSError when a copy cannot be written, or a file not be opened.
    """
    unpacker = _Unpacker(spool, refuse, limits or Limits(), report or (lambda done: None))
    found: list[File] = []
    for file in files:
        found += unpacker.take(file, standard_input) if file.packed else [file]
    return found, unpacker.skipped


@dataclass(frozen=True, slots=True)
class _Packed:
    """Something that is packed, and where it stands: *name* for people, *place* in the tree, *plain* the place of what
    is in it if that is one file, *depth* in how many others."""

    name: str
    place: str
    plain: str
    mtime_ns: int
    asked: bool
    depth: int = 0

    def inner(self) -> _Packed:
        """What is compressed in it."""
        stem, ending = os.path.splitext(self.plain)
        plain = stem if ending.lower() in _ENDINGS and os.path.basename(stem) else self.plain
        return replace(self, plain=plain, depth=self.depth + 1)

    def member(self, name: str, mtime_ns: int) -> _Packed:
        """The member *name* of it."""
        place = f"{self.place}/{name}"
        return _Packed(f"{self.name}/{name}", place, place, mtime_ns, False, self.depth + 1)


class _Unpacker:
    def __init__(self, spool: Path, refuse: Refuse, limits: Limits, report: Callable[[int], None]) -> None:
        self.skipped: list[Skipped] = []
        self._spool, self._refuse, self._limits, self._report = spool, refuse, limits, report
        self._copies = self._done = 0
        self._begin()

    def _begin(self) -> None:
        self._members = self._names = self._read = self._made = 0
        self._end = time.monotonic() + self._limits.seconds
        self._enough = ""
        self._found: dict[str, File] = {}
        self._write_ahead: dict[str, Path] = {}

    def take(self, file: File, standard_input: int) -> list[File]:
        """What is in *file*, by name."""
        if file.packed == "name":
            path = self._next()
            path.symlink_to(os.path.abspath(file.path))
            return [replace(file, path=str(path), packed="")]
        self._begin()
        place = file.place or os.path.abspath(file.path)
        packed = _Packed(file.name, place, place, file.mtime_ns, file.asked)
        given, once = file.path == STANDARD_INPUT, file.packed == "input"
        try:  # a file never waits, as in walk
            flags = os.O_RDONLY | (0 if once else getattr(os, "O_NONBLOCK", 0))
            number = standard_input if given else os.open(file.path, flags)
            opened = open(number, "rb", buffering=0, closefd=not given)  # noqa: SIM115 - closed below
        except OSError as error:
            self._skip(file.name, f"cannot be read: {error.strerror}")
            return []
        with opened:
            self._take(Stream(self._metered(opened)), packed, None if once else opened)
        if self._enough:
            self._skip(file.name, f"cannot be read whole: {self._enough}")
        self._settle_write_ahead()
        return [self._found[name] for name in sorted(self._found, key=lambda name: name.split("/"))]

    def _metered(self, opened: BinaryIO) -> Iterator[bytes]:
        """What *opened* gives, counted as what goes in."""
        while found := opened.read(CHUNK):
            before = self._done // _REPORT
            self._read += len(found)
            self._done += len(found)
            if self._read > self._limits.size:
                self._enough = self._enough or f"it has more than {self._limits.size:,} bytes"
            elif time.monotonic() > self._end:
                self._enough = self._enough or f"it takes more than {self._limits.seconds} seconds"
            if self._enough:
                raise Damaged(self._enough)
            if self._done // _REPORT > before:
                self._report(self._done)
            yield found

    def _limited(self, content: Stream) -> Iterator[bytes]:
        """*content*, counted as what comes out, until that is too much."""
        limits = self._limits
        while not self._enough and (found := content.read()):
            self._made += len(found)
            if self._made > limits.size:
                self._enough = f"more than {limits.size:,} bytes come out of it"
            elif time.monotonic() > self._end:
                self._enough = f"it takes more than {limits.seconds} seconds"
            elif self._made > limits.free and self._made > limits.ratio * self._read:
                self._enough = f"more than {limits.ratio:,} times its size comes out of it"
            else:
                yield found
        if self._enough or content.damage:
            raise Damaged(self._enough or content.damage)

    def _take(self, content: Stream, packed: _Packed, opened: BinaryIO | None = None) -> None:
        """*content*, whatever it is; *opened* gives the same bytes if it is a file that can be read anywhere."""
        how = packing.kind(content.peek(packing.HEAD))
        damage: list[str] = []
        if how and packed.depth >= self._limits.depth:
            self._skip(packed.name, f"packed more than {self._limits.depth} times")
        elif how in COMPRESSED:
            self._take(Stream(self._limited(unpacked(how, content))), packed.inner())
        elif how == "tar":
            self._archive(tar.members(content, damage), packed, damage)
        elif how == "zip" and opened is not None:
            self._read += os.fstat(opened.fileno()).st_size
            self._archive(zip.members(opened, damage), packed, damage, limited=True)
        elif how == "zip":
            path = self._next()
            self._write(path, content, sys.maxsize)
            with open(path, "rb", buffering=0) as copy:
                self._archive(zip.members(copy, damage), packed, damage, limited=True)
            path.unlink()
        else:
            self._keep(content, packed)

    def _archive(
        self, members: Iterator[tuple[Member, Stream]], packed: _Packed, damage: list[str], limited: bool = False
    ) -> None:
        """All *members*, and then what links among them lead to. *damage* is complete when they have ended."""
        names: set[str] = set()
        links: list[tuple[str, str]] = []
        for member, content in members:
            self._members += 1
            self._names += min(len(member.name), _NAME) + min(len(member.target), _NAME)
            if self._members > self._limits.members:
                self._enough = f"it has more than {self._limits.members:,} members"
            elif self._names > self._limits.names:
                self._enough = f"the names in it have more than {self._limits.names:,} characters"
            if self._enough:
                break
            if len(member.name) > _NAME:
                self._skip(f"{packed.name}/{_inside(member.name[:100])}…", "its name is too long")
                continue
            name = _inside(member.name)
            shown = f"{packed.name}/{name}"
            if member.kind == "file":
                names.add(name)
                inner = Stream(self._limited(content)) if limited else content
                self._take(inner, packed.member(name, member.mtime_ns))
            elif member.kind == "directory":
                names.add(name)
            elif member.kind in ("link", "symbolic link"):
                above = posixpath.dirname(name) if member.kind == "symbolic link" else ""
                target = member.target if len(member.target) <= _NAME else ""
                links.append((name, posixpath.normpath(posixpath.join("/", above, target)).strip("/")))
            else:
                self._skip(shown, member.kind)
        ordered = sorted(names)
        for name, target in links:
            at = bisect_left(ordered, f"{target}/")  # a directory need not be a member
            there = target in names or (target and ordered[at : at + 1] and ordered[at].startswith(f"{target}/"))
            known = f"the same as {packed.name}/{target}" if there else "a link that leads out of the archive"
            self._skip(f"{packed.name}/{name}", known)
        for reason in damage:
            if reason != self._enough:
                self._skip(packed.name, f"cannot be read whole: {reason}")

    def _keep(self, content: Stream, packed: _Packed) -> None:
        """Copies *content* if it is a log."""
        head = content.peek(HEAD)
        file = File("", packed.name, 0, packed.mtime_ns, packed.plain, packed.asked)
        if not head and content.damage:
            return self._skip(packed.name, f"cannot be read: {content.damage}")
        reason = no_log(packed.plain, head) or self._refuse(file, head)
        if reason and not head.startswith(_WRITE_AHEAD):
            return self._skip(packed.name, reason)
        if packed.name in self._found:
            Path(self._found.pop(packed.name).path).unlink()
            self._skip(packed.name, "a later member has the same name")
        path = self._next()
        self._write(path, content, self._limits.head)
        if reason:
            self._skip(packed.name, reason)
            self._write_ahead[packed.name] = path
            return None
        if packed.mtime_ns:
            with suppress(OSError, OverflowError):
                os.utime(path, ns=(packed.mtime_ns, packed.mtime_ns))
        found = path.stat()
        damage = content.damage
        self._found[packed.name] = replace(
            file, path=str(path), size=found.st_size, mtime_ns=mtime(found), damage=damage
        )
        return None

    def _settle_write_ahead(self) -> None:
        """A database's log of changes lies beside it, so that its reader sees that there is one."""
        for name, path in self._write_ahead.items():
            database = self._found.get(name.removesuffix("-wal"))
            if database is not None:
                path.rename(f"{database.path}-wal")
            else:
                path.unlink()

    def _write(self, path: Path, content: Stream, left: int) -> None:
        """Copies the first *left* bytes."""
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb", buffering=0) as copy:
            while left and (found := content.read(min(left, CHUNK))):
                copy.write(found)
                left -= len(found)

    def _next(self) -> Path:
        self._copies += 1
        return self._spool / str(self._copies)

    def _skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(name, reason))


def _inside(name: str) -> str:
    """The name of a member as a path inside its archive, whatever it says: never absolute, never up."""
    return "/".join(part for part in name.split("/") if part not in ("", ".", ".."))
