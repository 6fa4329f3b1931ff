"""Tests of tui.sources.format_table: what is wrong with a format is said with the file, the format and the setting."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tui.errors import RuleError
from tui.query.rules import parse
from tui.sources.formats import Sample

WHOLE = r"""
[[format]]
name = "solver"
title = "the solver's log"
file = ["solver-*.log"]
line = ['^(?P<time>\S+ \S+) \[(?P<level>\w)\] (?P<job>\d+): (?P<body>.*)$', '== (?P<body>.*)']
time = "iso"
zone = "Europe/Berlin"
levels = { D = "DEBUG", W = "warn" }
keys = { job = "parsl.task" }
numbers = ["job"]
single = true

[[format.sample]]
line = '2026-11-20 07:44:29.479 [W] 7: diverged'
time = 2026-11-20T06:44:29.479Z
level = "WARNING"
body = "diverged"
keys = { "parsl.task" = 7 }

[[format.sample]]
line = '== x'
time = 1.5

[[alias]]
key = "a"
of = ["b"]
"""

LINE = "line = '(?P<time>a)(?P<level>b)(?P<x>c)(?P<body>.*)'\n"
JSON = 'json = { time = "t" }\n'


def test_everything() -> None:
    rules = parse([("mine.toml", WHOLE)])
    [made] = rules.format
    assert (made.name, made.title, made.origin) == ("solver", "the solver's log", "mine.toml")
    assert (made.file, made.form, made.zone) == (("solver-*.log",), "iso", ZoneInfo("Europe/Berlin"))
    assert [pattern.text[:3] for pattern in made.patterns] == ["^(?", "== "]
    assert (made.levels, made.keys) == ({"D": "DEBUG", "W": "WARNING"}, {"job": "parsl.task"})
    assert (made.numbers, made.single) == (frozenset({"job"}), True)
    assert made.samples == (
        Sample(
            "2026-11-20 07:44:29.479 [W] 7: diverged",
            "2026-11-20T06:44:29.479000+00:00",
            "WARNING",
            "diverged",
            {"parsl.task": 7},
        ),
        Sample("== x", 1.5),
    )
    assert rules.alias and rules.texts == (WHOLE,)


def test_what_need_not_be_said() -> None:
    [made] = parse([("mine.toml", "[[format]]\nname = 'a'\nline = '(?P<n>.*)'\n")]).format
    assert (made.title, made.form, made.zone, made.file) == ("log of a", "any", None, ())


def test_a_later_format_replaces_one_of_its_name_and_may_take_it_away() -> None:
    first = "[[format]]\nname = 'a'\nline = '(?P<n>.*)'\n"
    second = "[[format]]\nname = 'a'\nline = '(?P<m>.*)'\n"
    [made] = parse([("1", first), ("2", second)]).format
    assert made.origin == "2" and made.patterns[0].text == "(?P<m>.*)"
    assert parse([("1", first), ("2", "[[format]]\nname = 'a'\ndisable = true\n")]).format == ()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("", "either line, patterns of its lines, or json"),
        (LINE + JSON, "either line"),
        (LINE + "lines = 'x'\n", "no such setting 'lines' (known: file, json, keys, level"),
        ("line = 7\n", "line is a text or a list of texts"),
        ("line = []\n", "line is a text or a list of texts"),
        ("line = ['(?P<a>x)', 7]\n", "line is a text or a list of texts"),
        (LINE + "title = 7\n", "title is a text"),
        (LINE + "file = 7\n", "file is a text or a list of texts"),
        (LINE + "single = 'yes'\n", "single is true or false"),
        (LINE + "keys = ['x']\n", "keys is a table of texts"),
        (LINE + "numbers = 'x'\n", "numbers is a list of texts"),
        (LINE + "sample = ['x']\n", "sample is a list of tables, [[format.sample]]"),
        ("line = '(?P<a>x'\n", "line '(?P<a>x': missing ), unterminated subpattern at character 1"),
        ("line = '(?P<a>(x+)+)y'\n", "it repeats a part that itself repeats"),
        ("line = 'abc'\n", "line 'abc' names no group"),
        (LINE + "time = 'epoch'\n", "time is one of iso, ctime, syslog, apache, number, elapsed, any, or"),
        (LINE + "zone = 'Mars/Olympus'\n", "zone 'Mars/Olympus': no such time zone"),
        (LINE + "levels = { W = 'strange' }\n", "levels: W = 'strange' is no level (known: TRACE, DEBUG, INFO"),
        ("line = '(?P<x>.*)'\ntime = 'iso'\n", "time is set, but no line has a group named time"),
        ("line = '(?P<x>.*)'\nzone = 'UTC'\n", "zone is set, but no line has a group named time"),
        ("line = '(?P<x>.*)'\nlevels = { W = 'INFO' }\n", "levels is set, but no line has a group named level"),
        (LINE + "keys = { y = 'z' }\n", "keys: no line has a group named y"),
        (LINE + "numbers = ['y']\n", "numbers: no line has a group named y"),
        (LINE + "keys = { body = 'z' }\n", "keys: the group body has a meaning of its own"),
        (LINE + "numbers = ['time']\n", "numbers: the group time has a meaning of its own"),
        (LINE + "keys = { x = 'wideview.body' }\n", "keys: 'wideview.body' cannot be the name of a key"),
        (LINE + "keys = { x = '' }\n", "keys: '' cannot be the name of a key"),
        (LINE + "keys = { x = 'level' }\n", "keys: two groups are called 'level'"),
        ("json = { when = 't' }\n", "json has no 'when' (known: time, level, body)"),
        (JSON + "single = true\n", "single is for formats with line"),
        (JSON + "levels = { W = 'INFO' }\n", "levels is set, but json does not say which key is the level"),
        (JSON + "keys = { a = 'c', b = 'c' }\n", "keys: two groups are called 'c'"),
        (LINE + "[[format.sample]]\nbody = 'x'\n", "sample 1: it has no line"),
        (LINE + "[[format.sample]]\nline = ' '\n", "sample 1: it has no line"),
        (LINE + "[[format.sample]]\nline = 'a'\ntimes = 'x'\n", "sample 1: no such setting 'times'"),
        (LINE + "[[format.sample]]\nline = 'a'\ntime = 'noon'\n", "sample 1: time is a time in ISO 8601"),
        (LINE + "[[format.sample]]\nline = 'a'\ntime = true\n", "sample 1: time is a time in ISO 8601"),
        (LINE + "[[format.sample]]\nline = 'a'\nlevel = 'odd'\n", "sample 1: 'odd' is no level"),
        (
            LINE + "[[format.sample]]\nline = 'a'\nkeys = { a = [1] }\n",
            "sample 1: keys is a table of texts and numbers",
        ),
    ],
)
def test_mistakes(settings: str, says: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse([("mine.toml", f"[[format]]\nname = 'solver'\n{settings}")])
    assert str(raised.value).startswith("mine.toml: format 'solver': ")
    assert says in str(raised.value)


@pytest.mark.parametrize("text", ["[[format]]\nline = 'x'\n", "[format]\nname = 'a'\n", "[[format]]\nname = ''\n"])
def test_a_format_has_a_name_and_is_one_of_several(text: str) -> None:
    with pytest.raises(RuleError, match=r"mine\.toml: .*format"):
        parse([("mine.toml", text)])
