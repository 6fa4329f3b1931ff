"""Tests of tui.sources.formats: a format reads what its table says, and loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.records import Notes, Raw
from tui.sources import choose, contract, discover, known
from tui.sources.base import File
from tui.sources.format_table import read as read_table
from tui.sources.formats import BY_LINES, BY_NAME, Format

SIM = (Path(__file__).with_name("data") / "formats" / "sim.log").read_bytes()
SIM_LINE = r"^(?P<time>\S+Z) \[(?P<level>[A-Z]+)\] (?P<name>\S+) \((?P<pool>[^)]*)\) (?P<body>.*)$"
STEP = r"(?:task (?P<task>\d+) step (?P<step>\d+) residual=(?P<residual>\S+))"


def made(**settings: Any) -> Format:
    return read_table("test", {"name": "mine", **settings}, "mine.toml")


def records(source: Format, *lines: str, near: int = 0) -> list[Raw]:
    """What *source* makes of *lines*; the contract holds of them."""
    data = "\n".join(lines).encode()
    contract.check_bytes(source, data, columns=True)
    return contract.read(source, data)[0]


def one(source: Format, line: str) -> Raw:
    [raw] = records(source, line)
    assert raw.error is None
    return raw


def nanos(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000) * 1_000_000


SIMULATION = made(line=SIM_LINE, time="iso", keys={"pool": "threadName"})


class TestRealLines:
    def test_every_line_is_in_a_record(self) -> None:
        raws, notes = contract.read(SIMULATION, SIM)
        assert (len(raws), notes.first, notes.continuation, notes.damaged, notes.blank) == (18, 18, 10, 0, 0)
        contract.check(SIMULATION, SIM, "sim.log")

    def test_a_record(self) -> None:
        raws, _ = contract.read(SIMULATION, SIM)
        failed = next(raw for raw in raws if raw.keys["level"] == "ERROR")
        assert failed.keys == {
            "time": "2026-11-20T07:44:29.606Z",
            "level": "ERROR",
            "name": "sim.worker1",
            "threadName": "pool-1",
            "wideview.body": "task 1 failed at step 40\nTraceback (most recent call last):\n"
            '  File "stdlib_log.py", line 12, in work\n    try: {}["missing"]\n         ~~^^^^^^^^^^^\n'
            "KeyError: 'missing'",
        }
        assert (failed.time, failed.local, failed.elapsed) == (nanos("2026-11-20T07:44:29.606"), None, None)
        assert raws[-1].keys["wideview.body"] == "queue length is now 0\nsecond line of message\n\tthird, indented"

    def test_groups_within_the_body(self) -> None:
        source = made(
            line=SIM_LINE.replace("(?P<body>.*)", f"(?P<body>{STEP}?.*)"),
            keys={"task": "sim.task"},
            numbers=["step", "residual"],
        )
        raw = contract.read(source, SIM)[0][0]
        assert (raw.keys["sim.task"], raw.keys["step"], raw.keys["residual"]) == ("1", 38, 0.3649)
        assert raw.keys["wideview.body"] == "task 1 step 38 residual=0.3649"
        failed = next(raw for raw in contract.read(source, SIM)[0] if raw.keys["level"] == "ERROR")
        assert "sim.task" not in failed.keys and "task" not in failed.keys

    def test_it_is_surer_than_ours(self) -> None:
        chosen = choose("x/sim.log", SIM, known([SIMULATION]))
        assert chosen is SIMULATION
        before = choose("x/sim.log", SIM, discover())
        assert before is None or before.sniff("x/sim.log", SIM) < BY_LINES


class TestRecognising:
    @pytest.mark.parametrize(
        ("name", "head", "sure"),
        [
            ("any", "7 a", BY_LINES),
            ("any", "\n\n7 a", BY_LINES),
            ("any", "\ufeff7 a\r\n", BY_LINES),
            ("any", "banner\n7 a\n8 b", BY_LINES),
            ("any", "banner\nmore\n7 a", 0),
            ("any", "a", 0),
            ("any", "", 0),
            ("any", "banner\n7 " + "a" * 8190, 0),  # the head ends within the line
        ],
    )
    def test_by_lines(self, name: str, head: str, sure: float) -> None:
        assert made(line=r"\d (?P<body>\w+)$").sniff(name, head.encode()[:8192]) == sure

    @pytest.mark.parametrize(
        ("pattern", "name", "fits"),
        [
            ("solver-*.log", "/a/b/solver-1.log", True),
            ("solver-*.log", "solver-1.log", True),
            ("solver-*.log", "/a/b/solver-1.log.gz", False),
            ("solver-*.log", "/a/solver-b/x.log", False),
            ("b/*.log", "/a/b/x.log", True),
            ("b/*.log", "/a/c/x.log", False),
            ("/b/*.log", "x.log", False),
            (["x", "y"], "/a/y", True),
        ],
    )
    def test_by_name(self, pattern: str | list[str], name: str, fits: bool) -> None:
        source = made(line=r"(?P<n>\d+)", file=pattern)
        assert source.sniff(name, b"banner\n7") == (BY_NAME if fits else 0)
        assert source.sniff(name, b"no number") == 0

    def test_a_format_stands_for_one_of_ours_of_its_name(self) -> None:
        mine = read_table("test", {"name": "parsl-text", "line": "(?P<body>.*)"}, "x")
        assert [source for source in known([mine]) if source.name == "parsl-text"] == [mine]


class TestLines:
    def test_lines_before_the_first_record_are_damaged(self) -> None:
        raws = records(SIMULATION, "banner", "", "2026-11-20T07:44:29.606Z [INFO] a (b) c")
        assert [raw.error for raw in raws] == ["no record of the format mine begins before this line", None]

    def test_single_lines(self) -> None:
        source = made(line=r"(?P<n>\d+) (?P<body>.*)", single=True)
        raws = records(source, "1 a", "b", "", "2 c")
        assert [(raw.keys["wideview.body"], raw.error) for raw in raws] == [
            ("a", None),
            ("b", "not in the format mine"),
            ("c", None),
        ]

    def test_the_first_pattern_that_fits(self) -> None:
        source = made(line=[r"(?P<n>\d+) (?P<body>.*)", r"=== (?P<title>.*)"])
        first, second = records(source, "1 a", "b", "=== c", "d")
        assert first.keys == {"n": "1", "wideview.body": "a\nb"}
        assert second.keys == {"title": "c", "wideview.body": "=== c\nd"}

    def test_a_long_body_is_whole(self) -> None:
        body = "x" * 200_000
        assert one(SIMULATION, f"2026-11-20T07:44:29.606Z [INFO] a (b) {body}").keys["wideview.body"] == body

    def test_levels(self) -> None:
        source = made(line=r"(?P<level>\w) (?P<body>.*)", levels={"W": "warn", "X": "FATAL"})
        assert one(source, "W a").keys == {"level": "W", "wideview.level": "WARNING", "wideview.body": "a"}
        assert one(source, "X a").keys["wideview.level"] == "CRITICAL"
        assert "wideview.level" not in one(source, "I a").keys

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("7", 7), ("-7", -7), ("+7", 7), ("007", 7), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1.5e-7", 1.5e-7),
            ("1_000", "1_000"), ("nan", "nan"), ("0x7", "0x7"), ("1e999", "1e999"), ("9" * 19, "9" * 19), ("", ""),
            ("٣", "٣"), (".", "."),
        ],
    )  # fmt: skip
    def test_numbers(self, text: str, value: object) -> None:
        got = one(made(line=r"n=(?P<n>[^;]*);", numbers=["n"]), f"n={text};").keys["n"]
        assert got == value and type(got) is type(value)


class TestTimes:
    @pytest.mark.parametrize(
        ("form", "zone", "text", "time", "local", "elapsed"),
        [
            ("iso", None, "2026-11-20T07:44:29.5Z", "2026-11-20T07:44:29.5", None, None),
            ("iso", None, "2026-11-20 07:44:29,5", None, "2026-11-20T07:44:29.5", None),
            ("iso", "Europe/Berlin", "2026-11-20 07:44:29,5", "2026-11-20T06:44:29.5", None, None),
            ("iso", "Europe/Berlin", "2026-07-20 07:44:29", "2026-07-20T05:44:29", None, None),
            ("iso", "Europe/Berlin", "2026-11-20T07:44:29Z", "2026-11-20T07:44:29", None, None),
            ("iso", None, "yesterday", None, None, None),
            ("number", None, "1795160669.5", "2026-11-20T07:44:29.5", None, None),
            ("number", None, "1795160669500", "2026-11-20T07:44:29.5", None, None),
            ("elapsed", None, "12.5", None, None, 12_500_000_000),
            ("elapsed", None, "12", None, None, 12_000_000_000),
            ("elapsed", None, "x", None, None, None),
            ("%d.%m.%Y %H:%M", "UTC", "20.11.2026 07:44", "2026-11-20T07:44:00", None, None),
            ("any", None, "Nov 20 07:44:29", None, "2026-11-20T07:44:29", None),
            ("any", "UTC", "20/Nov/2026:07:44:29 +0100", "2026-11-20T06:44:29", None, None),
            ("number", None, "99999999999", None, None, None),  # the year 5138
            ("iso", "Asia/Tokyo", "0001-01-01 00:00:00", None, None, None),
        ],
    )
    def test_forms(
        self, form: str, zone: str | None, text: str, time: str | None, local: str | None, elapsed: int | None
    ) -> None:
        source = made(line=r"(?P<time>.*?)\|(?P<body>.*)", time=form, **({"zone": zone} if zone else {}))
        raw = one(source, f"{text}|a")
        assert raw.time == (nanos(time) if time else None)
        assert raw.local == (nanos(local) if local else None)
        assert raw.elapsed == elapsed
        assert raw.keys["time"] == text

    def test_a_year_comes_from_when_the_file_changed(self, tmp_path: Path) -> None:
        path = tmp_path / "a.log"
        path.write_text("Dec 31 23:59:59 a\nJan  1 00:00:01 b\n")
        source = made(line=r"(?P<time>\w{3} [ \d]\d \S+) (?P<body>.*)", zone="UTC")
        near = nanos("2025-01-01T00:05:00")
        assert [raw.time for raw in source.read(File(str(path), "a.log", 0, near), Notes())] == [
            nanos("2024-12-31T23:59:59"),
            nanos("2025-01-01T00:00:01"),
        ]


class TestJson:
    SOURCE = made(
        json={"time": "when.t", "level": "sev", "body": "what"},
        time="number",
        levels={"30": "INFO", "50": "ERROR"},
        keys={"job": "parsl.task", "v": "value"},
        numbers=["v"],
    )
    LINE = '{"when": {"t": 1795165078.4271}, "sev": 50, "what": "diverged", "job": 19, "v": "0.8", "created": 1}'

    def test_a_record(self) -> None:
        raw = one(self.SOURCE, self.LINE)
        assert raw.time == 1795165078_427100000
        assert raw.keys == {
            "when.t": 1795165078.4271, "sev": 50, "what": "diverged", "parsl.task": 19, "value": 0.8, "created": 1,
            "wideview.level": "ERROR", "wideview.body": "diverged",
        }  # fmt: skip

    def test_what_is_not_there(self) -> None:
        raw = one(self.SOURCE, '{"created": 1795165078.4271, "sev": "warn"}')
        assert raw.time is None  # the time is that of its key or none
        del raw.keys["wideview.body"]
        assert raw.keys == {"created": 1795165078.4271, "sev": "warn", "wideview.level": "WARNING"}

    def test_what_is_not_named_has_its_usual_name(self) -> None:
        raw = one(made(json={"body": "what"}), '{"created": 1795165078.4271, "what": "x", "msg": "y", "level": "warn"}')
        assert (raw.time, raw.keys["wideview.body"], raw.keys["level"]) == (1795165078_427100000, "x", "warn")

    def test_a_key_of_that_name_is_not_replaced(self) -> None:
        keys = one(self.SOURCE, '{"job": 1, "parsl.task": 2, "what": "x"}').keys
        assert (keys["job"], keys["parsl.task"]) == (1, 2)

    def test_a_line_that_is_no_object(self) -> None:
        raws = records(self.SOURCE, self.LINE, "what?")
        assert [raw.error for raw in raws] == [None, "not a JSON object"]

    def test_it_is_known_by_the_key_of_its_time(self) -> None:
        assert self.SOURCE.sniff("x", self.LINE.encode()) == BY_LINES
        assert self.SOURCE.sniff("x", b'{"when.t": 1}') == BY_LINES
        assert self.SOURCE.sniff("x", b'{"when": 1}\n[1]\n7') == 0
        assert self.SOURCE.sniff("x", b'{"sev": 1}') == 0

    def test_the_contract(self) -> None:
        line = self.LINE.encode() + b"\n"
        contract.check(self.SOURCE, line * 2 + b"\nwhat?\n" + line)


FORMATS = [
    SIMULATION,
    made(line=r"(?P<level>[A-Z])(?P<time>\d+) ?(?P<n>\S*) (?P<body>.*)", single=True, time="number", numbers=["n"]),
    made(line=[r"(?P<time>[\d-]+ [\d:.]+)(?P<body>.*)", r"(?P<a>[^:]*):(?P<body>.*)"], zone="Europe/Berlin"),
    made(line=r"(?P<time>[^:]*):", time="elapsed"),
    TestJson.SOURCE,
]
LIKELY = st.text(alphabet='\n\r \t{}[]":,.-0123456789aTIZ\0é\u2028', max_size=300).map(str.encode)


@given(data=st.binary(max_size=300) | LIKELY)
@settings(max_examples=80)
def test_no_line_is_lost_whatever_it_holds(data: bytes) -> None:
    for source in FORMATS:
        contract.check_bytes(source, data)


@given(cut=st.integers(0, len(SIM)), insert=st.binary(max_size=30))
@settings(max_examples=50)
def test_a_hole_in_real_lines(cut: int, insert: bytes) -> None:
    for source in FORMATS:
        contract.check_bytes(source, SIM[:cut] + insert + SIM[cut + 7 :])
