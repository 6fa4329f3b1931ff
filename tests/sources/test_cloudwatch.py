"""Tests of tui.sources.cloudwatch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources.base import File, Source
from tui.sources.cloudwatch import SOURCES

DOCUMENT, TEXT = SOURCES
RUN = Path(__file__).with_name("data") / "run"
AT = 1795160490710


def read(source: Source, path: Path) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(source.read(File(str(path), path.name), notes)), notes


def event(tmp_path: Path, message: object, **more: object) -> Raw:
    """A record of a document with one event."""
    events = [
        {"logStreamName": "s", "timestamp": AT, "message": message, "ingestionTime": AT + 9, "eventId": "7"} | more
    ]
    (tmp_path / "x").write_text(json.dumps({"events": events}, indent=4))
    ((raw,), notes) = read(DOCUMENT, tmp_path / "x")
    assert notes == Notes(rows=1)
    return raw


def test_a_message_that_is_json_is_unpacked() -> None:
    raws, notes = read(DOCUMENT, RUN / "cloudwatch-filter-log-events.json")
    assert notes == Notes(rows=7)
    assert raws[1].keys == {
        "name": "academy.runtime",
        "levelname": "DEBUG",
        "created": "1795160490.7111049",
        "academy.agent_id": "AgentId<25c3e6b1>",
        "academy.agent": "Agent<Fibonacci>",
        "message": "Starting agent... (AgentId<25c3e6b1>; Agent<Fibonacci>)",
        "logStreamName": "ecs/app/0a1b",
        "timestamp": 1795160490711,
        "ingestionTime": 1795160675480,
        "eventId": "2",
    }
    assert raws[1].time == 1795160490_711_104_900
    data = (RUN / "cloudwatch-filter-log-events.json").read_bytes()
    assert json.loads(data[raws[1].offset : raws[1].offset + raws[1].length])["eventId"] == "2"


def test_a_message_of_text_shows_its_level() -> None:
    raws, _ = read(DOCUMENT, RUN / "cloudwatch-filter-log-events.json")
    assert str(raws[4].keys["message"]).startswith("[2026-11-20 07:41:30.991] INFO     (academy.exchange.cloud.app) ")
    assert (raws[4].keys["wideview.level"], raws[4].time) == ("INFO", 1795160490_991_000_000)


def test_streams_are_records_without_a_time() -> None:
    raws, _ = read(DOCUMENT, RUN / "cloudwatch-filter-log-events.json")
    assert [raw.time for raw in raws[5:]] == [None, None]
    assert raws[5].keys["wideview.body"] == "logStreamName=ecs/app/0a1b searchedCompletely=True"


def test_text_says_the_same() -> None:
    raws, notes = read(TEXT, RUN / "cloudwatch-filter-log-events.txt")
    documents, _ = read(DOCUMENT, RUN / "cloudwatch-filter-log-events.json")
    assert notes == Notes(first=7, unordered=True)
    assert [(raw.keys, raw.time) for raw in raws[:5]] == [(raw.keys, raw.time) for raw in documents[:5]]
    assert raws[5].keys == {"wideview.body": "SEARCHEDLOGSTREAMS\tecs/app/0a1b\tTrue"}


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("INFO: x", "INFO"),
        ("[WARN] x", "WARNING"),
        ("2026-11-20T07:41:29Z FATAL x", "CRITICAL"),
        ("[2026-11-20 07:41:29,501] DEBUG    (root) x", "DEBUG"),
        ("ERROR", "ERROR"),
        ("INFORMED choices", None),
        ("Info: x", None),
        ("task ERROR", None),
        ("", None),
    ],
)
def test_levels_in_text(tmp_path: Path, message: str, level: str | None) -> None:
    raw = event(tmp_path, message)
    assert (raw.keys.get("wideview.level"), raw.keys["message"]) == (level, message)


@pytest.mark.parametrize(
    ("message", "nanos"),
    [
        ({"created": AT / 1000 + 0.25, "message": "x"}, (AT + 250) * 10**6),
        ({"time": "2026-11-20T07:41:30.5Z"}, 1795160490_500_000_000),
        ({"ts": AT + 1}, (AT + 1) * 10**6),
        ({"created": "2026-11-20 07:41:30.5"}, AT * 10**6),  # names no zone
        ({"created": "soon", "time": 1.5}, AT * 10**6),
        ({"created": 1500000000}, AT * 10**6),  # the time of something else
    ],
)
def test_the_messages_own_time_wins(tmp_path: Path, message: object, nanos: int) -> None:
    assert event(tmp_path, json.dumps(message)).time == nanos


def test_names_that_the_message_has_too(tmp_path: Path) -> None:
    raw = event(tmp_path, '{"timestamp": "now", "eventId": 3, "a": {"b": [1]}}')
    assert raw.keys == {
        "timestamp": "now",
        "eventId": 3,
        "a.b": "[1]",
        "wideview.body": '{"timestamp": "now", "eventId": 3, "a": {"b": [1]}}',
        "logStreamName": "s",
        "cloudwatch.timestamp": AT,
        "ingestionTime": AT + 9,
        "cloudwatch.eventId": "7",
    }


@pytest.mark.parametrize(
    "message", ['{"a": 1', '{"a": 1} and more', "{}", "{" * 5000, '{"a":' * 3000 + "1" + "}" * 3000]
)
def test_messages_that_only_look_like_json(tmp_path: Path, message: str) -> None:
    assert event(tmp_path, message).keys["message"] == message


@pytest.mark.parametrize("at", [None, "x", 1.5, -1, 0, 10**15, 10**30, True])
def test_times_that_are_none(tmp_path: Path, at: object) -> None:
    assert event(tmp_path, "x", timestamp=at).time is None


def test_a_message_that_is_no_text(tmp_path: Path) -> None:
    raw = event(tmp_path, {"a": 1})
    assert raw.keys["message.a"] == 1 and "message.a=1" in str(raw.keys["wideview.body"])


def text(tmp_path: Path, *lines: str) -> tuple[list[Raw], Notes]:
    (tmp_path / "x").write_text("".join(line + "\n" for line in lines))
    return read(TEXT, tmp_path / "x")


def test_text_of_get_log_events_with_messages_of_several_lines(tmp_path: Path) -> None:
    raws, notes = text(
        tmp_path,
        f"b/{'0' * 56}\tf/{'1' * 56}",
        f"EVENTS\t{AT + 9}\tERROR one",
        "",
        "  two\tthree",
        f"last\t{AT}",
        f"EVENTS\t{AT + 9}\t\t{AT}",
        f"EVENTS\t{AT + 9}\tcut",
    )
    assert (notes.first, notes.continuation) == (4, 3)
    assert raws[1].keys == {
        "message": "ERROR one\n\n  two\tthree\nlast",
        "wideview.level": "ERROR",
        "ingestionTime": AT + 9,
        "timestamp": AT,
    }
    assert [raw.time for raw in raws] == [None, AT * 10**6, AT * 10**6, None]
    assert [raw.keys.get("message") for raw in raws] == [None, "ERROR one\n\n  two\tthree\nlast", "", "cut"]


def test_text_that_was_torn(tmp_path: Path) -> None:
    raws, notes = text(tmp_path, f"of a message\t{AT}", f"EVENTS\t7\t{AT}\ts\tx\t{AT}")
    assert notes.damaged == 1 and raws[0].error and raws[1].keys["message"] == "x"


def test_sniff() -> None:
    data = (RUN / "cloudwatch-filter-log-events.json").read_bytes()
    assert DOCUMENT.sniff("x", data) == DOCUMENT.sniff("x", b"\xef\xbb\xbf\n" + data) == 0.95
    assert DOCUMENT.sniff("cloudwatch.json", b'{"events": [{"message": "x"}]}') == 0
    assert DOCUMENT.sniff("cloudwatch.json", b'{"events": []}') == 0
    assert TEXT.sniff("x", (RUN / "cloudwatch-filter-log-events.txt").read_bytes()) == 0.95
    assert TEXT.sniff("x", f"b/{'0' * 56}\tf/{'1' * 56}\nEVENTS\t{AT}\tx\t{AT}\n".encode()) == 0.95
    assert TEXT.sniff("x", b"EVENTS\tof today\n") == 0
