"""Tests of tui.headless.format_check: what else is told of a format."""

from __future__ import annotations

from typing import Any

import pytest

from tui.headless.format_check import facts
from tui.sources import discover
from tui.sources.format_table import read
from tui.sources.formats import Format


def made(**settings: Any) -> Format:
    return read("test", {"name": "mine", **settings}, "mine.toml")


def differences(source: Format) -> list[tuple[str, object, object]]:
    [sample] = [fact for fact in facts(source, discover()) if fact["kind"] == "sample"]
    return [(each["what"], each["expected"], each["got"]) for each in sample["differences"]]


def warnings(source: Format, *others: Format) -> list[str]:
    return [fact["warning"] for fact in facts(source, others or discover()) if fact["kind"] == "warning"]


@pytest.mark.parametrize(
    ("form", "text", "expected", "got"),
    [
        ("iso", "2026-11-20T07:44:29.5Z", "2026-11-20T08:44:29.5+01:00", None),
        ("iso", "2026-11-20T07:44:29.5Z", "2026-11-20T07:44:29.5", "2026-11-20T07:44:29.5Z"),
        ("iso", "2026-11-20 07:44:29,5", "2026-11-20T07:44:29.5", None),
        ("iso", "2026-11-20 07:44:29,5", "2026-11-20T07:44:29.5Z", "2026-11-20T07:44:29.5"),
        ("elapsed", "12.25", 12.25, None),
        ("elapsed", "12.25", 12, 12.25),
        ("elapsed", "12.25", "2026-11-20T07:44:29Z", 12.25),
        ("iso", "now", "2026-11-20T07:44:29Z", "none"),
    ],
)
def test_times(form: str, text: str, expected: object, got: object) -> None:
    source = made(line=r"(?P<time>[^|]*)\|", time=form, sample=[{"line": f"{text}|", "time": expected}])
    assert differences(source) == ([("time", expected, None if got == "none" else got)] if got else [])


def test_a_sample_of_several_records() -> None:
    source = made(line=r"(?P<n>\d)", sample=[{"line": "1\na\n2"}])
    assert differences(source) == [("records", 1, 2)]


def test_a_line_after_the_sample_goes_on_with_it() -> None:
    assert differences(made(line=r"(?P<n>\d)(?P<body>.*)", sample=[{"line": "1a\nb", "body": "a\nb"}])) == []
    single = made(line=r"(?P<n>\d)(?P<body>.*)", single=True, sample=[{"line": "1a", "body": "a"}])
    assert differences(single) == [] and warnings(single) == []


def test_a_sample_of_json() -> None:
    source = made(
        json={"time": "t", "level": "l", "body": "b"},
        sample=[{"line": '{"t": 1795160669.5, "l": "warn", "b": "c", "x": {"y": 1}}', "level": "WARNING", "body": "c",
                 "time": "2026-11-20T07:44:29.5Z", "keys": {"x.y": 1, "l": "warn"}}],
    )  # fmt: skip
    assert differences(source) == [] and warnings(source) == []
    assert differences(made(json={}, sample=[{"line": "no JSON"}])) == [("line", "a record", "not a JSON object")]


def test_who_else_would_take_the_file() -> None:
    sample = [{"line": "1a"}]
    mine, other = made(line=r"(?P<n>\d).*", sample=sample), read("", {"name": "o", "line": "(?P<n>.*)"}, "")
    assert warnings(mine, other) == []
    other.file = ("sample.log",)
    assert warnings(mine, other) == ["sample 1: o is surer than this format of a file that begins with it; set file"]
    mine.file = ("*.mine",)
    assert warnings(mine, other) == []


def test_patterns_that_no_sample_needs() -> None:
    source = made(line=[r"(?P<n>\d+)", r"(?P<n>1.*)", r"(?P<x>a)"], sample=[{"line": "1"}])
    assert warnings(source) == [
        "line pattern 2 fits no sample that those before it do not fit",
        "line pattern 3 fits no sample that those before it do not fit",
    ]
    assert warnings(made(line="(?P<x>a)", sample=[{"line": "1"}])) == ["the line pattern fits no sample"]


def test_no_samples() -> None:
    assert warnings(made(line="(?P<x>a)")) == [
        "it has no samples: [[format.sample]] with a line, and what its time, level, body and keys are"
    ]
