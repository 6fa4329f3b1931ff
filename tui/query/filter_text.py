"""Filter text to an expression: the log people's dialect of Lucene.

The scanner (`tui.query.filter_terms`) cuts the text into whole terms; the grammar here says how terms combine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedToken
from lark.lexer import Lexer

from tui.errors import FilterError
from tui.query.expression import All, And, Expression, Not, Or
from tui.query.filter_terms import ALWAYS_KEYS, Scanner, Seen

__all__ = ["ALWAYS_KEYS", "Parsed", "parse"]

GRAMMAR = """
    ?start: any
    ?any: all (_OR all)*
    ?all: one (_AND? one)*
    ?one: TERM -> term
        | _NOT one -> negation
        | _OPEN any _CLOSE
    %declare _OR _AND _NOT _OPEN _CLOSE TERM
"""

_NO_TEXT = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression, and what a person should know about how the text was understood, a sentence each."""

    expression: Expression
    notes: tuple[str, ...] = ()


def parse(text: str, is_key: Callable[[str], bool]) -> Parsed:
    """*text* as an expression; blank text keeps everything.

    *is_key* says whether the loaded data have a key (or an alias) of that name; those of `ALWAYS_KEYS` need no asking.
    FilterError, with the column of the mistake, for whatever does not parse.
    """
    if m := _NO_TEXT.search(text):
        raise FilterError("this character is damaged: it cannot be written as UTF-8", m.start())
    if not text.strip():
        return Parsed(All())
    scanner = Scanner(text, is_key)
    try:
        found = cast(Expression, _parser().parse(cast(Any, scanner)))
    except UnexpectedToken as e:
        raise _missing(scanner.seen, e.token) from None
    return Parsed(found, tuple(dict.fromkeys(scanner.notes)))


class _Tokens(Lexer):
    """Hands the scanner's tokens to lark as they are."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, data: Scanner) -> Iterator[Token]:  # type: ignore[override]
        for kind, value in data.tokens():
            yield Token(kind, value)


class _Build(Transformer[Token, Expression]):
    def term(self, parts: list[Token]) -> Expression:
        return cast(Expression, parts[0].value)

    def negation(self, parts: list[Expression]) -> Expression:
        return Not(parts[0])

    def all(self, parts: list[Expression]) -> Expression:
        return And(tuple(parts))

    def any(self, parts: list[Expression]) -> Expression:
        return Or(tuple(parts))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=_Tokens, transformer=_Build())


def _missing(seen: list[Seen], unexpected: Token) -> FilterError:
    """The only mistake the grammar can meet is a place without a term."""
    if unexpected.type in ("_AND", "_OR"):
        last = seen[-1]
        return FilterError(f"a term is expected before '{last.text}'", last.column)
    last = seen[-1] if unexpected.type == "$END" else seen[-2]
    if last.kind == "_OPEN":
        return FilterError("a term is expected between the brackets", last.column)
    return FilterError(f"a term is expected after '{last.text}'", last.column)
