"""Files that are written whole or not at all: beside the place where they go, and renamed when they are done."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

_writing: set[str] = set()


@contextlib.contextmanager
def whole(path: str) -> Iterator[str]:
    """The name of an empty file to write instead of *path*. It takes the place of *path* in the end, or goes away with
    an error. OSError when it cannot be made or renamed."""
    part = f"{path}.{os.getpid()}.part"
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # never where a link leads
    except OSError as error:
        error.filename = path  # which is what the user named
        raise
    _writing.add(part)
    try:
        yield part
        os.replace(part, path)
    finally:
        _forget(part)


def leave() -> None:
    """Take away what is half written: for those who leave without the interpreter."""
    for part in list(_writing):
        _forget(part)


def _forget(part: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(part)
    _writing.discard(part)
