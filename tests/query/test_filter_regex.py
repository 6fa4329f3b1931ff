"""What is refused is what RE2 refuses, and it is said by name."""

import duckdb
import pytest

from tui.query.filter_regex import refusal

FINE = [
    "a",
    "a.b",
    r"\d+\s\w",
    "[]a]",
    "[^]a]",
    "[[:alpha:]]",
    r"\pL",
    r"\p{Greek}\P{^Lu}",
    r"a\z",
    r"\Qa*(?=\E",
    "(?i)a",
    "a(?i)b",
    "(?U)a",
    "(?i-s:a)",
    "(?P<n>a)",
    "a+?",
    "a{2}",
    "a{2,5}?",
    "{",
    r"\x{41}",
    r"\012",
    r"\123",
    r"\/",
    "()",
    "a|",
    "[(?=]",
    r"\(?=x",
    r"\++",
    r"[+*]+",
    r"\\1",
    "a{1000}",
    "é",
]
REFUSED = [
    ("a(?=b)", "lookahead", 1),
    ("a(?!b)", "lookahead", 1),
    ("(?<=a)b", "lookbehind", 0),
    ("x(?<!a)b", "lookbehind", 1),
    (r"(a)\1", "backreference", 3),
    (r"(?P<n>a)(?P=n)", "backreference", 8),
    (r"(a)\8", "backreference", 3),
    (r"\k<n>", "backreference", 0),
    ("(?>a)", "atomic", 0),
    ("ba*+", "possessive", 2),
    ("a++", "possessive", 1),
    ("a?+", "possessive", 1),
    ("a{2,}+", "possessive", 1),
    ("(?(1)a)", "conditions", 0),
    ("(?#c)a", "comments", 0),
    ("(?R)", "recursion", 0),
    ("(?<n>a)", "(?P<name>", 0),
    ("(?x)a", "'(?x'", 0),
    (r"a\Z", r"'\Z'", 1),
    (r"x[a\b]", r"'\b'", 3),
    ("a{1001}", "1000", 1),
    ("a(", "wrong", 1),
    ("[a", "wrong", 0),
    ("*a", "wrong", 0),
    ("b[z-a]", "wrong", 2),
    ("a**", "wrong", 2),
    ("a)", "wrong", 1),
    ("(?i)a(", "wrong", 0),
    ("(?:a", "wrong", 0),
    (r"a\p1", r"'\p'", 1),
    (r"\pL)", "wrong", 0),
    (r"[\pL]**", "wrong", 0),
    (r"\é", r"'\é'", 0),
]


def engine_takes(pattern: str) -> bool:
    try:
        duckdb.connect().execute("SELECT regexp_matches('abc', ?)", [pattern]).fetchall()
    except duckdb.Error:
        return False
    return True


@pytest.mark.parametrize("pattern", FINE)
def test_let_through(pattern: str) -> None:
    assert refusal(pattern) is None
    assert engine_takes(pattern)


@pytest.mark.parametrize(("pattern", "says", "at"), REFUSED)
def test_refused_by_name(pattern: str, says: str, at: int) -> None:
    found = refusal(pattern)
    assert found
    assert (says in found[0], found[1]) == (True, at), found
    assert not engine_takes(pattern)
