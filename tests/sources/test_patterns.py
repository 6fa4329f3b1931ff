"""Tests of tui.sources.patterns: what others write is taken or refused, and takes no line for ever."""

from __future__ import annotations

import re
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.sources.patterns import MOST, STEPS, PatternError, compile_pattern

ACCESS = r'^(\S+) \S+ \S+ \[(.*?)\] "(.*?)" (\d+) (\d+) "(.*?)" "(.*?)"$'

TAKEN = [
    (r"^(?P<time>\S+) \[(?P<level>\w+)\] (?P<name>\S+) \((?P<thread>[^)]*)\) (?P<body>.*)$", 0, True),
    (r"(\S+): (?P<body>.*)", 1, True),
    (r"(?:\w+\.)*\w+ x", 1, False),
    (r"(?:\.\w+)* (.+)", 0, True),
    (r'"(?:[^"\\]|\\.)*" (.*)', 1, True),
    (r"(?i:INFO|warn)(?:ing|s)? .*", 0, True),
    (r"(?:foo|bar)+ ([a-z]{1,200}) x", 0, False),
    (r"(.*?) - (.*?) - ([A-Z]+) - (.*)", 2, True),
    (r"(?i)[a-m]*[N-Z]", 0, False),
    (r"(?i)[a-m]*[A-Z]", 1, False),
    (r"(?i:[a-m]*[A-Z])", 1, False),
    (r"\w*\d", 1, False),
    (r"[^\W\d]*\d", 0, False),
    (r"\d*\u0660", 1, False),
    (r"(?a)\d*\u0660", 0, False),
    (r"\S+\s+\[", 0, False),
    (r"[^\u2192]*\u2192 x", 1, False),
    (r"(?:ab){3,4}c|x*", 0, False),
    (ACCESS, 4, False),
    ("", 0, False),
]

REFUSED = [
    (r"(a+)+$", "repeats"),
    (r"(x+x+)+y", "repeats"),
    (r"(?:\w+ ?)*x", "repeats"),
    (r"(?:ab|a.)*x", "repeats"),
    (r"(?:a?){30}a{30}", "repeats"),
    (r"(?:(?:a{0,9}){0,9}){0,9}b", "repeats"),
    (r"(.*) (.*) (.*) (.*) (.*) x", "5 of its parts"),
    (r"(?:\w+ ?){1,8}x", "9 of its parts"),
    (r"(?=a)b", "ahead"),
    (r"(?<!a)b", "ahead"),
    (r"(a)\1", "refers back"),
    (r"(a)(?(1)b|c)", "refers back"),
    (r"(?P<a>\d+) (?P<a>\d+)", "redefinition of group name"),
    (r"ab(", "at character 3, '('"),
    (r"[z-a]", "bad character range"),
]


@pytest.mark.parametrize(("text", "freedom", "tail"), TAKEN)
def test_taken(text: str, freedom: int, tail: bool) -> None:
    pattern = compile_pattern(text)
    assert (pattern.freedom, pattern.tail) == (freedom, tail)


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_refused(text: str, why: str) -> None:
    with pytest.raises(PatternError, match=re.escape(why)):
        compile_pattern(text)


@pytest.mark.parametrize("text", [text for text, freedom, _ in TAKEN if freedom < 4])
def test_no_line_takes_long(text: str) -> None:
    pattern = compile_pattern(text)
    for begin in ("", '"2026 [I] a ('):
        for filler in ("a", " ", "1:", " - ", "\\"):
            begun = thread_time()
            pattern.match(begin + filler * 5_000_000)
            assert thread_time() - begun < 0.5, (begin, filler)


def test_the_end_of_a_long_line_counts_where_the_pattern_needs_it() -> None:
    pattern = compile_pattern(ACCESS)
    for size in (1, *STEPS[1:], 5000):
        line = f'10.0.0.7 - - [20/Nov/2026:07:44:29 +0000] "GET /{"x" * size}" 200 17 "-" "curl" "8"'
        found = pattern.match(line)
        assert found and found.end() == len(line) and found[7] == 'curl" "8'


def test_a_line_is_shown_up_to_a_limit() -> None:
    pattern = compile_pattern(r"(a*)b")
    assert pattern.match("a" * (MOST - 1) + "b") is not None
    assert pattern.match("a" * MOST + "b") is None


@given(st.lists(st.sampled_from([":", "a", "B", " ", "1", "a" * 300, ": " * 200]), max_size=7).map("".join))
@settings(max_examples=60)
def test_cutting_the_end_off_changes_nothing(line: str) -> None:
    """Only what stands for "whatever follows" may be shorter than in the whole line."""
    for text in (r"(\S+): (?P<body>.*)", r"(.*?):(.*?)([A-Z])(.*)$", r"(\w+) ([A-Z]+)", r"(.*?): (.*?)1"):
        pattern, whole = compile_pattern(text), re.match(text, line)
        seen = pattern.match(line)
        assert (seen is None) == (whole is None)
        if seen and whole:
            last = len(whole.groups()) - pattern.tail
            assert seen.groups()[:last] == whole.groups()[:last]
            assert not pattern.tail or (whole[last + 1].startswith(seen[last + 1]) and seen.end() <= whole.end())
