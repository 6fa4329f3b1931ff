"""Filter expressions as SQL. Values travel as parameters, never inside the text.

The SQL of a test is NULL where the column is; `compile` makes sure that NOT keeps such records.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from tui.errors import FilterError
from tui.query.expression import (
    All,
    And,
    Compare,
    Contains,
    Equals,
    Exists,
    Expression,
    Key,
    Not,
    Or,
    Range,
    Regex,
    Test,
    Text,
    Wildcard,
)
from tui.query.filter_time import spans_of
from tui.query.sql import Sql
from tui.records import LEVEL_RANKS, LEVELS, level_rank

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_EXACT_DIGITS = 15
"""A double tells numbers of so many digits apart; longer ones (64-bit ids) are the same only as text."""

_UNKNOWN = "UNKNOWN"


class Terms(Protocol):
    """How the store reaches what a term speaks of. Each may raise FilterError for what it cannot answer."""

    def key(self, key: str, test: Test) -> Sql:
        """Records whose *key* passes *test*."""

    def exists(self, key: str) -> Sql:
        """Records that have *key*."""

    def body(self, test: Test) -> Sql:
        """Records whose body passes *test*."""


def compile(expression: Expression, terms: Terms) -> Sql:
    """The condition that keeps the records of *expression*.

    A FilterError of *terms* that names no column gets the column of the term.
    """
    match expression:
        case All():
            return Sql("true")
        case And(parts):
            return _joined(" AND ", [compile(part, terms) for part in parts])
        case Or(parts):
            return _joined(" OR ", [compile(part, terms) for part in parts])
        case Not(part):
            inner = compile(part, terms)
            return Sql(f"NOT coalesce(({inner.text}), false)", inner.params)
    try:
        match expression:
            case Text(test):
                return terms.body(test)
            case Key(key, value_test):
                return terms.key(key, value_test)
            case Exists(key):
                return terms.exists(key)
    except FilterError as e:
        raise FilterError(str(e), e.column or expression.column) from e


def _joined(word: str, parts: Sequence[Sql]) -> Sql:
    return Sql(word.join(f"({part.text})" for part in parts), tuple(p for part in parts for p in part.params))


def test_sql(column: str, test: Test) -> Sql:
    """The condition that the VARCHAR expression *column* passes *test*, case sensitive but for ``Contains``.

    Order is that of numbers where every bound is one (values that are none then fail), else that of text.
    """
    match test:
        case Equals(text):
            number = _number(text)
            if number is None or len(re.sub(r"[eE].*|\D", "", text).lstrip("0")) > _EXACT_DIGITS:
                return Sql(f"{column} = ?", (text,))
            return Sql(f"({column} = ? OR {_as_number(column)} = ?)", (text, number))
        case Wildcard():
            return Sql(rf"{column} LIKE ? ESCAPE '\'", (_like(test),))
        case Regex(pattern):
            return Sql(f"regexp_matches({column}, ?)", (pattern,))
        case Contains(text, ignore_case):
            # lower() of the engine on both sides: Python's differs for some letters
            return Sql(f"contains(lower({column}), lower(?))" if ignore_case else f"contains({column}, ?)", (text,))
        case Compare(op, text):
            return _ordered(column, [(op, text)])
        case Range(low, high):
            bounds = [(">=" if test.low_inclusive else ">", low), ("<=" if test.high_inclusive else "<", high)]
            return _ordered(column, [(op, bound) for op, bound in bounds if bound is not None])


test_sql.__test__ = False  # type: ignore[attr-defined]  # the name makes pytest take it for a test


def body_sql(column: str, test: Test) -> Sql:
    """Like `test_sql` for the body: a wildcard may match any part of it, without regard to case."""
    if isinstance(test, Wildcard):
        return Sql(rf"lower({column}) LIKE lower(?) ESCAPE '\'", (f"%{_like(test)}%",))
    return test_sql(column, test)


def _number(text: str) -> float | None:
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


def _as_number(column: str) -> str:
    # the engine reads 358_0 as 3580, and has NaN above every number
    return f"nullif(TRY_CAST(replace({column}, '_', 'x') AS DOUBLE), 'nan'::DOUBLE)"


def _ordered(column: str, bounds: Sequence[tuple[str, str]]) -> Sql:
    if not bounds:
        return Sql(f"{column} IS NOT NULL")
    numbers = [_number(text) for _, text in bounds]
    if None not in numbers:
        column = _as_number(column)
        return Sql(" AND ".join(f"{column} {op} ?" for op, _ in bounds), tuple(numbers))
    return Sql(" AND ".join(f"{column} {op} ?" for op, _ in bounds), tuple(text for _, text in bounds))


def _like(test: Wildcard) -> str:
    wild = {"*": "%", "?": "_"}
    return "".join(wild[c] if is_wild else f"\\{c}" if c in "%_\\" else c for c, is_wild in test.parts)


def level_sql(column: str, test: Test) -> Sql:
    """The condition that the level rank in the integer expression *column* passes *test*.

    An unknown level (rank 0) is neither above nor below anything: only ``unknown`` finds it. FilterError for a name
    that is no level.
    """
    match test:
        case Equals(text):
            return Sql(f"{column} = ?", (_rank(text),))
        case Compare(op, text):
            return _ranked(column, [(op, _rank(text))])
        case Range(low, high):
            bounds = [(">=" if test.low_inclusive else ">", low), ("<=" if test.high_inclusive else "<", high)]
            return _ranked(column, [(op, _rank(name)) for op, name in bounds if name is not None])
        case Wildcard():
            pattern = "".join({"*": ".*", "?": "."}[c] if wild else re.escape(c) for c, wild in test.parts)
            return _ranks(column, re.compile(pattern, re.IGNORECASE | re.DOTALL).fullmatch)
        case Contains(text):
            return _ranks(column, re.compile(re.escape(text), re.IGNORECASE).search)
        case Regex(pattern):
            try:
                return _ranks(column, re.compile(pattern, re.IGNORECASE).search)
            except re.error as e:
                raise FilterError(f"this regex is wrong: {e.msg}") from e


def _rank(name: str) -> int:
    rank = level_rank(name)
    if not rank and name.strip().upper() not in (_UNKNOWN, *LEVEL_RANKS):
        raise FilterError(f"no level is called '{name}': expected one of {', '.join(LEVELS[1:])}, {_UNKNOWN}")
    return rank


def _ranked(column: str, bounds: Sequence[tuple[str, int]]) -> Sql:
    texts = [f"{column} {op} ?" for op, _ in bounds]
    if all(op in ("<", "<=") and rank for op, rank in bounds):
        texts.append(f"{column} > 0")
    return Sql(" AND ".join(texts), tuple(rank for _, rank in bounds))


def _ranks(column: str, matches: Callable[[str], object]) -> Sql:
    found = tuple(rank for rank, name in enumerate(LEVELS) if name and matches(name))
    return Sql(f"{column} IN ({', '.join('?' * len(found))})" if found else "false", found)


def time_sql(column: str, test: Test, days: Sequence[str]) -> Sql:
    """The condition that the UTC nanoseconds in the BIGINT expression *column* pass *test*.

    What a time may look like and what *days* are for is said at `tui.query.filter_time.spans_of`, FilterError included.
    """
    texts: list[str] = []
    params: list[int] = []
    for low, high in spans_of(test, days):
        ends = [f"{column} {op} ?" for op, end in ((">=", low), ("<", high)) if end is not None]
        texts.append(" AND ".join(ends) or f"{column} IS NOT NULL")
        params += [end for end in (low, high) if end is not None]
    if len(texts) == 1:
        return Sql(texts[0], tuple(params))
    return Sql(" OR ".join(f"({text})" for text in texts) or "false", tuple(params))
