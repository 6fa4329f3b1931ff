"""What tells the parts of a chart apart: a letter each, and a colour of the terminal's own sixteen.

Letters do it alone, where there is no colour or somebody does not see it. Colours are those that are seen on light and
dark backgrounds; what they mean is the same in every chart, and red and green are no pair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Names of the terminal's colours by number, as rich calls them; "" is the terminal's own.
COLOURS = (
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright_black", "bright_red", "bright_green", "bright_yellow",
    "bright_blue", "bright_magenta", "bright_cyan", "bright_white",
)  # fmt: skip

_MEANT = (
    (re.compile(r"retry|warn|cancel|timeout|unsched", re.IGNORECASE), "yellow"),
    (re.compile(r"fail|exception|error|critical|lost|missing", re.IGNORECASE), "red"),
    (re.compile(r"memo", re.IGNORECASE), "green"),
    (re.compile(r"done|success|complete|scaled_in", re.IGNORECASE), "bright_blue"),
    (re.compile(r"running|execut|busy|active|info", re.IGNORECASE), "cyan"),
    (re.compile(r"launch|sent|sending|start|debug", re.IGNORECASE), "magenta"),
    (re.compile(r"pend|wait|ready|queue|init|idle|trace", re.IGNORECASE), ""),
)
_CYCLE = (
    "cyan", "magenta", "bright_blue", "green", "yellow", "", "bright_black", "red", "bright_magenta", "bright_red",
    "bright_green", "bright_cyan",
)  # fmt: skip
_SPARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz#@%&*+="


def letters(names: Sequence[str]) -> list[str]:
    """A character for each of *names*, no two the same while there are enough: one of its own letters if it can be."""
    found: list[str] = []
    for name in names:
        words = re.findall(r"[A-Za-z0-9]+", (name if " " in name else name.rpartition(".")[2]) or name)
        own = "".join(word[0] for word in words).upper() + "".join(words).upper()
        found.append(next((c for c in own + _SPARE if c not in found and c.isascii()), "?"))
    return found


def colours(names: Sequence[str]) -> list[str]:
    """A colour for each of *names*: what its words mean, if no shorter name means that; else the next that is free."""
    found: dict[int, str] = {}
    for i in sorted(range(len(names)), key=lambda i: len(names[i])):
        meant = next((colour for pattern, colour in _MEANT if pattern.search(names[i])), None)
        if meant is not None and meant not in found.values():
            found[i] = meant
    free = [colour for colour in _CYCLE if colour not in found.values()] or list(_CYCLE)
    left = [i for i in range(len(names)) if i not in found]
    found |= {i: free[turn % len(free)] for turn, i in enumerate(left)}
    return [found[i] for i in range(len(names))]
