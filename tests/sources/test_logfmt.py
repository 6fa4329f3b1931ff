"""Tests of tui.sources.logfmt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.logfmt import SOURCES

(LOGFMT,) = SOURCES
RUN = Path(__file__).with_name("data") / "run"
LINE = 'time="2026-11-20T07:44:29Z" level=info msg="a \\"b\\" c" n=1 empty= flag'


def read(tmp_path: Path, text: str) -> tuple[list[Raw], Notes]:
    path = tmp_path / "x.log"
    path.write_text(text)
    notes = Notes()
    return list(LOGFMT.read(File(str(path), path.name), notes)), notes


def test_pairs_are_keys(tmp_path: Path) -> None:
    [raw], _ = read(tmp_path, LINE)
    assert raw.time == 1795160669_000_000_000
    assert raw.keys == {
        "time": "2026-11-20T07:44:29Z",
        "level": "info",
        "msg": 'a "b" c',
        "n": "1",
        "empty": "",
        "wideview.rest": "flag",
    }


def test_a_line_without_a_text_is_its_own(tmp_path: Path) -> None:
    [raw], _ = read(tmp_path, "ts=1795160669.5 lvl=warn a=1")
    assert raw.time == 1795160669_500_000_000 and raw.keys["wideview.level"] == "WARNING"
    assert raw.keys["wideview.body"] == "ts=1795160669.5 lvl=warn a=1"


def test_what_is_no_pair_continues(tmp_path: Path) -> None:
    raws, notes = read(tmp_path, "lost\nlevel=error msg=failed\ngoroutine 1:\n\tmain.go\nlevel=info msg=b\n")
    assert [raw.line for raw in raws] == [1, 2, 5] and raws[0].error
    assert raws[1].keys["wideview.rest"] == "goroutine 1:\n\tmain.go" and notes.continuation == 2


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (LINE + "\n" + LINE, True),
        ("a=1 b=2\n", True),
        ("a=1\nb=2\n", False),
        ("a=1 b=2\nplain\n", False),
        ("a=1 b=2\nc=1 d=2\ne=1 f=2\n", False),
        ("x = 1\n", False),
        ("", False),
    ],
)
def test_sniff(text: str, known: bool) -> None:
    assert (LOGFMT.sniff("x", text.encode()) > 0) == known


def test_a_real_line() -> None:
    assert LOGFMT.sniff("run000.out", (RUN / "run000.out").read_bytes()) > 0


@pytest.mark.parametrize("unit", ['a="', "a=", 'a="b\\"', "=", '"', " ", 'a="b=" ', "x"])
def test_a_long_line_ends(tmp_path: Path, unit: str) -> None:
    raws, notes = read(tmp_path, "k=v " + unit * 300_000)
    assert len(raws) == notes.lines == 1 and len(raws[0].keys) < 250
