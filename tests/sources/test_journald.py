"""Tests of tui.sources.journald: what journalctl of systemd 252 printed of messages that a script had sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui import sources
from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.journald import SOURCES, Journal, PrettyJournal

LINES, PRETTY = SOURCES
RUN = Path(__file__).with_name("data") / "run"


def read(source: Journal | PrettyJournal, path: Path) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(source.read(File(str(path), path.name), notes)), notes


def one(tmp_path: Path, **fields: object) -> Raw:
    (tmp_path / "x").write_text(json.dumps({"__REALTIME_TIMESTAMP": "1795176147910166"} | fields) + "\n")
    ((raw,), _) = read(LINES, tmp_path / "x")
    return raw


def test_lines() -> None:
    raws, notes = read(LINES, RUN / "journal.json")
    assert (notes.first, notes.damaged) == (7, 0)
    first = raws[0]
    assert first.keys["MESSAGE"] == "launch task StepId=4001.0 request from UID:1000 GID:1000"
    assert (first.keys["_HOSTNAME"], first.keys["_PID"]) == ("node1", "568")
    assert (first.keys["PRIORITY"], first.keys["wideview.level"], first.keys["syslog.facility"]) == (
        "6",
        "INFO",
        "daemon",
    )
    # The time at which it was sent, not the one at which the journal got it.
    assert (first.time, first.keys["__REALTIME_TIMESTAMP"]) == (1795176147_908_486_000, "1795176147910166")


def test_messages_of_every_kind() -> None:
    raws, _ = read(LINES, RUN / "journal.json")
    assert [raw.keys["MESSAGE"] for raw in raws[2:]] == [
        "by syslog",
        "two\nlines",
        "\x1b[31mred\x1b[0m \\xff bytes",
        "café",
        None,
    ]
    assert [raw.keys.get("wideview.level") for raw in raws] == [
        "INFO",
        "ERROR",
        "INFO",
        "WARNING",
        "DEBUG",
        "INFO",
        "CRITICAL",
    ]
    assert raws[5].keys["EXTRA"] == '["one","two"]'


def test_pretty_is_the_same(tmp_path: Path) -> None:
    whole = {raw.keys["MESSAGE"]: (raw.keys, raw.time) for raw in read(LINES, RUN / "journal.json")[0]}
    raws, notes = read(PRETTY, RUN / "journal-pretty.json")
    assert notes == Notes(rows=2)
    assert [(raw.keys, raw.time) for raw in raws] == [whole[raw.keys["MESSAGE"]] for raw in raws]


def test_sequences_are_the_same(tmp_path: Path) -> None:
    lines = (RUN / "journal.json").read_bytes().splitlines()
    (tmp_path / "x").write_bytes(b"".join(b"\x1e" + line + b"\n" for line in lines))
    raws, notes = read(PRETTY, tmp_path / "x")
    assert notes == Notes(rows=7)
    assert [(raw.keys, raw.time) for raw in raws] == [(r.keys, r.time) for r in read(LINES, RUN / "journal.json")[0]]


def test_without_a_time_of_its_own(tmp_path: Path) -> None:
    assert one(tmp_path, MESSAGE="x").time == 1795176147_910_166_000
    assert one(tmp_path, MESSAGE="x", _SOURCE_REALTIME_TIMESTAMP="soon").time == 1795176147_910_166_000


@pytest.mark.parametrize("value", ["", "x", "-1", "1e9", "²", "9" * 16, "9" * 400, None, {"a": 1}, [1]])
def test_times_and_priorities_that_are_none(tmp_path: Path, value: object) -> None:
    raw = one(tmp_path, MESSAGE="x", PRIORITY=value, __REALTIME_TIMESTAMP=value)
    assert (raw.time, raw.local, raw.keys.get("wideview.level")) == (None, None, None)


@pytest.mark.parametrize(
    ("message", "text"),
    [("[1,2]", "\x01\x02"), ("[300]", "[300]"), ("[]", "[]"), ([104, 105], "hi"), (["a", "b"], '["a","b"]')],
)
def test_messages_in_numbers(tmp_path: Path, message: object, text: str) -> None:
    assert one(tmp_path, MESSAGE=message).keys["MESSAGE"] == text


def test_damaged_lines_are_kept(tmp_path: Path) -> None:
    good = (RUN / "journal.json").read_bytes().splitlines()[0]
    (tmp_path / "x").write_bytes(good + b"\nno JSON\n" + good + b"\n")
    raws, notes = read(LINES, tmp_path / "x")
    assert [raw.error is None for raw in raws] == [True, False, True]
    assert (notes.first, notes.damaged) == (2, 1)


def test_sniff() -> None:
    known = sources.discover()
    for name, source in (("journal.json", LINES), ("journal-pretty.json", PRETTY)):
        data = (RUN / name).read_bytes()
        assert sources.choose("x", data[:8192], known) is source
        assert source.sniff("x", b'{"message": "x"}\n') == 0
    assert PRETTY.sniff("x", b"\x1e" + (RUN / "journal.json").read_bytes()) == 0.95
