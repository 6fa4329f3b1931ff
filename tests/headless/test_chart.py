"""Tests of tui.headless.chart and tui.headless.figure: charts as text, as numbers and as pictures.

The golden files were judged by eye, and their numbers checked against the files of the fixture.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import FIXTURES
from tui.cli import DONE, NOTHING, WRONG, main
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.times import iso

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are those that were given."""
    monkeypatch.chdir(FIXTURES.parent)


@pytest.mark.parametrize(
    "name", ["states", "queue", "running", "completed", "rate", "blocks", "workers", "lifelines", "steps", "resources"]
)
def test_as_text(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["chart", "fixtures/text", name]) == DONE
    shown = capsys.readouterr().out
    assert shown == (GOLDEN / f"chart-{name}.txt").read_text()
    assert all(len(line) <= 78 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("run", "name", "of", "golden"),
    [
        ("text", "lifelines", "template", "lifelines-template"),
        ("json", "workers", "parsl.worker", "workers-lanes"),
        ("workqueue", "workers", "wq.worker", "workers-wq"),
        ("academy", "messages", "time", "messages"),
        ("academy", "messages", "order", "messages-order"),
    ],
)
def test_lanes_as_text(capsys: pytest.CaptureFixture[str], run: str, name: str, of: str, golden: str) -> None:
    assert main(["chart", f"fixtures/{run}", name, "--of", of]) == DONE
    shown = capsys.readouterr().out
    assert shown == (GOLDEN / f"chart-{golden}.txt").read_text()
    assert all(len(line) <= 78 for line in shown.splitlines())


@pytest.mark.parametrize("name", ["lifelines", "blocks", "workers", "steps", "resources"])
def test_nothing_to_draw_is_said(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["chart", "fixtures/text", name, "-w", "parsl.rundir:999"]) == NOTHING
    assert "nothing to draw in this selection" in capsys.readouterr().out


def test_the_list_says_what_can_be_drawn_and_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "fixtures/threads"]) == DONE
    shown = capsys.readouterr().out
    can, _, lacking = shown.partition("\n\nNot of these data:\n")
    assert "states      how many tasks" in can and "--of parsl.task_state" in can
    assert "\nqueue       no key of any record is a number" in lacking
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize("words", [("states", "fixtures/text"), ("fixtures/text", "states")])
def test_the_name_comes_before_or_after_the_paths(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert main(["chart", *words]) == DONE
    assert capsys.readouterr().out == (GOLDEN / "chart-states.txt").read_text()


def test_a_name_that_is_a_file_is_a_file_before_other_paths(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queue").write_text("2024-05-01 10:00:00 one\n")
    (tmp_path / "b.log").write_text("2024-05-01 10:00:01 two\n")
    assert main(["chart", "queue", "b.log", "rate", "--of", "source", "--json"]) == DONE
    assert {json.loads(line).get("bars") for line in capsys.readouterr().out.splitlines()} >= {"queue", "b"}


@pytest.mark.parametrize("words", [("sates", "fixtures/text"), ("fixtures/text", "sates")])
def test_a_wrong_name_is_told_what_there_is(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert main(["chart", *words]) == WRONG
    assert "there is no chart 'sates'; there are blocks" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "words"), [("chart", "PATH... [NAME]"), ("sql", "PATH... SELECT")])
def test_the_usage_names_several_arguments_once(capsys: pytest.CaptureFixture[str], command: str, words: str) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    usage = " ".join(capsys.readouterr().out.partition("\n\n")[0].split())
    assert usage.endswith(f" {words}")


def test_the_list_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "fixtures/threads", "--json"]) == DONE
    found = {each["chart"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found["rate"]["of"] == ["level", "source", "template"] and found["rate"]["lacks"] is None
    assert found["queue"]["of"] == [] and "no key" in found["queue"]["lacks"]


def test_as_json_lines_it_is_every_number(text_run: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "fixtures/text", "states", "--json"]) == DONE
    head, *points = map(json.loads, capsys.readouterr().out.splitlines())
    assert (head["chart"], head["of"], head["y"]) == ("states", "parsl.task_state", "tasks")
    assert head["notes"][-1].startswith("1 task told to be running before launched")
    plot = text_run.chart("states", Selection())
    assert len(points) == sum(len(series.x) for series in plot.series)
    first = plot.series[0]
    assert points[0] == {"series": "pending", "time": iso(int(first.x[0])), "value": first.y[0]}


def test_bars_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "fixtures/threads", "rate", "--json"]) == DONE
    _, *bars = map(json.loads, capsys.readouterr().out.splitlines())
    assert all(bar["start"] < bar["end"] for bar in bars) and {bar["bars"] for bar in bars} >= {"INFO", "DEBUG"}


def test_a_filter_and_what_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "fixtures/text", "states", "--of", "parsl.task_state@parsl", "-w", "parsl.task:5"]) == DONE
    shown = capsys.readouterr().out
    assert "Tasks in each state (parsl.task_state@parsl)" in shown and "told by" not in shown
    assert main(["chart", "fixtures/text", "states", "-w", "parsl.task:999"]) == NOTHING
    assert "nothing to draw in this selection" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["states"], "chart needs at least one PATH, such as: wideview chart runinfo states"),
        (["fixtures/text", "pie"], "there is no chart 'pie'; there are "),
        (["fixtures/text", "--of", "x"], "which chart? There are "),
        (
            ["fixtures/text", "states", "--of", "x"],
            "chart 'states' cannot be about 'x'; it can be about parsl.task_state",
        ),
        (["fixtures/threads", "queue"], "no chart 'queue' of these data: no key"),
        (["fixtures/text", "states", "--save", "x.gif"], "--save x.gif: the name must end in .png or .svg"),
        (["fixtures/nowhere", "states"], "fixtures/nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["chart", *arguments]) == WRONG
    assert message in capsys.readouterr().err


def test_a_directory_called_like_a_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rate").symlink_to(FIXTURES / "threads")
    monkeypatch.chdir(tmp_path)
    assert main(["chart", "rate"]) == DONE
    assert "--of level, source, template" in capsys.readouterr().out
    assert main(["chart", "rate", "rate"]) == DONE
    assert "Records a second (level)" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["states", "queue", "running", "completed", "rate"])
def test_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    pytest.importorskip("matplotlib")
    png, svg = tmp_path / "chart.png", tmp_path / "chart.SVG"
    assert main(["chart", "fixtures/text", name, "--save", str(png)]) == DONE
    assert png.read_bytes().startswith(b"\x89PNG") and png.stat().st_mode & 0o444
    assert main(["chart", "fixtures/text", name, "--apart", "--save", str(svg)]) == DONE
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chart.SVG", "chart.png"]
    assert capsys.readouterr().out == ""


def test_a_picture_and_its_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    assert main(["chart", "fixtures/text", "queue", "--json", "--save", str(tmp_path / "q.svg")]) == DONE
    assert json.loads(capsys.readouterr().out.splitlines()[0])["of"] == "put-sent"
    assert (tmp_path / "q.svg").exists()


def test_without_matplotlib_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["chart", "fixtures/text", "queue", "--save", str(tmp_path / "q.png")]) == WRONG
    assert "pip install 'wideview[plot]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    assert main(["chart", "fixtures/text", "queue", "--save", str(tmp_path / "none" / "q.png")]) == WRONG
    assert "none" in capsys.readouterr().err
