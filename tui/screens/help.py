"""The help, made from the bindings that hold where it is asked for, so that it cannot be wrong."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.screen import Screen

from tui.screens.reading import Reading
from tui.widgets.lines_view import Piece
from tui.widgets.look import BOLD, DIM, PLAIN

_NAMES = {
    "question_mark": "?", "slash": "/", "colon": ":", "plus": "+", "minus": "-", "equals_sign": "=", "apostrophe": "'",
    "right_square_bracket": "]", "left_square_bracket": "[", "escape": "esc", "pagedown": "PgDn", "pageup": "PgUp",
    "greater_than_sign": ">", "less_than_sign": "<", "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip

WORDS = (
    "A record is one thing a source told us; the stream has all of them in time order.",
    "A flow is all that is known about one task, try, worker or block, whichever file it is in.",
    "level letters: T trace, D debug, I info, W warning, E error, C critical, ! damaged, blank unknown.",
    "Times are UTC. In a flow, ↑3 after a wait means that it counts from three lines above.",
    'Filter: level:>=WARNING  parsl.task:5  "exact text"  /regex/  key:val*  key:[1 TO 5]  NOT  OR  ( )',
)


def key_name(key: str) -> str:
    """A key as it is written on the keyboard."""
    return _NAMES.get(key, key)


def bindings(screen: Screen[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What every key does here: groups of (keys, description), nearest first."""
    groups: dict[str, dict[str, tuple[list[str], str]]] = {}
    for key, active in screen.active_bindings.items():
        binding: Binding = active.binding
        if not binding.description or binding.system or not binding.show:
            continue
        name = getattr(active.node, "HELP_TITLE", type(active.node).__name__)
        keys, _ = groups.setdefault(name, {}).setdefault(binding.action, ([], binding.description))
        keys.append(key_name(key))
        groups[name][binding.action] = (keys, binding.description)
    return [
        (name, [(" ".join(sorted(keys, key=len)), text) for keys, text in group.values()])
        for name, group in groups.items()
    ]


def help_page(screen: Screen[Any]) -> Reading:
    """The page for what is on the screen now."""
    lines: list[list[Piece]] = []
    for name, group in bindings(screen):
        lines.append([(name, BOLD)])
        lines += [[(f"  {keys:<16}", BOLD), (text, PLAIN)] for keys, text in group]
        lines.append([])
    lines += [[(text, DIM)] for text in WORDS]
    return Reading("Keys", lines, indent=18)
