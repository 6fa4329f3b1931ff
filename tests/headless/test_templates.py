"""Tests of tui.headless.templates: a line a template, and all that is known of it as JSON.

The golden file was checked by hand against the files of the fixture.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import load
from tui.cli import main
from tui.headless import templates
from tui.query import templates as asked
from tui.query.model import Selection

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are those that were given, and lines as long as those of a small terminal."""
    monkeypatch.chdir(FIXTURES.parent)
    monkeypatch.setenv("COLUMNS", "80")


def out(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(["templates", *arguments]) == status
    return capsys.readouterr().out


@pytest.mark.parametrize("sort", ["count", "marks"])
def test_as_text(capsys: pytest.CaptureFixture[str], sort: str) -> None:
    shown = out(capsys, "fixtures/text/runinfo", "--sort", sort, "-w", "level:>=INFO")
    assert shown == (GOLDEN / f"templates-text-{sort}.txt").read_text()


def test_no_line_is_longer_than_a_narrow_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for run in ("text", "academy", "workqueue"):
        lines = out(capsys, f"fixtures/{run}").splitlines()
        assert len(lines) > 20 and max(map(len, lines)) <= 80


@pytest.mark.parametrize("width", [40, 100, 200])
def test_as_wide_as_the_terminal(capsys: pytest.CaptureFixture[str], width: int) -> None:
    found = asked.templates(load(FIXTURES / "text" / "runinfo"), Selection())
    templates.show(found, width)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= max(width, 70)
    assert ("Checking STOP conditions: kill event: <*>, queue has entries: <*>" in "\n".join(lines)) == (width == 200)


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        json.loads(line) for line in out(capsys, "fixtures/text/runinfo", "--json", "--sort", "level").splitlines()
    ]
    by_text = {each["template"]: each for each in found}
    assert sum(each["count"] for each in found) == load(FIXTURES / "text" / "runinfo").count
    assert sum(each["share"] for each in found) == pytest.approx(1)
    failed = by_text["Task <*> failed after <*> retry attempts"]
    assert failed["marks"] == ["failed"] and failed["levels"] == {"ERROR": 1}
    assert (failed["touched"], failed["kind"], failed["sources"]) == (1, "task", {"parsl": 1})
    assert failed["first"] == failed["last"] and sum(failed["rate"]) == 1
    assert set(found[0]["levels"]) == {"ERROR"}
    untimed = by_text["--> executable follows <--"]
    assert (untimed["first"], untimed["last"], sum(untimed["rate"])) == (None, None, 0)


def test_nothing_matches(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "fixtures/threads", "-w", "nothing_has_this", status=1) == ""


def test_mistakes_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "fixtures/threads", "--sort", "size"]) == 2
    assert "--sort is one of count, level, marks" in capsys.readouterr().err
    assert main(["templates", "fixtures/threads", "-w", "("]) == 2


def test_a_template_as_it_is_shown_is_a_filter(capsys: pytest.CaptureFixture[str]) -> None:
    """Quotes, stars and percent signs included."""
    catalog = load(FIXTURES / "text" / "runinfo")
    from tui.query import select
    from tui.screens.templates import term

    for row in asked.templates(catalog, Selection()).rows:
        assert len(select.ids(catalog, Selection(term(row.text)))) == row.count, row.text


def test_a_pipe_gets_whole_templates(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks for a text with grep finds it."""
    monkeypatch.delenv("COLUMNS")
    assert main(["templates", "fixtures/text"]) == 0
    told = capsys.readouterr().out
    assert "Parsl task <*> try <*> launched on executor <*> with executor id <*>\n" in told
    assert "…" not in told


def test_where_there_is_room_last_and_source_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    templates.show(asked.templates(load(FIXTURES / "text" / "runinfo"), Selection()), 120)
    head, line = capsys.readouterr().out.splitlines()[2:4]
    assert line[head.index("source") :].startswith("database_manager ")
    assert line[head.index("last") : head.index("last") + 8] > line[head.index("first") : head.index("first") + 8]
