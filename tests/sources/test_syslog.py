"""Tests of tui.sources.syslog."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tui import times
from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.syslog import FACILITIES, SEVERITIES, SOURCES, priority

SOURCE = SOURCES[0]
RUN = Path(__file__).with_name("data") / "run"
DAY = 86_400 * times.SECOND


def at(text: str) -> int:
    found = times.clock(text)
    assert found
    return found[0]


def read(path: Path, mtime: str = "2026-11-20 08:00:00") -> tuple[list[Raw], Notes]:
    notes = Notes()
    file = File(str(path), path.name, path.stat().st_size, at(mtime))
    return list(SOURCE.read(file, notes)), notes


def lines(tmp_path: Path, *texts: str, mtime: str = "2026-11-20 08:00:00") -> list[Raw]:
    (tmp_path / "x").write_text("".join(text + "\n" for text in texts))
    return read(tmp_path / "x", mtime)[0]


def test_traditional() -> None:
    raws, notes = read(RUN / "syslog-traditional.log")
    assert notes == Notes(first=6)
    assert raws[0] == Raw(
        1,
        {
            "syslog.host": "vm",
            "syslog.program": "slurmd",
            "process": 10075,
            "wideview.body": "launch task StepId=4001.0 request from UID:1000 GID:1000",
        },
        0,
        90,
        local=at("2026-11-20 07:44:40"),
    )
    assert (raws[1].keys["syslog.program"], raws[1].keys.get("process")) == ("kernel", None)
    assert raws[1].keys["wideview.body"] == "Out of memory: Killed process 9001 (python) total-vm:8312345kB"
    assert "wideview.level" not in raws[1].keys


def test_rsyslog() -> None:
    raws, notes = read(RUN / "syslog-rsyslog-iso.log")
    assert notes == Notes(first=6)
    assert (raws[0].time, raws[0].local) == (at("2026-11-20 07:44:40.375215"), None)
    assert (raws[0].keys["syslog.program"], raws[0].keys["process"]) == ("slurmd", 10075)


def test_rfc5424() -> None:
    raws, notes = read(RUN / "syslog-rfc5424.log")
    assert notes == Notes(first=6)
    assert raws[0] == Raw(
        1,
        {
            "syslog.host": "vm",
            "syslog.program": "slurmd",
            "process": 10075,
            "syslog.facility": "daemon",
            "wideview.level": "INFO",
            "wideview.body": "launch task StepId=4001.0 request from UID:1000 GID:1000",
        },
        0,
        116,
        time=at("2026-11-20 07:44:40.375215"),
    )
    assert [raw.keys["wideview.level"] for raw in raws[:3]] == ["INFO", "ERROR", "WARNING"]


@pytest.mark.parametrize("name", ["traditional", "rsyslog-iso", "rfc5424"])
def test_a_message_in_a_message_gives_its_keys_and_stays_whole(name: str) -> None:
    nested = read(RUN / f"syslog-{name}.log")[0][2]
    assert nested.keys["syslog.program"] == "parsl"
    assert nested.keys["syslog.msgid"] == "TASK"
    assert nested.keys["parsl@32473.task"] == "1"
    assert nested.keys["timeQuality.tzKnown"] == "1"
    assert "process" not in nested.keys
    body = str(nested.keys["wideview.body"])
    assert "2026-11-20T07:44:40.379091+00:00 vm parsl - TASK [" in body and body.endswith("] task 1 slow")


def test_structured_data_with_escapes_and_without_a_message(tmp_path: Path) -> None:
    (raw,) = lines(tmp_path, r'<165>1 2003-10-11T22:14:15.003Z h - - ID47 [a@1 x="q\"\\\]" y=""][b z="2"]')
    assert raw.keys == {
        "syslog.host": "h",
        "syslog.msgid": "ID47",
        "syslog.facility": "local4",
        "wideview.level": "INFO",
        "a@1.x": 'q"\\]',
        "a@1.y": "",
        "b.z": "2",
        "wideview.body": "",
    }
    assert raw.time == at("2003-10-11 22:14:15.003")


def test_no_time_in_rfc5424(tmp_path: Path) -> None:
    (raw,) = lines(tmp_path, "<13>1 - - - - - - text")
    assert (raw.time, raw.local, raw.keys["wideview.body"]) == (None, None, "text")


@pytest.mark.parametrize(
    ("stamp", "mtime", "expected"),
    [
        ("Dec 31 23:59:59", "2027-01-01 00:00:05", "2026-12-31 23:59:59"),
        ("Jan  1 00:00:01", "2027-01-01 00:00:05", "2027-01-01 00:00:01"),
        ("Feb 29 12:00:00", "2025-06-01 00:00:00", "2024-02-29 12:00:00"),
        ("Nov 20 07:44:40.125", "2026-11-20 08:00:00", "2026-11-20 07:44:40.125"),
    ],
)
def test_the_year_is_that_of_the_file(tmp_path: Path, stamp: str, mtime: str, expected: str) -> None:
    (raw,) = lines(tmp_path, f"{stamp} vm cron[1]: x", mtime=mtime)
    assert (raw.time, raw.local) == (None, at(expected))


def test_a_time_that_is_none(tmp_path: Path) -> None:
    (raw,) = lines(tmp_path, "Nov 31 07:44:40 vm cron[1]: x")
    assert (raw.time, raw.local, raw.keys["wideview.body"]) == (None, None, "x")


def test_lines_without_a_program_and_lines_that_go_on(tmp_path: Path) -> None:
    raws = lines(tmp_path, "Nov 20 07:44:40 vm last message repeated 2 times", "\tat x", "<3>Nov 20 07:44:41 vm a/b: c")
    assert raws[0].keys == {"syslog.host": "vm", "wideview.body": "last message repeated 2 times\n\tat x"}
    assert raws[1].keys == {
        "syslog.host": "vm",
        "syslog.program": "a/b",
        "syslog.facility": "kern",
        "wideview.level": "ERROR",
        "wideview.body": "c",
    }


@pytest.mark.parametrize(
    ("stamp", "nanos", "local"),
    [
        ("Nov 20 12:28:54.981855", None, "2026-11-20 12:28:54.981855"),
        ("2026-11-20T12:28:54+0000", "2026-11-20 12:28:54", None),
        ("2026-11-20T13:28:54.981855+0100", "2026-11-20 12:28:54.981855", None),
    ],
)
def test_as_journalctl_prints_it(tmp_path: Path, stamp: str, nanos: str | None, local: str | None) -> None:
    text = f"{stamp} vm app[4991]: two"
    (raw,) = lines(tmp_path, text, " " * (len(text) - 3) + "lines", mtime="2026-11-20 13:00:00")
    assert (raw.time, raw.local) == (nanos and at(nanos), local and at(local))
    assert str(raw.keys["wideview.body"]).split() == ["two", "lines"]
    assert SOURCE.sniff("x", f"-- Journal begins at Fri 2026-11-20 --\n{text}\n".encode()) >= 0.7


def test_the_kernels_clock_is_taken_off(tmp_path: Path) -> None:
    """So that what the kernel says reads the same in every log."""
    kernel, other = lines(
        tmp_path,
        "Nov 20 07:44:40 vm kernel: [ 8112.114450] Killed process 9 (x)",
        "Nov 20 07:44:40 vm app: [ 1.000000] y",
    )
    assert (kernel.keys["wideview.body"], kernel.keys["dmesg.time"]) == ("Killed process 9 (x)", 8112.11445)
    assert (other.keys["wideview.body"], other.keys.get("dmesg.time")) == ("[ 1.000000] y", None)


@pytest.mark.parametrize("number", [0, 11, 30, 165, 191])
def test_priority(number: int) -> None:
    keys: dict[str, str | int | float | bool | None] = {}
    priority(keys, number)
    assert keys == {"syslog.facility": FACILITIES[number // 8], "wideview.level": SEVERITIES[number % 8]}


def test_a_priority_that_is_none() -> None:
    for number in (192, 999, -1):
        keys: dict[str, str | int | float | bool | None] = {}
        priority(keys, number)
        assert keys == {}


@pytest.mark.parametrize("name", ["traditional", "rsyslog-iso", "rfc5424"])
def test_sniff(name: str) -> None:
    data = (RUN / f"syslog-{name}.log").read_bytes()
    assert SOURCE.sniff("x", data) >= 0.7
    assert SOURCE.sniff("x", b"-- begin --\n" + data) >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T07:44:29.479Z [INFO] sim.worker0 (pool-0) task 0",
        "2026-11-20T07:44:29.479Z INFO sim.worker0: task 0",
        "2026-11-20 07:44:29,479 - sim.worker0 - INFO - task 0",
        "2026-11-20T05:04:58,000000+00:00 Linux version 6.1.0",
        "[    1.204113] systemd[1]: Detected",
        "Nov 20 it rained",
        "<p>1</p>",
        "",
    ],
)
def test_sniff_refuses(text: str) -> None:
    assert SOURCE.sniff("syslog.log", text.encode() * 3) == 0


def test_long_lines_take_linear_time(tmp_path: Path) -> None:
    start = time.process_time()
    for text in (
        "<13>1 2003-10-11T22:14:15Z h a - - [" + 'a="' * 300_000,
        "<13>1 2003-10-11T22:14:15Z h a - - [a " + 'b="c" ' * 200_000,
        "<13>1 2003-10-11T22:14:15Z h a - - " + "[a]" * 300_000 + "x",
        "Nov 20 07:44:40 vm " + "a" * 1_000_000,
        "Nov 20 07:44:40 vm " + "1 2026-11-20T07:44:40Z " * 50_000,
    ):
        assert len(lines(tmp_path, text)) == 1
    assert time.process_time() - start < 2
