"""Filter expressions as frozen values. ``str`` of one is text that `tui.query.filter_text` reads back as its equal.

An expression is ``All``, ``And``, ``Or``, ``Not``, ``Text`` (about the body), ``Key`` or ``Exists``. What a value must
be like is a *test*: ``Equals``, ``Wildcard``, ``Regex``, ``Compare``, ``Range``, and for the body ``Contains``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Operator = Literal[">", ">=", "<", "<="]

SPECIAL = r'\\"()\[\]{}:*?/\-!<>=&|+^~\s'
"""What a backslash can escape in a word, as the inside of a character class; before anything else it is itself."""

_ESCAPED = re.compile(rf"\\[{SPECIAL}]|.", re.DOTALL)
_BARE = re.compile(r"[\w.%@+,#-][\w.:/%@+,#=-]*")
_OPERATOR_WORD = re.compile(r"and|or|not", re.IGNORECASE)
_ANYWHERE = re.compile(r"[\\():*?\s]")
_AT_START = frozenset('"/-!<>=[{&|')


def pieces(word: str) -> Iterator[tuple[str, bool]]:
    """The characters that *word* means, each with whether it stood there unescaped."""
    for m in _ESCAPED.finditer(word):
        escaped = len(m[0]) == 2
        yield m[0][-1], not escaped


def _escaped(char: str, first: bool) -> str:
    return f"\\{char}" if _ANYWHERE.match(char) or (first and char in _AT_START) else char


def _word(text: str) -> str:
    return "".join(_escaped(char, i == 0) for i, char in enumerate(text))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def literal(text: str) -> str:
    """*text* as a value that means just that: bare where that is safe, else in quotes."""
    return text if _BARE.fullmatch(text) else _quoted(text)


@dataclass(frozen=True, slots=True)
class Equals:
    """The value is *text*, or the same number."""

    text: str

    def __str__(self) -> str:
        return literal(self.text)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``*`` stands for any text, ``?`` for one character; a backslash before them or itself takes that away.

    ValueError when *pattern* has neither: that is ``Equals`` or ``Contains``.
    """

    pattern: str

    def __post_init__(self) -> None:
        found = list(pieces(self.pattern))
        if not any(bare and char in "*?" for char, bare in found):
            raise ValueError(f"no * or ? in {self.pattern!r}")
        # one spelling a meaning, or equal patterns would differ
        same = "".join(f"\\{char}" if char == "\\" or (char in "*?" and not bare) else char for char, bare in found)
        object.__setattr__(self, "pattern", same)

    @property
    def parts(self) -> tuple[tuple[str, bool], ...]:
        """The pattern's characters, each with whether it is a wildcard."""
        return tuple((char, bare and char in "*?") for char, bare in pieces(self.pattern))

    def __str__(self) -> str:
        return "".join(char if wild else _escaped(char, i == 0) for i, (char, wild) in enumerate(self.parts))


@dataclass(frozen=True, slots=True)
class Regex:
    """Some part of the value matches the RE2 *pattern*, case sensitive."""

    pattern: str

    def __post_init__(self) -> None:
        # a slash needs its backslash only between slashes
        object.__setattr__(self, "pattern", re.sub(r"\\(.)", _unslash, self.pattern, flags=re.DOTALL))

    def __str__(self) -> str:
        return "/" + re.sub(r"\\.|/", lambda m: r"\/" if m[0] == "/" else m[0], self.pattern, flags=re.DOTALL) + "/"


def _unslash(m: re.Match[str]) -> str:
    return "/" if m[1] == "/" else m[0]


@dataclass(frozen=True, slots=True)
class Compare:
    """The value stands in that order to *text*: as numbers when *text* is one, else as text."""

    op: Operator
    text: str

    def __str__(self) -> str:
        return self.op + literal(self.text)


@dataclass(frozen=True, slots=True)
class Range:
    """The value lies between *low* and *high*; None is open."""

    low: str | None
    high: str | None
    low_inclusive: bool = True
    high_inclusive: bool = True

    def __str__(self) -> str:
        low, high = ("*" if bound is None else literal(bound) for bound in (self.low, self.high))
        return f"{'[' if self.low_inclusive else '{'}{low} TO {high}{']' if self.high_inclusive else '}'}"


@dataclass(frozen=True, slots=True)
class Contains:
    """The body contains *text*: without regard to case for a bare word, exactly for a phrase in quotes."""

    text: str
    ignore_case: bool = True

    def __str__(self) -> str:
        return _word(self.text) if self.ignore_case and self.text else _quoted(self.text)


ValueTest = Equals | Wildcard | Regex | Compare | Range
BodyTest = Contains | Wildcard | Regex
Test = ValueTest | BodyTest


@dataclass(frozen=True, slots=True)
class All:
    """Every record."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Text:
    """Records whose body passes *test*; a wildcard or regex may match any part of it."""

    test: BodyTest
    column: int = field(default=0, compare=False, repr=False)
    """Where it stands in the text it was read from, for messages."""

    def __str__(self) -> str:
        shown = str(self.test)
        return f"body:{shown}" if shown == "*" or _OPERATOR_WORD.fullmatch(shown) else shown


@dataclass(frozen=True, slots=True)
class Key:
    """Records that have *key* with a value that passes *test*."""

    key: str
    test: ValueTest
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{_word(self.key)}:{self.test}"


@dataclass(frozen=True, slots=True)
class Exists:
    """Records that have *key*, with whatever value."""

    key: str
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"_exists_:{literal(self.key)}"


@dataclass(frozen=True, slots=True)
class Not:
    """Records that *part* leaves out."""

    part: Expression

    def __str__(self) -> str:
        return f"NOT {_inside(self.part, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """Records that all *parts* keep; ValueError for fewer than two."""

    parts: tuple[Expression, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("And needs two parts")

    def __str__(self) -> str:
        return " AND ".join(_inside(part, And, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Records that any of *parts* keeps; ValueError for fewer than two."""

    parts: tuple[Expression, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("Or needs two parts")

    def __str__(self) -> str:
        return " OR ".join(_inside(part, Or) for part in self.parts)


Expression = All | And | Or | Not | Text | Key | Exists


def _inside(part: Expression, *kinds: type[And] | type[Or]) -> str:
    return f"({part})" if isinstance(part, kinds) else str(part)
