"""Names of files in lists: as short as they can be told apart by."""

from __future__ import annotations

from collections.abc import Iterable

from tui.widgets.safe import shortened

__all__ = ["above", "shortened"]


def above(names: Iterable[str]) -> str:
    """The directory, with a slash at its end, that all of *names* lie in; empty when there is none."""
    parts = [name.split("/")[:-1] for name in names]
    if not parts:
        return ""
    common = parts[0]
    for part in parts[1:]:
        same = next(
            (i for i, (a, b) in enumerate(zip(common, part, strict=False)) if a != b), min(len(common), len(part))
        )
        common = common[:same]
    return "".join(f"{part}/" for part in common)
