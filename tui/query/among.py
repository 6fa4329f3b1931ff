"""A filter expression that keeps the records of some of the things of one kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tui.query.catalog import Catalog
from tui.query.entities import named_by
from tui.query.expression import literal
from tui.query.model import ANYWHERE

_OTHERS = re.compile(r"[^0-9A-Za-z_]")

#: More terms than this are one pattern instead, which is as long but looked for at once.
FEW = 8
#: More things than this are in no expression that a person could still look at.
MOST = 5000
#: And so are those of more runs, or inside more others, than this.
_GROUPS = 20


def expression(catalog: Catalog, keys: Sequence[str], things: Iterable[tuple[int, Sequence[str]]]) -> str | None:
    """``parsl.task:([0 TO 79] OR 85)`` for *things* of the sequence *keys*, each a scope and its values; for many that
    are not in a row ``parsl.task:/^(?:1|4|9)$/``.

    None for none or for too many, and when there is no key that tells the runs they are in.
    """
    groups: dict[tuple[int, tuple[str, ...]], set[str]] = defaultdict(set)
    for scope, values in things:
        groups[scope, tuple(values[:-1])].add(values[-1])
    if not groups or len(groups) > _GROUPS or sum(map(len, groups.values())) > MOST:
        return None
    parts = []
    for (scope, above), last in sorted(groups.items()):
        pairs = list(zip(keys, above, strict=False))
        if len(catalog.scopes) > 1 and scope != ANYWHERE:
            key, value = named_by(catalog, scope)
            if not catalog.key_column(key):
                return None
            pairs.insert(0, (key, value))
        named = [f"{key}:{literal(value)}" for key, value in pairs]
        parts.append(" AND ".join([*named, f"{keys[-1]}:{_listed(last)}"]))
    return parts[0] if len(parts) == 1 else " OR ".join(f"({part})" for part in parts)


def _listed(values: set[str]) -> str:
    terms = _ranges(values)
    if len(terms) == 1:
        return terms[0]
    if len(terms) <= FEW:
        return f"({' OR '.join(terms)})"
    ordered = sorted(values, key=lambda value: (len(value), value))
    return f"/^(?:{'|'.join(_OTHERS.sub(_escaped, value) for value in ordered)})$/"


def _escaped(match: re.Match[str]) -> str:
    return f"\\x{{{ord(match[0]):x}}}"


def _ranges(values: Iterable[str]) -> list[str]:
    """The *values*, at least three numbers in a row as one range."""
    texts = set(values)
    numbers = sorted(int(text) for text in texts if text.isascii() and text.isdecimal() and str(int(text)) == text)
    terms: list[str] = []
    at = 0
    while at < len(numbers):
        end = at
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        if end - at >= 2:
            terms.append(f"[{numbers[at]} TO {numbers[end]}]")
        else:
            terms += [str(number) for number in numbers[at : end + 1]]
        at = end + 1
    return terms + sorted(literal(text) for text in texts - {str(number) for number in numbers})
