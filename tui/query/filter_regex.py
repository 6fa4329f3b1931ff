"""What is wrong with a regex, said before the engine says it: RE2 runs in linear time and lacks what would not."""

from __future__ import annotations

import re
import warnings

_PIECE = re.compile(
    r"""
      (?P<verbatim>     \\Q.*?(?:\\E|\Z))
    | (?P<lookahead>    \(\?[=!])
    | (?P<lookbehind>   \(\?<[=!])
    | (?P<atomic>       \(\?>)
    | (?P<condition>    \(\?\()
    | (?P<comment>      \(\?\#)
    | (?P<recursion>    \(\?(?:R|[+-]?\d|&|P>))
    | (?P<backreference>\(\?P=|\\[kg]|\\[1-7](?![0-7])|\\[89])
    | (?P<name>         \(\?[<'])
    | (?P<plain>        \(\?(?:P<|:))
    | (?P<flags>        \(\?[imsU]*(?:-[imsU]+)?[:)])
    | (?P<group>        \(\?)
    | (?P<own>          \\(?:[pP](?:[A-Z]|\{\^?\w+\})|[zC0-7]|x\{))
    | (?P<escape>       \\[AbBdDsSwWaftnrvx!-/:-@\[-`{-~])
    | (?P<foreign>      \\(?:.|\Z))
    | (?P<set>          \[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])
    | (?P<possessive>   (?:[*+?]|\{\d+(?:,\d*)?\})\+)
    | (?P<times>        \{\d+(?:,\d*)?\})
    """,
    re.VERBOSE | re.DOTALL,
)
_SET_ESCAPE = re.compile(r"\\(?:(?P<own>[pP0-7]|x\{)|[dDsSwWaftnrvx!-/:-@\[-`{-~]|(?P<foreign>.))", re.DOTALL)

_LACKS = {
    "lookahead": "lookahead",
    "lookbehind": "lookbehind",
    "atomic": "atomic groups",
    "condition": "conditions",
    "comment": "comments",
    "recursion": "recursion",
    "backreference": "backreferences",
    "possessive": "possessive quantifiers",
}
_MOST_TIMES = 1000


def refusal(pattern: str) -> tuple[str, int] | None:
    """What keeps *pattern* from being an RE2 regex, as a sentence, and the 0-based place in it; None when nothing does.

    A pattern that is let through may still fail in the engine (an unknown Unicode class, a program grown too large).
    """
    plain: list[str] = []
    done = 0
    for m in _PIECE.finditer(pattern):
        kind, at = m.lastgroup or "", m.start()
        if kind in _LACKS:
            return f"regexes have no {_LACKS[kind]} here (RE2), but this has one: '{m[0]}'", at
        if kind == "name":
            return "a named group is written (?P<name>...)", at
        if kind == "group":
            return f"regexes have no '{pattern[at : at + 3]}' here (RE2)", at
        if kind == "foreign":
            return f"regexes have no '{m[0]}' here (RE2)", at
        if kind == "times" and max(int(n) for n in re.findall(r"\d+", m[0])) > _MOST_TIMES:
            return f"regexes repeat at most {_MOST_TIMES} times here (RE2)", at
        if kind == "set":
            for e in _SET_ESCAPE.finditer(m[0]):
                if e["foreign"]:
                    return f"regexes have no '{e[0]}' in brackets here (RE2)", at + e.start()
        plain += pattern[done:at], _as_python(kind, m[0])
        done = m.end()
    return _compiled("".join([*plain, pattern[done:]]), pattern)


def _as_python(kind: str, piece: str) -> str:
    """A stand-in that Python's compiler understands for a *piece* that only RE2 does."""
    if kind == "flags":
        return "(?:" if piece.endswith(":") else ""
    if kind == "set" and any(e["own"] for e in _SET_ESCAPE.finditer(piece)):
        return "[a]"
    return "a" if kind in ("verbatim", "own") else piece


def _compiled(python: str, pattern: str) -> tuple[str, int] | None:
    """The plain mistakes, which Python's compiler finds; it tells the place only where it saw the *pattern* itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(python)
    except re.error as e:
        return f"this regex is wrong: {e.msg}", (e.pos or 0) if python == pattern else 0
    except (RecursionError, OverflowError):
        return "this regex is too large", 0
    return None
