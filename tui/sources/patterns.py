"""Patterns that somebody else wrote, kept from taking for ever.

Python's ``re`` backtracks: a pattern that can split one text between its parts in many ways takes, on a line that does
not fit, a time that grows with a power of the line's length, or doubles with every character. The latter are refused.
For the former the *freedom* of a pattern is counted; the greater it is, the smaller are the steps in which it is shown
more of a long line, and it is shown no more of one that takes too long.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any

#: Characters by which a pattern is shown more of a line, by its freedom.
STEPS = (65_536, 4_096, 768, 300, 200)

#: Characters of a line that a pattern is shown at most.
MOST = 65_536

#: Seconds of this thread's own time: after more than that a line is not shown further.
_SLOW = 0.05

#: Repeating at most so often counts as a fixed number of parts, not as freedom.
_FEW = 8

#: Characters by which sets are told apart: those up to 255, and for all others a letter, a digit, a blank, a picture.
_TRIED = "".join(map(chr, range(256))) + "\u4e2d\u0660\u2028\U0001f600"
_ALL = frozenset(range(len(_TRIED)))
_OTHERS = frozenset(range(256, len(_TRIED)))
_NONE: frozenset[int] = frozenset()

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


class PatternError(ValueError):
    """A pattern that cannot be used; the message says why."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern that is tried at the start of a line. *tail*: it ends with "whatever follows" (``.*``), so the
    end of a line may be cut off without changing what its other parts find."""

    text: str
    compiled: re.Pattern[str]
    freedom: int
    tail: bool

    def match(self, text: str) -> re.Match[str] | None:
        """What it finds at the start of *text*, of which it may have seen only the beginning; see the module."""
        step = STEPS[self.freedom]
        if len(text) <= step:
            return self.compiled.match(text)
        size = min(len(text), MOST)
        begun = thread_time()
        for reach in range(step, size + step, step):
            end = min(reach, size)
            found = self.compiled.match(text, 0, end)
            if found and (self.tail or found.end() < end or end == len(text)):
                return found
            if thread_time() - begun > _SLOW:
                break
        return None


def compile_pattern(text: str) -> Pattern:
    """*text* as a pattern; PatternError when it is none, or may take very long on some line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(text)
            items = list(importlib.import_module("re._parser").parse(text))
    except re.error as error:
        at = "" if error.pos is None else f" at character {error.pos + 1}, {text[error.pos : error.pos + 12]!r}"
        raise PatternError(f"{error.msg}{at}") from error
    except (RecursionError, OverflowError) as error:
        raise PatternError("it is too large") from error
    freedom = _Reader(compiled.flags).sequence(items).freedom
    if freedom >= len(STEPS):
        raise PatternError(
            f"{freedom} of its parts can end in several places of a line, and {len(STEPS) - 1} may: say which "
            "characters a part takes, as [^ ]+ does and .* does not"
        )
    return Pattern(text, compiled, freedom, _tail(items))


def _tail(items: Sequence[Any]) -> bool:
    """Whether *items* end with ``.*`` or ``.+``, perhaps in a group or before ``$``."""
    while items and str(items[-1][0]) in ("AT", "SUBPATTERN"):
        items = items[-1][1][3] if str(items[-1][0]) == "SUBPATTERN" else items[:-1]
    if not items or str(items[-1][0]) not in _REPEATS:
        return False
    _, most, inner = items[-1][1]
    return bool(most > MOST) and [str(each[0]) for each in inner] == ["ANY"]


@dataclass(frozen=True)
class _Shape:
    """What a piece of a pattern can match: the characters *first* and anywhere (*chars*) in it, whether it can be
    *empty*; its *freedom*, which is how many of its parts can end in several places of one text; and whether its length
    is *open*, without a narrow bound."""

    first: frozenset[int]
    chars: frozenset[int]
    empty: bool
    freedom: int = 0
    open: bool = False


_NOTHING = _Shape(_NONE, _NONE, True)


class _Reader:
    """Reads the shapes of a parsed pattern; *flags* are those of the whole."""

    def __init__(self, flags: int) -> None:
        self._flags = flags & (re.IGNORECASE | re.ASCII | re.UNICODE | re.DOTALL)
        self._known: dict[str, _Shape] = {}

    def sequence(self, items: Sequence[Any]) -> _Shape:
        """The shape of *items* one after the other. PatternError for a repetition that can be split in many ways."""
        rest = _NOTHING
        for item in reversed(items):
            shape = self.shape(item)
            freedom = shape.freedom + rest.freedom
            # What nothing follows that takes a character ends where it ends, or gives up one after the other.
            if shape.open and rest.chars and shape.chars & (_ALL if rest.empty else rest.first):
                freedom += 1
            first = shape.first | rest.first if shape.empty else shape.first
            chars = shape.chars | rest.chars
            rest = _Shape(first, chars, shape.empty and rest.empty, freedom, shape.open or rest.open)
        return rest

    def shape(self, item: tuple[Any, Any]) -> _Shape:
        """The shape of one operation as the standard library's parser gives it."""
        known = repr(item)
        if known not in self._known:
            self._known[known] = self._shape(str(item[0]), item)
        return self._known[known]

    def _shape(self, name: str, item: tuple[Any, Any]) -> _Shape:
        value = item[1]
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            found = self._characters(item)
            return _Shape(found, found, False)
        if name in ("ASSERT", "ASSERT_NOT"):
            raise PatternError("it looks ahead or back, which can take very long")
        if name == "AT":
            return _NOTHING
        if name == "SUBPATTERN":
            return (_Reader(self._flags | value[1]) if value[1] else self).sequence(value[3])
        if name == "ATOMIC_GROUP":
            return self.sequence(value)
        if name == "BRANCH":
            shapes = [self.sequence(each) for each in value[1]]
            return _Shape(
                _NONE.union(*(each.first for each in shapes)),
                _NONE.union(*(each.chars for each in shapes)),
                any(each.empty for each in shapes),
                max(each.freedom for each in shapes),
                any(each.open for each in shapes),
            )
        if name in _REPEATS:
            return self._repeat(*value)
        raise PatternError("it refers back to one of its groups, which can take very long")

    def _repeat(self, least: int, most: int, items: Sequence[Any]) -> _Shape:
        once = self.sequence(items)
        if most > _FEW and not self._splits_one_way(items):
            raise PatternError(
                "it repeats a part that itself repeats or has alternatives, so that it can take one text in very many "
                "ways; [\\w.]+ does what (\\w+\\.?)+ does"
            )
        freedom = once.freedom * max(1, min(most, _FEW))
        return _Shape(once.first, once.chars, once.empty or not least, freedom, most - least > _FEW or once.open)

    def _splits_one_way(self, items: Sequence[Any]) -> bool:
        """Whether repeated *items* take a text in one way only, as far as can be seen: they have one length, or begin
        or end with a character that the rest of them cannot hold, or are alternatives of one length that begin apart.
        """
        while len(items) == 1 and str(items[0][0]) in ("SUBPATTERN", "ATOMIC_GROUP"):
            items = items[0][1][3] if str(items[0][0]) == "SUBPATTERN" else items[0][1]
        if len(items) == 1 and str(items[0][0]) == "BRANCH":
            seen = _NONE
            for branch in items[0][1][1]:
                shape = self.sequence(branch)
                if shape.empty or _varies(branch) or seen & shape.first:
                    return False
                seen |= shape.first
            return True
        if not _varies(items):
            return True
        for edge, rest in ((items[0], items[1:]), (items[-1], items[:-1])):
            at = self.shape(edge)
            if rest and not at.empty and not _varies([edge]) and not at.chars & self.sequence(rest).chars:
                return True
        return False

    def _characters(self, item: tuple[Any, Any]) -> frozenset[int]:
        """Which characters an operation takes that always takes exactly one."""
        parser = importlib.import_module("re._parser")
        single = importlib.import_module("re._compiler").compile(parser.SubPattern(parser.State(), [item]), self._flags)
        found = frozenset(i for i, character in enumerate(_TRIED) if single.match(character))
        return found | _OTHERS if any(int(code) > 255 for code in re.findall(r"\b\d{3,7}\b", repr(item))) else found


def _varies(items: Sequence[Any]) -> bool:
    """Whether *items* can match texts of several lengths, or one text in several ways."""
    for name, value in ((str(item[0]), item[1]) for item in items):
        if name == "BRANCH" or (name in _REPEATS and value[0] != value[1]):
            return True
        inner = value[3] if name == "SUBPATTERN" else value[2] if name in _REPEATS else ()
        if name == "ATOMIC_GROUP":
            inner = value
        if _varies(inner):
            return True
    return False
