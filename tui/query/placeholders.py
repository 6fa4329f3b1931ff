"""The values behind a placeholder of a template, as a distribution, and the expression that keeps those with one value.

A template's literal text cuts the bodies of its records into values, by the engine's regular expressions. Where a body
can be cut in more than one way, no way is taken: such records are counted as ambiguous, those that do not match at all
as unmatched.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from tui.errors import FilterError
from tui.query import select
from tui.query.catalog import Catalog
from tui.query.expression import Equals, Key, Regex, Text
from tui.query.masking import MOST, PLACEHOLDER
from tui.query.model import Selection
from tui.query.store import quote

#: Records whose bodies are looked at; of more, so many evenly spread ones.
SAMPLE = 100_000

#: Values that are named.
NAMED = 200

_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")

#: White space as Python's ``split`` has it, which is how templates are made.
_BLANK = r"[\s\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the values that are numbers come to; *count* of them."""

    count: int
    least: float
    median: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values behind placeholder *number* (from 1) of the *placeholders* of a template."""

    template: int
    number: int
    placeholders: int
    records: int
    """The selection's records of the template."""
    looked: int
    """How many of them were looked at: all, or a sample."""
    values: tuple[tuple[str, int], ...]
    """The commonest values with how often they occur; those of lists, ``task 1, task 2``, one by one."""
    distinct: int
    """How many different values there are in all."""
    numbers: Numbers | None
    """None where fewer than half of the values are numbers."""
    unmatched: int
    """Records whose body the template does not fit."""
    ambiguous: int
    """Records whose body it fits in several ways."""


def parts(template: str) -> list[str]:
    """The literal text around the placeholders of *template*: one more than there are placeholders."""
    return template.split(PLACEHOLDER)


def context(template: str, number: int) -> str:
    """*template* with placeholder *number* (from 1) shown in brackets, to tell it from the others."""
    pieces = parts(template)
    shown = [("[<*>]" if i == number else PLACEHOLDER) + piece for i, piece in enumerate(pieces[1:], 1)]
    return pieces[0] + "".join(shown)


def distribution(catalog: Catalog, selection: Selection, template: int, number: int) -> Distribution:
    """The values behind placeholder *number* (from 1) of the template with the number *template*.

    FilterError when the selection's expression does not parse, or the template has no such placeholder.
    """
    pieces = parts(catalog.templates[template])
    if not 1 <= number < len(pieces):
        raise FilterError(f"the template has {len(pieces) - 1} placeholders")
    ids = select.ids(catalog, selection, "values")
    ids = ids[catalog.template_of[ids] == template]
    looked = ids
    if len(ids) > SAMPLE:
        looked = ids[np.linspace(0, len(ids) - 1, SAMPLE).astype(np.int64)]
    rows = catalog.reader("values").rows(_sql(catalog, pieces, number), ids=looked)
    found: Counter[str] = Counter()
    unmatched = ambiguous = 0
    before = re.search(r"([A-Za-z_]+ )$", pieces[number - 1])
    for how, value, count in rows:
        if how == "none":
            unmatched += count
        elif how == "several":
            ambiguous += count
        else:
            for each in _listed(value, before[1] if before else ""):
                found[each] += count
    common = sorted(found.items(), key=lambda pair: (-pair[1], _order(pair[0])))
    return Distribution(
        template, number, len(pieces) - 1, len(ids), len(looked), tuple(common[:NAMED]), len(found),
        _numbers(found), unmatched, ambiguous,
    )  # fmt: skip


def expression(template: str, number: int, value: str) -> str:
    """The filter expression that keeps the records of *template* with *value* behind placeholder *number*."""
    pieces = parts(template)
    before = re.search(r"([A-Za-z_]+ )$", pieces[number - 1])
    between = rf",\s+(?:and\s+)?{before[1].rstrip()}\s+" if before else ""
    wanted = rf"(?:.*?{between})?{_literal(value)}(?:{between}.*?)?" if before else _literal(value)
    pattern = r"^\s*" + _literal(pieces[0])
    for i, piece in enumerate(pieces[1:], 1):
        pattern += (wanted if i == number else ".*?") + _literal(piece)
    if number == len(pieces) - 1 and not pieces[-1] and len(value) <= MOST // 2:  # a longer one may have been cut
        pattern += r"\s*(?:\n|$)"
    return f"{Key('template', Equals(template))} AND {Text(Regex(pattern))}"


def _sql(catalog: Catalog, pieces: list[str], number: int) -> str:
    """SQL for how the bodies of ``picked`` are cut (``one``, ``several``, ``none`` way), the value, and how often."""
    first = f"split_part(ltrim(left(body, {MOST}), chr(10) || chr(13) || chr(32)), chr(10), 1)"
    text = f"trim(regexp_replace({first}, '{_BLANK}+', ' ', 'g'))"

    def cut(inner: str) -> str:
        """The pattern in which every placeholder is *inner*, the wanted one as a group."""
        pattern = "".join(
            (f"({inner})" if i == number else f"(?:{inner})" if i else "") + _engine(piece)
            for i, piece in enumerate(pieces)
        )
        return quote(f"(?s)^{pattern}$")

    # Values without blanks first: most are, and so it is clear where one ends. The shortest and the longest reading of
    # a text are the same if there is but one.
    tight, wide = (f"regexp_extract(text, {cut(inner)}, 1)" for inner in (r"\S+", ".*"))
    tight_short, wide_short = (f"regexp_extract(text, {cut(inner)}, 1)" for inner in (r"\S+?", ".*?"))
    way = (
        f"CASE WHEN {tight} <> '' AND {tight} = {tight_short} THEN 'tight' "
        f"WHEN NOT regexp_matches(text, {cut('.*')}) THEN 'none' "
        f"WHEN {wide} = {wide_short} THEN 'wide' ELSE 'several' END"
    )
    value = f"CASE way WHEN 'tight' THEN {tight} WHEN 'wide' THEN {wide} END"
    return (
        f"SELECT way, {value} AS value, count(*) FROM (SELECT *, {way} AS way FROM (SELECT {text} AS text FROM ("
        f"SELECT coalesce({catalog.body('r')}, '') AS body FROM picked p JOIN stream s ON s.rowid = p.id "
        "JOIN records r ON s.record = r.rowid))) GROUP BY ALL"
    )


def _engine(text: str) -> str:
    """*text* as a pattern of the engine that means just that."""
    return "".join(f"\\{char}" if char.isascii() and not (char.isalnum() or char in "_ ") else char for char in text)


def _literal(text: str) -> str:
    """*text* as a pattern without blanks, of a body whose blanks may be of any kind and number."""
    return r"\s+".join(_engine(word) for word in re.split(r"\s+", text))


def _listed(value: str, word: str) -> list[str]:
    """The values that *value* holds: several if it goes on with the *word* before it, ``1, task 2``."""
    return re.split(rf", (?:and )?{re.escape(word)}", value) if word and word in value else [value]


def _order(value: str) -> tuple[int, float, str]:
    return (0, float(value), value) if _NUMBER.fullmatch(value) else (1, 0.0, value)


def _numbers(found: Counter[str]) -> Numbers | None:
    """What the numbers among *found* come to, if most are."""
    pairs = [(float(value), count) for value, count in found.items() if _NUMBER.fullmatch(value)]
    pairs = sorted(pair for pair in pairs if np.isfinite(pair[0]))
    total = sum(count for _, count in pairs)
    if not total or 2 * total < sum(found.values()):
        return None
    values = np.repeat([value for value, _ in pairs], [count for _, count in pairs])
    low, median, high, most = np.quantile(values, [0, 0.5, 0.95, 1]).tolist()
    return Numbers(total, low, median, high, most)
