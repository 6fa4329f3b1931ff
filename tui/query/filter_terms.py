"""Filter text to whole terms, operators and brackets.

Done by hand, because where a term ends depends on whether it begins with a key of the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

from tui.errors import FilterError
from tui.query.expression import (
    All,
    Compare,
    Contains,
    Equals,
    Exists,
    Expression,
    Key,
    Operator,
    Range,
    Regex,
    Text,
    ValueTest,
    Wildcard,
    pieces,
)
from tui.query.filter_regex import refusal

ALWAYS_KEYS = frozenset({"level", "time", "source", "body", "template", "_exists_", "line", "file"})
"""Keys every record can be asked for, whatever the data hold."""

DEEPEST = 100
"""Brackets and NOTs inside each other; everything that walks an expression recurses that far."""

_TERM_END = re.compile(r"[\s)]|\Z")
_EVERYTHING = re.compile(r"\*(?::\*)?(?=[\s)]|\Z)")
_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r"\\.|[^\s]", re.DOTALL)
_OPERATOR = re.compile(r"(?:(and|&&)|(or|\|\|)|(not|!))(?=[\s()]|\Z)", re.IGNORECASE)
_MINUS = re.compile(r"-(?=[^\s)-])|!(?=[^\s)])")
_NEGATIVE = re.compile(r"-[.\d]")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_COMPARE = re.compile(r"[<>]=?")
_REGEX = re.compile(r"/((?:\\\S|[^\s\\])+?)/(?=[\s)]|\Z)")
_BOUND = r'("(?:[^"\\]|\\.)*"|(?:\\.|[^\s\]}\\])(?:\\.|[^\]}\\])*?)'
_RANGE = re.compile(rf"([\[{{])\s*{_BOUND}\s+TO\s+{_BOUND}\s*([\]}}])", re.DOTALL | re.IGNORECASE)
_REGEX_WITH_BLANKS = re.compile(r"/((?:\\.|[^/\\])+)/(?=[\s)]|\Z)", re.DOTALL)
_OPERATOR_INSIDE = re.compile(r"\s(?:and|or|not|&&|\|\|)\s", re.IGNORECASE)


class Seen(NamedTuple):
    """A token as it stands in the text."""

    kind: str
    text: str
    column: int


@dataclass(slots=True)
class _Group:
    column: int
    key: str | None
    depth: int


class Scanner:
    """Cuts *text* into operators, brackets and whole terms."""

    def __init__(self, text: str, is_key: Callable[[str], bool]) -> None:
        self.text = text
        self.is_key = is_key
        self.notes: list[str] = []
        self.seen: list[Seen] = []
        self.at = 0

    def tokens(self) -> Iterator[tuple[str, Expression | None]]:
        """Kind (``TERM``, ``_AND``, ``_OR``, ``_NOT``, ``_OPEN``, ``_CLOSE``) and for a term its expression, in turn.

        FilterError for what is no term, and for brackets without partner. What went by stands in *seen* and *notes*.
        """
        groups: list[_Group] = []
        depth = 0
        while self._skip_blanks() < len(self.text):
            start = self.at
            within = groups[-1] if groups else _Group(0, None, 0)
            kind, value, key = self._next(start, within.key)
            if kind == "_OPEN":
                depth += 1
                groups.append(_Group(self.at - 1, key, depth))
            elif kind == "_CLOSE":
                if not groups:
                    raise FilterError("')' closes nothing: expected '(' before it, or quotes around the text", start)
                groups.pop()
                depth = groups[-1].depth if groups else 0
            elif kind == "_NOT":
                depth += 1
            elif kind == "TERM":
                depth = within.depth
            if depth > DEEPEST:
                raise FilterError(f"more than {DEEPEST} brackets and NOTs inside each other", start)
            self.seen.append(Seen(kind, self.text[start : self.at], start))
            yield kind, value
        if groups:
            raise FilterError("this bracket is never closed: expected ')'", groups[-1].column)

    def _next(self, start: int, key: str | None) -> tuple[str, Expression | None, str | None]:
        """Kind of the next token; the term, if it is one; the key whose values it stands among, or opens a list of."""
        if self.text[start] in "()":
            self.at = start + 1
            return "_OPEN" if self.text[start] == "(" else "_CLOSE", None, key
        if m := _OPERATOR.match(self.text, start):
            self.at = m.end()
            return "_AND" if m[1] else "_OR" if m[2] else "_NOT", None, key
        if _MINUS.match(self.text, start) and not (key is not None and _NEGATIVE.match(self.text, start)):
            self.at = start + 1
            return "_NOT", None, key
        if key is not None:
            return "TERM", self._value(key, start), key
        if named := self._key():
            key, self.at = named
            if not self.text.startswith("(", self.at):
                return "TERM", self._value(key, start), key
            self.at += 1
            return "_OPEN", None, key
        if m := _EVERYTHING.match(self.text, start):
            self.at = m.end()
            return "TERM", All(), None
        return "TERM", self._body(start), None

    def _skip_blanks(self) -> int:
        m = _BLANKS.match(self.text, self.at)
        self.at = m.end() if m else self.at
        return self.at

    def _word_end(self, start: int) -> int:
        """Where the word ends: at a blank, or a bracket that it did not open and close itself."""
        opened: list[int] = []
        at = start
        while m := _WORD.match(self.text, at):
            if m[0] == "(":
                opened.append(at)
            elif m[0] == ")":
                if not opened:
                    return at
                opened.pop()
            at = m.end()
        return opened[0] if opened else at

    def _key(self) -> tuple[str, int] | None:
        """The key this word begins with and where its value begins; None when the word is text."""
        start, end = self.at, self._word_end(self.at)
        if self.text[start] in '"/':
            return None
        name = first = ""
        for m in _WORD.finditer(self.text, start, end):
            if m[0] == ":" and name:
                if name in ALWAYS_KEYS or self.is_key(name):
                    return name, m.end()
                first = first or name
            name += "".join(char for char, _ in pieces(m[0]))
        if first:
            self.notes.append(f"'{self.text[start:end]}' is taken as text: no key is called '{first}'")
        return None

    def _value(self, key: str, start: int) -> Expression:
        """What follows the colon of *key*, or stands in its brackets; *start* is the column to remember."""
        at = self.at
        if _TERM_END.match(self.text, at):
            raise FilterError(f"a value is expected after '{key}:', or quotes around the text", at)
        if key == "body":
            if self.text[at] in "<>" or _RANGE.match(self.text, at):
                raise FilterError("the body has no order: expected a word, quotes or /regex/", at)
            return self._body(start)
        test = self._test(key)
        if key != "_exists_":
            return Key(key, test, start)
        if not isinstance(test, Equals) or not test.text:
            raise FilterError("_exists_ takes the name of a key, without wildcards", at)
        if test.text not in ALWAYS_KEYS and not self.is_key(test.text):
            self.notes.append(f"no key is called '{test.text}'")
        return Exists(test.text, start)

    def _test(self, key: str) -> ValueTest:
        at = self.at
        if self.text[at] in "[{":
            m = _RANGE.match(self.text, at)
            if not m:
                raise FilterError(f"a range is expected here, '{key}:[low TO high]', or quotes around the text", at)
            self._end(m.end(), "a range")
            return Range(_bound(m[2]), _bound(m[3]), m[1] == "[", m[4] == "]")
        if m := _COMPARE.match(self.text, at):
            self.at = m.end()
            quoted = self.text.startswith('"', self.at)
            text = self._quoted() if quoted else "".join(char for char, _ in pieces(self._word()))
            if not text and not quoted:
                raise FilterError(f"a value is expected after '{m[0]}'", self.at)
            return Compare(cast(Operator, m[0]), text)
        if self.text[at] == '"':
            return Equals(self._quoted())
        if self.text[at] == "/" and (regex := self._regex()):
            return regex
        meant = _meant(self._word())
        return meant if isinstance(meant, Wildcard) else Equals(meant)

    def _body(self, start: int) -> Text:
        if self.text[self.at] == '"':
            return Text(Contains(self._quoted(), ignore_case=False), start)
        if self.text[self.at] == "/" and (regex := self._regex()):
            return Text(regex, start)
        meant = _meant(self._word())
        return Text(meant if isinstance(meant, Wildcard) else Contains(meant), start)

    def _word(self) -> str:
        start = self.at
        self.at = self._word_end(start)
        return self.text[start : self.at]

    def _quoted(self) -> str:
        m = _QUOTED.match(self.text, self.at)
        if not m:
            raise FilterError("this quote is never closed: expected another '\"'", self.at)
        self._end(m.end(), "a quote")
        return _unquoted(m[1])

    def _regex(self) -> Regex | None:
        m = _REGEX.match(self.text, self.at)
        if not m and (m := _REGEX_WITH_BLANKS.match(self.text, self.at)) and _OPERATOR_INSIDE.search(m[0]):
            self.notes.append(f"{m[0]} is taken as one regex")
        if not m:
            return None
        if wrong := refusal(m[1]):
            raise FilterError(wrong[0], m.start(1) + wrong[1])
        self.at = m.end()
        return Regex(m[1])

    def _end(self, at: int, what: str) -> None:
        if not _TERM_END.match(self.text, at):
            raise FilterError(f"a blank is expected after {what}", at)
        self.at = at


def _unquoted(inside: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", inside)


def _bound(text: str) -> str | None:
    if text == "*":
        return None
    return _unquoted(text[1:-1]) if _QUOTED.fullmatch(text) else "".join(char for char, _ in pieces(text.strip()))


def _meant(word: str) -> str | Wildcard:
    found = list(pieces(word))
    if any(bare and char in "*?" for char, bare in found):
        return Wildcard(word)
    return "".join(char for char, _ in found)
