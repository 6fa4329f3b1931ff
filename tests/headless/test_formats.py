"""Tests of tui.headless.formats: log kinds are listed, a user's own are checked, README's examples are what it says."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tui.cli import DONE, NOTHING, WRONG, main
from tui.headless import format_check
from tui.query.rules import parse
from tui.sources import choose, contract, discover, known, plugins

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GOLDEN = Path(__file__).with_name("golden")
SIM = ROOT / "tests" / "sources" / "data" / "formats" / "sim.log"

CHECKED = r"""
[[format]]
name = "old"
line = ['^(?P<time>[\d:]{8}) (?P<level>[DIWE]) (?P<who>\w+)> (?P<body>.*)$', '^=== (?P<body>.*)$', '^zzz(?P<x>.*)$']
time = "%H:%M:%S"
zone = "Europe/Berlin"
levels = { D = "DEBUG", W = "WARNING" }

[[format.sample]]
line = "10:00:01 W me> hello\n  more"
level = "ERROR"
body = "hello"
keys = { who = "you", x = 1 }

[[format.sample]]
line = "=== begin"
time = 2026-11-20T07:44:29Z

[[format.sample]]
line = "nothing that fits"

[[format]]
name = "loose"
line = '(?P<body>.*)'

[[format.sample]]
line = "a b"
body = "a b"

[[format]]
name = "slow"
file = "x-*.slow"
line = '(?P<a>.*?):(?P<b>.*?):(?P<c>.*?):(?P<d>.*?):(?P<level>[A-Z]+)=(?P<body>.*)'

[[format.sample]]
line = "1:2:3:4:INFO=x"
level = "info"

[[format]]
name = "bare"
json = { time = "t", body = "what" }

[[key]]
name = "who"
kind = "person"
"""


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own directory called ``work`` in which the commands run."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    return status, *capsys.readouterr()


def block(after: str) -> str:
    """The indented block of README that begins with *after*."""
    text = README[README.index(f"    {after}") :]
    return dedent(re.split(r"\n(?=\S)", text)[0])


class TestList:
    def test_every_kind_is_there_and_fits_a_terminal(self, capsys: pytest.CaptureFixture[str]) -> None:
        status, out, err = run(capsys, "formats")
        assert (status, err) == (DONE, "")
        assert out.startswith("built in\n")
        for source in discover():
            assert re.search(rf"^  {source.name}  ", out, re.MULTILINE), source.name
        assert max(map(len, out.splitlines())) <= 80

    def test_as_json_lines(self, capsys: pytest.CaptureFixture[str]) -> None:
        found = [json.loads(line) for line in run(capsys, "formats", "--json")[1].splitlines()]
        assert [each["name"] for each in found] == [source.name for source in discover()]
        assert {"name": "syslog", "title": "system log (syslog)", "from": "built in"} in found

    def test_a_format_with_its_file(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "a.toml").write_text("[[format]]\nname = 'mine'\ntitle = 'it is mine'\nline = '(?P<n>.*)'\n")
        assert run(capsys, "formats", "--rules", "a.toml")[1].endswith(f"\n\na.toml\n  {'mine':<22}  it is mine\n")

    def test_a_title_of_many_words(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "a.toml").write_text(f"[[format]]\nname = 'm'\ntitle = '{'word ' * 40}'\nline = '(?P<n>.*)'\n")
        assert max(map(len, run(capsys, "formats", "--rules", "a.toml")[1].splitlines())) <= 80


class TestCheck:
    @pytest.fixture(autouse=True)
    def _soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Less time for slow lines: the slow pattern of these takes long on the first that is tried."""
        monkeypatch.setattr(format_check, "SPENT", 0.1)

    def test_as_text(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "mine.toml").write_text(CHECKED)
        status, out, err = run(capsys, "formats", "check", "mine.toml")
        assert (status, err) == (NOTHING, "")
        assert re.sub(r"takes \d\.\d s", "takes N s", out) == (GOLDEN / "formats-check.txt").read_text()
        assert max(map(len, out.splitlines())) <= 80

    def test_as_json_lines(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "mine.toml").write_text(CHECKED)
        status, out, _ = run(capsys, "formats", "check", "--json", "mine.toml")
        facts = [json.loads(line) for line in out.splitlines()]
        assert status == NOTHING
        assert [fact["samples"] for fact in facts if fact["kind"] == "format"] == [3, 1, 1, 0]
        first, second, third = [fact for fact in facts if fact["kind"] == "sample"][:3]
        assert first["differences"] == [
            {"what": "level", "expected": "ERROR", "got": "WARNING"},
            {"what": "body", "expected": "hello", "got": "hello\n  more"},
            {"what": "who", "expected": "you", "got": "me"},
            {"what": "x", "expected": 1, "got": None},
        ]
        assert [each["what"] for each in second["differences"]] == ["time"]
        assert third["found"]["body"] == "nothing that fits"
        assert all(fact["file"] == "mine.toml" for fact in facts)

    def test_what_is_well(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "a.toml").write_text("[[format]]\nname = 'a'\nline = '@(?P<n>.*)'\n[[format.sample]]\nline = '@x'\n")
        status, out, err = run(capsys, "formats", "check", "a.toml")
        assert (status, err) == (DONE, "")
        assert out == "a.toml: 1 format, 0 other rules\n  a: log of a\n    sample 1: ok\n      no time  no level  n=x\n"

    def test_what_cannot_be_read(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "bad.toml").write_text("[[format]]\nname = 'a'\nline = '('\n")
        (work / "good.toml").write_text("[[format]]\nname = 'a'\nline = '@(?P<n>.*)'\n")
        (work / "bytes.toml").write_bytes(b"\xff\xfe")
        status, out, err = run(capsys, "formats", "check", "missing.toml", "bad.toml", "bytes.toml", "good.toml")
        assert status == WRONG
        assert out.startswith("good.toml: 1 format, 0 other rules\n")
        assert re.fullmatch(
            r"wideview: missing\.toml: cannot be read: .*\n"
            r"wideview: bad\.toml: format 'a': line '\(': missing \), unterminated subpattern at character 1, '\('\n"
            r"wideview: bytes\.toml: cannot be read: .*\n",
            err,
        )

    @pytest.mark.parametrize("words", [["check"], ["chek", "a.toml"], ["a.toml"]])
    def test_it_says_how_it_is_used(self, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        status, out, err = run(capsys, "formats", *words)
        assert (status, out) == (WRONG, "")
        assert "wideview formats check FILE..." in err


class TestReadme:
    def test_its_format_is_checked_and_used_as_it_says(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        shutil.copy(SIM, work / "sim.log")
        (work / "sim.toml").write_text(block("[[format]]"))
        shown = block("$ wideview formats check sim.toml")
        for command, expected in re.findall(r"^\$ wideview (.*)\n((?:(?!\$ ).*\n?)*)", shown, re.MULTILINE):
            assert run(capsys, *command.split()) == (DONE, expected.rstrip("\n") + "\n", "")
        assert len(re.findall(r"^\$", shown, re.MULTILINE)) == 2

    def test_its_format_keeps_the_contract(self, work: Path) -> None:
        [made] = parse([("sim.toml", block("[[format]]"))]).format
        contract.check(made, SIM.read_bytes(), "sim.log")
        assert choose("sim.log", SIM.read_bytes(), known([made])) is made

    def test_its_plugin_keeps_the_contract(self, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        code = block("import re\n    from tui.records import Raw")
        assert len([line for line in code.splitlines() if line.strip()]) < 20
        (work / "wideview_acme.py").write_text(code)
        points = block("[project]").partition('[project.entry-points."wideview.sources"]\n')[2].replace('"', "")
        info = work / "wideview_acme-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wideview-acme\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[wideview.sources]\n{points}")
        monkeypatch.syspath_prepend(str(work))
        plugins.forget()
        try:
            [source] = plugins.sources()
            (work / "acme.log").write_bytes(b"@1795160669 hello\n  more\n@1795160670 there\n")
            test: dict[str, object] = {}
            exec(block("from pathlib import Path\n    from tui.sources.contract"), test)
            checked = test["test_contract"]
            assert callable(checked)
            checked()
            raws, _ = contract.read(source, (work / "acme.log").read_bytes())
            assert [(raw.time, raw.keys["wideview.body"]) for raw in raws] == [
                (1795160669 * 10**9, "hello\n  more"),
                (1795160670 * 10**9, "there"),
            ]
        finally:
            plugins.forget()
            sys.modules.pop("wideview_acme", None)
