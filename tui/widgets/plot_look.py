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
#: Letter and colour of states that are well known, whatever stands beside them; upper case is the same state. Those of
#: one kind of thing (tasks, blocks, actions, tasks of Work Queue and TaskVine) are all different.
_STATES = {
    "unsched": ("U", "bright_black"), "pending": ("P", ""), "launched": ("L", "magenta"), "running": ("R", "cyan"),
    "running_ended": ("E", "bright_cyan"), "joining": ("J", "bright_magenta"), "fail_retryable": ("T", "yellow"),
    "exec_done": ("D", "bright_blue"), "memo_done": ("M", "green"), "failed": ("F", "red"),
    "dep_fail": ("A", "bright_red"),
    "held": ("H", "yellow"), "completed": ("C", "bright_blue"), "scaled_in": ("S", "green"),
    "cancelled": ("N", "bright_magenta"), "timeout": ("O", "magenta"), "missing": ("M", "bright_red"),
    "unknown": ("U", "bright_black"),
    "waiting": ("W", ""), "waiting_retrieval": ("T", "magenta"), "retrieved": ("V", "green"),
    "done": ("D", "bright_blue"), "canceled": ("N", "bright_magenta"), "initial": ("I", ""), "ready": ("Y", "yellow"),
    "start": ("S", "yellow"), "sending": ("G", "magenta"), "execute_start": ("E", "cyan"),
    "execute_success": ("C", "green"), "execute_exception": ("P", "bright_red"), "success": ("U", "bright_blue"),
    "exception": ("X", "red"),
}  # fmt: skip
_SPARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz#@%&*+="


def letters(names: Sequence[str]) -> list[str]:
    """A character for each of *names*, no two the same while there are enough: that of a state, which is always the
    same, else one of its own letters if it can be."""
    found = _settled(names, 0)
    for i, name in enumerate(names):
        if i in found:
            continue
        words = re.findall(r"[A-Za-z0-9]+", (name if " " in name else name.rpartition(".")[2]) or name)
        own = "".join(word[0] for word in words).upper() + "".join(words).upper()
        found[i] = next((c for c in own + _SPARE if c not in found.values() and c.isascii()), "?")
    return [found[i] for i in range(len(names))]


def colours(names: Sequence[str]) -> list[str]:
    """A colour for each of *names*: that of a state, which is always the same; what its words mean, if no shorter name
    means that; else the next that is free."""
    found = _settled(names, 1)
    for i in sorted(range(len(names)), key=lambda i: len(names[i])):
        meant = next((colour for pattern, colour in _MEANT if pattern.search(names[i])), None)
        if i not in found and meant is not None and meant not in found.values():
            found[i] = meant
    free = [colour for colour in _CYCLE if colour not in found.values()] or list(_CYCLE)
    left = [i for i in range(len(names)) if i not in found]
    found |= {i: free[turn % len(free)] for turn, i in enumerate(left)}
    return [found[i] for i in range(len(names))]


def _settled(names: Sequence[str], which: int) -> dict[int, str]:
    """What is always the same of those of *names* that are known; of two that would be the same, the first has it."""
    found: dict[int, str] = {}
    for i, name in enumerate(names):
        known = _STATES.get(name.lower())
        if known is not None and known[which] not in found.values():
            found[i] = known[which]
    return found
