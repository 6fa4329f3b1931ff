"""The original bytes of records, read where they lie."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, BinaryIO

from tui.query.catalog import Catalog
from tui.sources.walk import mtime

_BLOCK = 1 << 20


class Originals:
    """Reads records out of their files; consecutive ones of a file cost one read a megabyte. A context manager."""

    def __init__(self, catalog: Catalog) -> None:
        self._files = catalog.files
        self._open: dict[int, BinaryIO | None] = {}
        self._windows: dict[int, tuple[int, bytes]] = {}
        self.changed: set[str] = set()
        """Names of files that are gone or are not what was read."""

    def __enter__(self) -> Originals:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._open.values():
            if file:
                file.close()

    def read(self, file: int, offset: int, length: int) -> bytes | None:
        """The *length* bytes at *offset* of file number *file*; None when the file is not what was read."""
        start, window = self._windows.get(file, (0, b""))
        at = offset - start
        if at >= 0 and at + length <= len(window):
            return window[at : at + length]
        if file not in self._open:
            self._open[file] = self._opened(self._files[file])
        handle = self._open[file]
        if handle is None:
            return None
        try:
            handle.seek(offset)
            window = handle.read(max(_BLOCK, length))
        except OSError:
            window = b""
        self._windows[file] = (offset, window)
        if len(window) < length:
            self.changed.add(self._files[file]["name"])
            return None
        return window[:length]

    def _opened(self, file: dict[str, Any]) -> BinaryIO | None:
        """The file, if it is the one that was read: as large at least, and unchanged unless it grew."""
        try:
            handle = open(file["path"], "rb", buffering=0)  # noqa: SIM115 - closed in __exit__
            found = os.fstat(handle.fileno())
        except OSError:
            self.changed.add(file["name"])
            return None
        same = found.st_size == file["size"] and mtime(found) == file["mtime_ns"]
        if same or found.st_size > file["size"]:
            return handle
        handle.close()
        self.changed.add(file["name"])
        return None
