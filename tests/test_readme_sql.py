"""README's examples of SQL and of Python say what they print."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from tests.test_readme import ROOT
from tui.cli import main

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:^ {4}.*\n|^\n(?= {4}))+", re.MULTILINE)
BLOCKS = BLOCK.findall(README)


@pytest.fixture
def _beside_runinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "tui" / "demo" / "runinfo", tmp_path / "runinfo")
    monkeypatch.chdir(tmp_path)


def asked() -> list[tuple[str, str]]:
    """(command, what it prints) of every example of ``wideview sql``."""
    found = []
    for block in BLOCKS:
        text = dedent(block).strip("\n")
        if text.startswith("$ wideview sql"):
            end = text.index('"\n', text.index('"') + 1) + 1
            found.append((text[2:end], text[end + 1 :] + "\n"))
    return found


@pytest.mark.parametrize(("command", "printed"), asked())
@pytest.mark.usefixtures("_beside_runinfo")
def test_sql(command: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out == printed


def test_all_of_them_were_found() -> None:
    assert len(asked()) == README.count("$ wideview sql") == 4


@pytest.mark.usefixtures("_beside_runinfo")
def test_python(capsys: pytest.CaptureFixture[str]) -> None:
    part = README[README.index("## From Python") : README.index("## What it reads")]
    first, said_first, second, said_second = (dedent(block).strip("\n") + "\n" for block in BLOCK.findall(part))
    space: dict[str, object] = {}
    for code, said in ((first, said_first), (second, said_second)):
        exec(code, space)
        assert capsys.readouterr().out == said
