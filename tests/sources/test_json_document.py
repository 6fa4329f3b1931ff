"""Tests of tui.sources.json_document: documents of no known kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File
from tui.sources.json_document import SOURCES

(DOCUMENT,) = SOURCES
RUN = Path(__file__).with_name("data") / "run"
EVENTS = [{"time": 1795160669 + i, "level": "info", "message": f"m{i}", "in": {"x": i}} for i in range(300)]


def read(tmp_path: Path, value: Any, indent: int | None = None) -> tuple[list[Raw], Notes]:
    path = tmp_path / "x.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=indent))
    notes = Notes()
    return list(DOCUMENT.read(File(str(path), path.name), notes)), notes


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrapped", [True, False])
def test_every_object_is_a_record(tmp_path: Path, wrapped: bool, indent: int | None) -> None:
    value = {"next": None, "entries": EVENTS} if wrapped else EVENTS
    raws, notes = read(tmp_path, value, indent)
    assert [raw.keys["message"] for raw in raws] == [each["message"] for each in EVENTS]
    assert raws[7].time == (1795160669 + 7) * 10**9 and raws[7].keys["in.x"] == 7
    assert raws[0].keys.get("wideview.list") == ("entries" if wrapped else None)
    assert notes.rows == 300 and notes.lines == 0 and not notes.rejected
    chosen = choose("any.json", json.dumps(value, indent=indent).encode()[:8192], discover())
    assert chosen is not None and chosen.name == "json-document"


def test_a_real_document_of_parts_is_one_record() -> None:
    path = RUN / "workflow.json"
    notes = Notes()
    [raw] = DOCUMENT.read(File(str(path), path.name), notes)
    assert raw.keys["@context"] == "https://w3id.org/ro/crate/1.1/context" and notes.rows == 1
    assert "TaskVine" in str(raw.keys["@graph"])
    assert 0 < DOCUMENT.sniff(path.name, path.read_bytes()) <= 0.35


def test_one_object_is_one_record(tmp_path: Path) -> None:
    [raw], _ = read(tmp_path, {"started": "x", "time": 1.5, "in": {"n": 1}}, 2)
    assert raw.elapsed == 1_500_000_000 and raw.keys["wideview.body"] == "started=x in.n=1"


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'{\n  "a": 1\n}\n', True),
        (b'[\n  {"a": 1}\n]\n', True),
        (b"[]", True),
        (b'\xef\xbb\xbf[{"a": 1}]', True),
        (b'{"a": 1}\n{"b": 2}\n', False),
        (b"[INFO] x", False),
        (b"[1, 2]", False),
        (b"{x}", False),
        (b"", False),
    ],
)
def test_sniff(head: bytes, known: bool) -> None:
    assert (DOCUMENT.sniff("x.json", head) > 0) == known


@pytest.mark.parametrize("text", ['{"a":' * 5000, "[" * 5000, '[{"a":' + "[" * 5000 + "]" * 5000 + "}]", '{"a":"'])
def test_whatever_is_written_it_ends(tmp_path: Path, text: str) -> None:
    read(tmp_path, text)
