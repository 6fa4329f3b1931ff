"""The cache directory: the indexes in it, how many may stay and for how long.

Nobody but their owner may read them, and nobody else may have made them: what an index says is believed.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui.errors import StoreError
from tui.query import spool
from tui.query.store import Store

#: Indexes, and the copies they need, are kept up to this many bytes together; the ones not used for longest go first.
KEEP = 4 << 30

#: Seconds after which an index that nobody used is forgotten.
UNUSED = 60 * 86400


@dataclass(frozen=True, slots=True)
class Index:
    """An index: *size* in bytes with the copies it needs, when it was last *used* (seconds since the epoch), what
    *paths* it is of and how many *records*, -1 when it cannot be read."""

    path: Path
    size: int
    used: float
    paths: tuple[str, ...]
    records: int


def directory() -> Path:
    """Where indexes lie: ``$XDG_CACHE_HOME/wideview`` or ``~/.cache/wideview``."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "wideview"


def prepare(path: Path) -> None:
    """Make the cache directory *path*, for its owner alone. OSError when that cannot be, and when others may write
    there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _trust(path, path.stat())  # it may be a link to a larger disk


def trust(index: Path) -> None:
    """PermissionError when *index*, or the directory it lies in, is somebody else's or others may write there; OSError
    when it is not there."""
    _trust(index.parent, index.parent.stat())
    _trust(index, index.lstat())


def _trust(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.getuid():
        raise PermissionError(1, "belongs to somebody else", str(path))
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(1, "others may write there", str(path))


def describe(store: Store, paths: Sequence[str]) -> None:
    """Note in an index that is being made what it is of."""
    store.table_of("opened", ("path",), [(os.path.abspath(path),) for path in paths], "VARCHAR")


def evict(keep: Path) -> None:
    """Forget what unfinished loads of processes that are gone left, what nobody used for long and, while there are too
    many bytes of them, the indexes that were not used for longest; never *keep*."""
    for part in keep.parent.glob("*.part*"):
        if not spool.alive(part.name.split(".")[1]):
            part.unlink(missing_ok=True)
    spool.tidy(keep.parent)
    found: list[tuple[float, int, Path]] = []
    for each in keep.parent.glob("*.duckdb"):
        with contextlib.suppress(FileNotFoundError):  # another process tidies, too
            if each != keep:
                found.append((each.stat().st_mtime, spool.size(each), each))
    total = spool.size(keep) + sum(size for _, size, _ in found)
    for used, size, path in sorted(found):
        if total > KEEP or time.time() - used > UNUSED:
            spool.forget(path)
            total -= size


def indexes() -> list[Index]:
    """What is in the cache directory, the latest used first."""
    found = []
    for path in directory().glob("*.duckdb"):
        with contextlib.suppress(OSError):
            found.append(Index(path, spool.size(path), path.stat().st_mtime, *_of(path)))
    return sorted(found, key=lambda index: -index.used)


def _of(path: Path) -> tuple[tuple[str, ...], int]:
    try:
        trust(path)
        store = Store(str(path), read_only=True)
    except (StoreError, OSError):
        return (), -1
    try:
        paths = tuple(name for (name,) in store.execute("SELECT path FROM opened"))
        return paths, int(store.execute("SELECT count(*) FROM stream")[0][0])
    except StoreError:
        return (), -1
    finally:
        store.close()


def clear(paths: Sequence[str] = ()) -> tuple[int, int]:
    """Forget the indexes of *paths*, or of what lies below them; all if there are none. How many, and their bytes."""
    wanted = [os.path.abspath(path) for path in paths]
    gone = [each for each in indexes() if not wanted or any(_below(path, wanted) for path in each.paths)]
    for each in gone:
        spool.forget(each.path)
    if not wanted and directory().is_dir():
        for part in directory().glob("*.part*"):
            if not spool.alive(part.name.split(".")[1]):
                part.unlink(missing_ok=True)
        spool.tidy(directory())
    return len(gone), sum(each.size for each in gone)


def _below(path: str, wanted: Sequence[str]) -> bool:
    return any(path == each or path.startswith(each.rstrip("/") + "/") for each in wanted)
