"""Tests of tui.sources.dmesg."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui import times
from tui.records import Notes, Raw
from tui.sources.base import File, Source
from tui.sources.dmesg import SOURCES, elapsed

TEXT, JSON = SOURCES
RUN = Path(__file__).with_name("data") / "run"


def at(text: str) -> int:
    found = times.clock(text)
    assert found
    return found[0]


def read(source: Source, path: Path) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(source.read(File(str(path), path.name), notes)), notes


def lines(tmp_path: Path, *texts: str) -> list[Raw]:
    (tmp_path / "x").write_text("".join(text + "\n" for text in texts))
    return read(TEXT, tmp_path / "x")[0]


def test_seconds_since_boot() -> None:
    raws, notes = read(TEXT, RUN / "dmesg.txt")
    assert notes == Notes(first=15)
    assert raws[3] == Raw(
        4,
        {"wideview.body": "systemd[1]: Detected architecture x86-64.", "time": 1.204113},
        169,
        56,
        elapsed=1_204_113_000,
    )
    assert all(raw.time is None and raw.local is None and "wideview.level" not in raw.keys for raw in raws)


def test_json_says_the_same_and_the_level() -> None:
    raws, notes = read(JSON, RUN / "dmesg.json")
    texts, _ = read(TEXT, RUN / "dmesg.txt")
    assert notes == Notes(rows=15)
    assert [(raw.keys["msg"], raw.elapsed, raw.keys["time"]) for raw in raws] == [
        (raw.keys["wideview.body"], raw.elapsed, raw.keys["time"]) for raw in texts
    ]
    assert [raw.keys["wideview.level"] for raw in raws[:3]] == ["INFO", "INFO", "WARNING"]
    assert raws[13].keys["wideview.level"] == "ERROR" and raws[13].keys["syslog.facility"] == "kern"
    data = (RUN / "dmesg.json").read_bytes()
    for raw in raws:
        assert json.loads(data[raw.offset : raw.offset + raw.length])["msg"] == raw.keys["msg"]
        assert data.count(b"\n", 0, raw.offset) + 1 == raw.line


def test_iso() -> None:
    raws, notes = read(TEXT, RUN / "dmesg-iso.txt")
    assert notes == Notes(first=4)
    assert raws[-1].time == at("2026-11-20 07:20:10.899999")
    assert str(raws[-1].keys["wideview.body"]).startswith("oom_reaper: reaped process 9356 (python3)")


# What dmesg of util-linux 2.38.1 prints for one message, by option.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[    1.271618] ", Raw(1, {"time": 1.271618}, elapsed=1_271_618_000)),
        ("[    1.271618 <    0.002202>] ", Raw(1, {"time": 1.271618}, elapsed=1_271_618_000)),
        ("[    1.271618][    T0] ", Raw(1, {"time": 1.271618, "dmesg.caller": "T0"}, elapsed=1_271_618_000)),
        (
            "<5>[    1.271618] ",
            Raw(1, {"time": 1.271618, "syslog.facility": "kern", "wideview.level": "INFO"}, elapsed=1_271_618_000),
        ),
        (
            "kern  :notice: [    1.271618] ",
            Raw(1, {"time": 1.271618, "syslog.facility": "kern", "wideview.level": "INFO"}, elapsed=1_271_618_000),
        ),
        # journalctl -k -o short-monotonic
        ("[    1.271618] node1 kernel: ", Raw(1, {"time": 1.271618, "syslog.host": "node1"}, elapsed=1_271_618_000)),
        ("[Fri Nov 20 08:35:19 2026] ", Raw(1, {}, local=1795163719 * times.SECOND)),
        (
            "daemon:err   : [Fri Nov 20 08:35:19 2026] ",
            Raw(1, {"syslog.facility": "daemon", "wideview.level": "ERROR"}, local=1795163719 * times.SECOND),
        ),
        ("2026-11-20T08:35:19,271618+00:00 ", Raw(1, {}, time=1795163719_271_618_000)),
        ("2026-11-20T09:35:19,271618+01:00 ", Raw(1, {}, time=1795163719_271_618_000)),
        (
            "kern  :crit  : 2026-11-20T08:35:19,271618+00:00 ",
            Raw(1, {"syslog.facility": "kern", "wideview.level": "CRITICAL"}, time=1795163719_271_618_000),
        ),
    ],
)
def test_every_form(tmp_path: Path, text: str, expected: Raw) -> None:
    body = "random: crng reseeded [  due] to <3> fork"
    (raw,) = lines(tmp_path, text + body)
    assert raw.keys.pop("wideview.body") == body
    expected.length = len(text + body)
    expected.offset = 0
    assert raw == expected
    assert TEXT.sniff("x", (text + body).encode()) == 0.9


def test_lines_that_go_on_and_empty_messages(tmp_path: Path) -> None:
    raws = lines(tmp_path, "[    1.000000] a", "              b", "[    2.000000] ", "[    3.000000]")
    assert [raw.keys["wideview.body"] for raw in raws] == ["a\n              b", "", ""]


def test_json_with_what_is_no_number(tmp_path: Path) -> None:
    entries = [
        {"pri": "x", "time": "y", "msg": "a"},
        {"pri": 9999, "time": -1, "msg": "b"},
        {"pri": None, "time": 1e300, "msg": None},
        {"msg": "c", "more": {"x": 1}},
        {},
    ]
    (tmp_path / "x").write_text(json.dumps({"dmesg": entries}))
    raws, notes = read(JSON, tmp_path / "x")
    assert notes.rows == 5
    assert all(raw.elapsed is None and "wideview.level" not in raw.keys for raw in raws)
    assert raws[3].keys == {"msg": "c", "more.x": 1}


def test_json_that_was_cut_off(tmp_path: Path) -> None:
    data = (RUN / "dmesg.json").read_bytes()
    (tmp_path / "x").write_bytes(data[: data.index(b"Mem-Info")])
    raws, notes = read(JSON, tmp_path / "x")
    assert len(raws) == 8 and notes.rejected


@given(st.integers(0, 10**9 - 1), st.text("0123456789", min_size=1, max_size=9))
def test_elapsed(whole: int, part: str) -> None:
    assert elapsed(f"{whole}.{part}") == whole * 10**9 + int(part) * 10 ** (9 - len(part))


def test_sniff() -> None:
    assert JSON.sniff("x", b"\xef\xbb\xbf" + (RUN / "dmesg.json").read_bytes()) == 0.95
    assert JSON.sniff("dmesg.json", b'{"dmesg": 1}') == 0
    for text in (
        b"[Fri Nov 20 08:35:19 2026] [error] [client 127.0.0.1] File does not exist",
        b"[Fri Nov 20 08:35:19.123456 2026] [core:notice] [pid 1] AH00094",
        b"[1.2] x",
        b"2026-11-20T07:44:40.375215+00:00 vm slurmd[10075]: x",
        b"2026-11-20 07:42:24,276619 DEBUG MainProcess-8711",
        b"",
    ):
        assert TEXT.sniff("dmesg.txt", text) == 0
