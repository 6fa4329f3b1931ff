"""logfmt: ``time=... level=info msg="what happened" key=value``, as Go programs write it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import Folded, fold
from tui.sources.usual import BODY_KEYS, LEVEL_WORDS, MORE_BODY_KEYS, Usual

_KEY = r"[^\s=\"]{1,200}+"
_PAIR = re.compile(rf'\s*+({_KEY})=(?:"((?:[^"\\]|\\.)*+)"(?=\s|$)|(\S*+))|\s*+(\S++)', re.DOTALL)
_BEGIN = re.compile(rf"\s{{0,20}}+{_KEY}=")
_SEVERAL = re.compile(r"\s{0,20}+[A-Za-z_@][\w.@/-]{0,100}+=(?:\"(?:[^\"\\]|\\.)*+\"|\S*+)(?:\s|$)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

#: Pairs of one line that become keys; no program writes as many.
_MOST = 200


class Logfmt:
    """Source of such logs. Lines that do not begin with ``key=`` continue the record before."""

    name = "logfmt"
    title = "logfmt of any program"
    body: tuple[str, ...] = ("wideview.body", *BODY_KEYS)
    level: tuple[str, ...] = ("wideview.level", *LEVEL_WORDS)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """0.4 when each of the first lines begins with two pairs, and the first pairs are called alike."""
        texts = [text for text in head.decode(errors="replace").removeprefix("\ufeff").split("\n") if text.strip()]
        if len(texts) > 1 and not head.endswith(b"\n"):
            texts.pop()  # it may be cut
        firsts = set()
        for text in texts[:20]:
            one = _SEVERAL.match(text)
            if not one or not _SEVERAL.match(text, one.end()):
                return 0.0
            firsts.add(text.lstrip().partition("=")[0])
        return 0.4 if texts and len(firsts) <= 2 else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with the keys of their pairs; what is no pair is ``wideview.rest``."""
        usual = Usual(file.mtime_ns)
        for folded in fold(file.path, notes, _BEGIN, limit):
            raw = _record(folded)
            if raw.error is None:
                usual.complete(raw)
            yield raw


def _record(folded: Folded) -> Raw:
    line, offset, length, begin, first, more = folded
    if begin is None:
        return Raw(line, {"wideview.body": first}, offset, length, error="not in the format of this log")
    keys: dict[str, Scalar] = {}
    rest: list[str] = []
    # Without blanks at the end: those would be looked at from each of their places.
    for count, found in enumerate(_PAIR.finditer(first.rstrip())):
        key, quoted, plain, word = found.groups()
        if count == _MOST:
            rest.append(first[found.start() :].strip())
            break
        if key is None:
            rest.append(word)
        elif key not in keys and not key.startswith("wideview."):
            keys[key] = plain if quoted is None else _unquoted(quoted)
        else:
            rest.append(found[0].strip())
    if more or rest:
        keys["wideview.rest"] = "\n".join((" ".join(rest), *more)).removeprefix("\n")
    if not any(key in keys for key in BODY_KEYS) and not any(keys.get(key) for key in MORE_BODY_KEYS):
        keys["wideview.body"] = "\n".join((first, *more))
    return Raw(line, keys, offset, length)


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


SOURCES: tuple[Source, ...] = (Logfmt(),)
