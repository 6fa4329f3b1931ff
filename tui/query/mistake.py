"""A mistake of ours told in one line, with the details in a file."""

from __future__ import annotations

import contextlib
import platform
import tempfile
import time
import traceback
from pathlib import Path

from tui.query import cache
from tui.version import VERSION

_LONGEST = 200
_KEPT = 10


def told(error: BaseException) -> str:
    """One sentence about *error*, with the file in which its traceback is: in the cache directory, else in that for
    temporary files, readable by its owner alone. The text may hold anything that a log holds. Never fails."""
    said = str(error).strip().partition("\n")[0]
    said = said if len(said) <= _LONGEST else said[:_LONGEST] + "…"
    what = f"internal error: {type(error).__name__}{': ' if said else ''}{said}"
    path = _write(error)
    return f"{what}; details are in {path}" if path else what


def _write(error: BaseException) -> str:
    head = f"wideview {VERSION}, Python {platform.python_version()}, {platform.platform()}\n\n"
    text = head + "".join(traceback.format_exception(error))
    text = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)  # whoever reads it sees text
    for find in (_cache, lambda: Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            name = f"error-{time.strftime('%Y%m%d-%H%M%S')}-"
            descriptor, path = tempfile.mkstemp(".txt", name, find())  # with mode 0600, and never where a link leads
            with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as out:
                out.write(text)
            return path
    return ""


def _cache() -> Path:
    """The cache directory, with room for one more: the oldest of what lies there of this kind goes."""
    directory = cache.directory()
    cache.prepare(directory)
    for old in sorted(directory.glob("error-*.txt"))[: -_KEPT + 1]:
        old.unlink(missing_ok=True)
    return directory
