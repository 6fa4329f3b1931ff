"""A filter expression that keeps the records of some of the things of one kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tui.query.catalog import Catalog
from tui.query.entities import named_by
from tui.query.expression import literal
from tui.query.model import ANYWHERE

#: More terms than this nobody reads, and the filter takes seconds.
MOST = 60


def expression(
    catalog: Catalog, keys: Sequence[str], things: Iterable[tuple[int, Sequence[str]]], most: int = MOST
) -> str | None:
    """``parsl.task:([0 TO 79] OR 85)`` for *things* of the sequence *keys*, each a scope and its values.

    None when that takes more than *most* terms, or when there is no key that tells the runs they are in.
    """
    groups: dict[tuple[int, tuple[str, ...]], set[str]] = defaultdict(set)
    for scope, values in things:
        groups[scope, tuple(values[:-1])].add(values[-1])
    run_told = len(catalog.scopes) > 1
    parts, count = [], 0
    for (scope, above), last in sorted(groups.items()):
        terms = _ranges(last)
        count += len(terms) + len(above)
        if count > most:
            return None
        pairs = list(zip(keys, above, strict=False))
        if run_told and scope != ANYWHERE:
            key, value = named_by(catalog, scope)
            if not catalog.key_column(key):
                return None
            pairs.insert(0, (key, value))
        named = [f"{key}:{literal(value)}" for key, value in pairs]
        listed = terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
        parts.append(" AND ".join([*named, f"{keys[-1]}:{listed}"]))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else " OR ".join(f"({part})" for part in parts)


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
