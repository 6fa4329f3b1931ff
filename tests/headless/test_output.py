"""Tests of tui.headless.output: tables, JSON lines, messages, progress."""

from __future__ import annotations

import io
import sys

import pytest

from tui.headless import output
from tui.query.model import Progress


class Terminal(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_line_cannot_make_the_terminal_do_anything(capsys: pytest.CaptureFixture[str]) -> None:
    output.line("a\x1b[2Jb\nc\td")
    assert capsys.readouterr().out == "a␛[2Jb␊c    d\n"


def test_columns_are_aligned_and_numbers_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([(1, "a", "x"), (1234, "long", "y")], ("records", "name", ""))
    assert capsys.readouterr().out.splitlines() == [
        "  records  name",
        "        1  a     x",
        "    1,234  long  y",
    ]


def test_missing_values_are_blank(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([(None, "a"), (7, None)], ("n", "name"), indent="")
    assert capsys.readouterr().out.splitlines() == ["n  name", "   a", "7"]


def test_an_empty_table_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([], ("n", "name"))
    assert capsys.readouterr().out == "  n  name\n"


def test_json_lines_are_counted(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert output.json_lines(iter([{"a": 1, "b": None}, {"c": "é\x1b"}])) == 2
    assert capsysbinary.readouterr().out == b'{"a":1,"b":null}\n{"c":"\xc3\xa9\\u001b"}\n'


def test_messages_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output.fail("a\x1bb: no")
    assert capsys.readouterr() == ("", "wideview: a␛b: no\n")


def test_progress_only_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = output.ProgressLine()
    progress(Progress("reading", 1234, 1, 2))
    progress.clear()
    assert capsys.readouterr() == ("", "")


def test_progress_is_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = output.ProgressLine()
    progress.clear()
    assert terminal.getvalue() == ""
    progress(Progress("reading", 1234, 1, 2))
    progress(Progress("widening", 5678, 0, 0))
    assert terminal.getvalue() == "\rreading: 1,234 records 50 %\x1b[K\rwidening: 5,678 records\x1b[K"
    progress.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")
