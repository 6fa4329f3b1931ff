"""From the PATHs of a command line to the files to read."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.errors import InputError
from tui.sources import packing
from tui.sources.base import HEAD, File

#: The PATH that is standard input, and what people are told it is called.
STANDARD_INPUT, _INPUT_NAME = "-", "standard input"

_PICKLE_HEADS = (b"\x80\x04", b"\x80\x05")
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was met and is not read. *name* as in :class:`File`; *reason* completes "is not read: "."""

    name: str
    reason: str


def walk(paths: Sequence[str]) -> tuple[list[File], list[Skipped]]:
    """The files below *paths*, each once, in the order of *paths* and then of names, and what is not read and why.

    A path is a file, a directory (with all that lies below it), or, when nothing is called that, a glob in which
    ``**`` stands for any directories. Raises InputError naming a path that fits nothing. Links are followed, but
    nothing is taken twice: what two paths lead to comes once, and a link to what is also met without it is skipped.
    ``-`` is standard input. A file that a path or a glob names, and not a directory above it, is *asked* for; a pipe is
    read only then (``<(command)`` in a shell). What is packed comes as it is: see :class:`File`.
    """
    walker = _Walker()
    for path in dict.fromkeys(paths):
        if path == STANDARD_INPUT:
            walker.files.append(_standard_input())
            continue
        start = len(walker.files)
        for found in _expand(path):
            walker.take(found)
        walker.take_links()
        walker.files[start:] = sorted(walker.files[start:], key=lambda file: file.name.split("/"))
    return [replace(file, asked=True) if file.path in walker.asked else file for file in walker.files], walker.skipped


def head(file: File) -> bytes:
    """The first bytes of *file*, by which sources recognise it; raises OSError when it cannot be read."""
    with open(file.path, "rb") as opened:
        return opened.read(HEAD)


def mtime(status: os.stat_result) -> int:
    """When a file was changed last, in nanoseconds; 0, as where that is not known, for what does not fit into 64 bits:
    file systems hold times far beyond."""
    return status.st_mtime_ns if abs(status.st_mtime_ns) < 2**63 else 0


def no_log(name: str, start: bytes) -> str:
    """Why a file called *name* that begins with *start* is not even looked at; "" when it is."""
    if not start:
        return "empty"
    pickle = start.startswith(_PICKLE_HEADS) or name.lower().endswith((".pkl", ".pickle"))
    return "a pickle, which is never loaded" if pickle else ""


def as_text(path: str) -> str:
    """*path* as text: bytes that are no UTF-8 as ``\\xNN``."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _standard_input() -> File:
    place = as_text(os.path.abspath(_INPUT_NAME))
    return File(STANDARD_INPUT, _INPUT_NAME, place=place, asked=True, packed="input")


def _expand(path: str) -> list[str]:
    try:
        os.stat(path)
        return [path]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        found = [] if isinstance(error, ValueError) else sorted(glob.glob(path, recursive=True))
    if found == [path]:
        raise InputError(f"{_shown(path)}: a link that leads nowhere") from None
    if found:
        return sorted(found, key=os.path.islink)
    raise InputError(f"{_shown(path)}: {reason}") from None


def _shown(path: str) -> str:
    """*path* as text that can be printed, with ``/``."""
    return as_text(path).replace(os.sep, "/")


class _Walker:
    def __init__(self) -> None:
        self.files: list[File] = []
        self.skipped: list[Skipped] = []
        self._seen: dict[tuple[int, int] | str, str] = {}
        self._links: list[str] = []
        self.asked: set[str] = set()
        """What was named, by the first path that led there."""

    def take_links(self) -> None:
        """Takes the links met so far: last, so that what they lead to keeps its own name where it has one."""
        while self._links:
            links, self._links = sorted(self._links), []
            for path in links:
                self.take(path, link=True)

    def take(self, path: str, link: bool = False) -> None:
        """Takes *path*, and when it is a directory all below it but for links, which are kept for later.

        *link* says that it was met in a directory, as such.
        """
        todo = [path]
        while todo:
            one = todo.pop()
            try:
                status = os.stat(one)
                if not self._is_new(one, status, one == path, link):
                    continue
                if stat.S_ISDIR(status.st_mode):
                    todo += self._entries(one)
                else:
                    self._take_file(one, status)
            except OSError as error:
                lost = os.path.islink(one) and not os.path.exists(one)
                self._skip(one, "a link that leads nowhere" if lost else error.strerror or str(error))

    def _entries(self, path: str) -> list[str]:
        real: list[str] = []
        with os.scandir(path) as entries:
            for entry in entries:
                (self._links if entry.is_symlink() else real).append(os.path.join(path, entry.name))
        return sorted(real, reverse=True)

    def _is_new(self, path: str, status: os.stat_result, first: bool, link: bool) -> bool:
        # Some file systems have no inodes.
        key = (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)
        known = self._seen.get(key)
        self._seen.setdefault(key, path)
        if first and not link:
            self.asked.add(known or path)
        if known and first and link:
            self._skip(path, f"the same as {_shown(known)}")
        return known is None

    def _take_file(self, path: str, status: os.stat_result) -> None:
        if stat.S_ISFIFO(status.st_mode) and path in self.asked:
            place = as_text(os.path.abspath(os.path.basename(path)))
            self.files.append(File(path, _shown(path), place=place, packed="input"))
            return None
        for is_kind, kind in _KINDS:
            if is_kind(status.st_mode):
                return self._skip(path, kind)
        start = b""
        if status.st_size:
            # Never waits, even if the file has just been replaced by a pipe.
            number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            try:
                start = os.read(number, packing.HEAD)
            finally:
                os.close(number)
        if reason := no_log(path, start):
            return self._skip(path, reason)
        full = os.path.abspath(path)
        place = as_text(full)
        packed = packing.kind(start) or ("name" if as_text(path) != path else "")
        place = "" if place == full else place
        self.files.append(File(path, _shown(path), status.st_size, mtime(status), place, packed=packed))
        return None

    def _skip(self, path: str, reason: str) -> None:
        self.skipped.append(Skipped(_shown(path), reason))
