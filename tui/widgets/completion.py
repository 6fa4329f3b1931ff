"""What the word under the caret of a filter expression could become."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAKS = " \t()[]"
_WORD = re.compile(r"^(?P<sign>-?)(?P<key>[^:\"/]+):(?P<op>>=|<=|>|<)?(?P<prefix>.*)$", re.S)


@dataclass(frozen=True, slots=True)
class Word:
    """The word left of the caret: where it starts, and the key and value it is made of so far."""

    start: int
    sign: str
    key: str
    prefix: str | None
    """What there is of the value; None while the key is being typed."""


def word_at(text: str, caret: int) -> Word:
    """The word of *text* that ends at *caret*; inside quotes the quotes belong to it."""
    start = caret
    quoted = text[:caret].count('"') % 2 == 1
    while start and (quoted or text[start - 1] not in _BREAKS):
        quoted ^= text[start - 1] == '"'
        start -= 1
    word = text[start:caret]
    match = _WORD.match(word)
    if match:
        at = start + match.start("prefix")
        return Word(at, "", match["key"], match["prefix"].lstrip('"'))
    sign = "-" if word.startswith("-") else ""
    return Word(start + len(sign), sign, word[len(sign) :], None)


def keys_for(word: Word, keys: list[str], limit: int = 8) -> list[str]:
    """Keys that fit: those that begin so, then those that have it anywhere."""
    wanted = word.key.lower()
    first = [key for key in keys if key.lower().startswith(wanted)]
    rest = [key for key in keys if wanted and wanted in key.lower() and key not in first]
    return [f"{key}:" for key in (first + rest)[:limit]]


def put(text: str, caret: int, word: Word, choice: str) -> tuple[str, int]:
    """*text* with *choice* instead of the word, and where the caret is then."""
    end = word.start + len(choice)
    return text[: word.start] + choice + text[caret:], end
