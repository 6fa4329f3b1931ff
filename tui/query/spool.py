"""Where copies of inputs lie that cannot be read again: beside the index that needs them, or for a while.

Beside the index ``<digest>.duckdb`` in the cache directory they are in ``<digest>-<pid>.files``, made by the process
*pid*. When the index is whole, its inode goes into the file ``index`` in there: two processes may make the same index
at once, and only that of one stays. A directory is of use while its process lives, or that index is there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path

_SUFFIX = ".files"
_MARK = "index"


class Temporary:
    """A directory for copies that goes away with this object, with the process, or by :func:`leave`."""

    def __init__(self) -> None:
        base, own = Path(tempfile.gettempdir()), f"wideview-{os.getuid()}-"
        for left in base.glob(f"{own}*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                number = left.name.removeprefix(own).partition("-")[0]
                if left.lstat().st_uid == os.getuid() and not alive(number):
                    shutil.rmtree(left, ignore_errors=True)
        self.path = Path(tempfile.mkdtemp(_SUFFIX, f"{own}{os.getpid()}-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        _temporary.add(self)


_temporary: weakref.WeakSet[Temporary] = weakref.WeakSet()


def leave() -> None:
    """Take away what this process has in temporary directories: for those who leave without the interpreter."""
    for each in list(_temporary):
        each.remove()


def beside(index: Path) -> Path:
    """A new directory for the copies that *index*, which is being made, needs. OSError when it cannot be made."""
    path = index.with_name(f"{index.stem}-{os.getpid()}{_SUFFIX}")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    return path


def settle(copies: Path, index: Path) -> None:
    """The copies in *copies* belong to *index* from now on, however it is called."""
    (copies / _MARK).write_text(str(index.stat().st_ino), encoding="ascii")


def of(index: Path) -> Path | None:
    """The directory of copies that *index* needs; None when it has none."""
    with contextlib.suppress(OSError):
        number = str(index.stat().st_ino)
        for path in index.parent.glob(f"{index.stem}-*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                if (path / _MARK).read_text(encoding="ascii") == number:
                    return path
    return None


def size(index: Path) -> int:
    """Bytes of *index* with its copies."""
    found = index.stat().st_size
    if copies := of(index):
        found += sum(entry.stat(follow_symlinks=False).st_size for entry in os.scandir(copies))
    return found


def forget(index: Path) -> None:
    """Take away *index* and its copies."""
    copies = of(index)
    with contextlib.suppress(OSError):
        index.unlink()
    if copies:
        shutil.rmtree(copies, ignore_errors=True)


def tidy(directory: Path) -> None:
    """Take away copies in the cache *directory* that nobody needs: those of processes that are gone and of no index."""
    for path in directory.glob(f"*-*{_SUFFIX}"):
        stem, _, number = path.stem.rpartition("-")
        if not alive(number) and of(path.with_name(f"{stem}.duckdb")) != path:
            shutil.rmtree(path, ignore_errors=True)


def alive(number: str) -> bool:
    """Whether there may be a process of this number."""
    if not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
