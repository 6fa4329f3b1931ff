"""What every source keeps to, whatever a file holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.records import Notes, Raw
from tui.sources import discover
from tui.sources.base import File, Source

DATA = Path(__file__).with_name("data")
SOURCES = discover()
YEARS = 400 * 366 * 86400 * 10**9


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Real files of many kinds, by name."""
    found = {path.name: path.read_bytes() for path in sorted((DATA / "run").rglob("*")) if path.is_file()}
    database = tmp_path_factory.mktemp("db") / "monitoring.db"
    with sqlite3.connect(database) as opened:
        opened.executescript((DATA / "monitoring.sql").read_text())
    opened.close()
    return found | {"monitoring.db": database.read_bytes()}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contract") / "file"


def count_lines(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


def read(source: Source, place: Path, data: bytes, limit: int | None = None) -> tuple[list[Raw], Notes]:
    place.write_bytes(data)
    notes = Notes()
    return list(source.read(File(str(place), "x.stderr", len(data)), notes, limit)), notes


def check(source: Source, place: Path, data: bytes) -> None:
    """Reads *data* with *source* and checks all that holds for any bytes."""
    raws, notes = read(source, place, data)
    for raw in raws:
        assert raw.time is None or raw.local is None
        for nanos in (raw.time, raw.local):
            assert nanos is None or (isinstance(nanos, int) and abs(nanos) < YEARS)
        for key, value in raw.keys.items():
            assert isinstance(key, str)
            assert value is None or isinstance(value, str | int | float)
            str(value).encode()
        assert raw.error is None or not any(key in raw.keys for key in source.level)
    if not source.lines:
        assert notes.lines == 0
        return
    assert notes.lines == count_lines(data)
    assert notes.damaged == len(notes.rejected) == sum(raw.error is not None for raw in raws)
    assert notes.first + notes.damaged == len(raws)
    numbers = [raw.line for raw in raws]
    assert numbers == sorted(set(numbers))
    covered = bytearray(data)
    for raw in raws:
        assert 0 <= raw.offset < raw.offset + raw.length <= len(data)
        assert data.count(b"\n", 0, raw.offset) + 1 == raw.line
        covered[raw.offset : raw.offset + raw.length] = b" " * raw.length
    assert not covered.decode(errors="replace").strip("\ufeff").strip(), "a line is in no record"
    for raw in raws:
        check_body(source, data, raw)


def check_body(source: Source, data: bytes, raw: Raw) -> None:
    """What *raw* says is what its lines say; records that are JSON objects are spared."""
    span = data[raw.offset : raw.offset + raw.length]
    if not raw.offset:
        span = span.removeprefix(b"\xef\xbb\xbf")
    first, *more = (line.decode(errors="backslashreplace") for line in span.replace(b"\r\n", b"\n").split(b"\n"))
    if "{" not in first:
        body = str(next(raw.keys[key] for key in (*source.body, "wideview.body") if key in raw.keys))
        said, *then = body.removeprefix("\ufeff").split("\n")
        assert first.endswith(said) and then == more


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
class TestEvery:
    def test_says_what_it_is(self, source: Source) -> None:
        assert source.name and source.title and isinstance(source.body, tuple) and isinstance(source.level, tuple)
        assert source.lines or not source.json_lines

    def test_keeps_to_it_on_every_sample(self, source: Source, samples: dict[str, bytes], place: Path) -> None:
        for name, data in samples.items():
            assert 0 <= source.sniff(name, data[:8192]) <= 1
            check(source, place, data)

    def test_keeps_to_it_on_damaged_samples(self, source: Source, samples: dict[str, bytes], place: Path) -> None:
        for data in samples.values():
            half = len(data) // 2
            for damaged in (
                data[:half],
                data[half:],
                data[:half] + bytes(4096) + data[half:],
                data[:half] + b"\xff\xfe\x80" + data[half:],
                data.replace(b"\n", b"\r\n"),
                data.rstrip(b"\n"),
                b"\n\n" + data + b"\n \n\n",
                b"\xef\xbb\xbf" + data,
                b"",
                b"\n",
                bytes(5000),
            ):
                check(source, place, damaged)

    def test_a_limit_gives_the_same_records_and_fewer(
        self, source: Source, samples: dict[str, bytes], place: Path
    ) -> None:
        for data in samples.values():
            whole = read(source, place, data)[0]
            part = read(source, place, data, 600)[0]
            assert part[:-1] == whole[: len(part)][:-1]
            assert not source.lines or all(raw.offset < 600 for raw in part)

    def test_raises_when_there_is_no_file(self, source: Source, tmp_path: Path) -> None:
        with pytest.raises(OSError):
            list(source.read(File(str(tmp_path / "none"), "none"), Notes()))


LIKELY = st.text(alphabet='\n\r \t{}[]":,.-0123456789aTI\0é\u2028', max_size=300)


@given(data=st.binary(max_size=400) | LIKELY.map(str.encode))
@settings(max_examples=150, deadline=None)
def test_garbage(place: Path, data: bytes) -> None:
    for source in SOURCES:
        assert 0 <= source.sniff("x.err", data) <= 1
        check(source, place, data)


@given(cut=st.integers(0, 4000), insert=st.binary(max_size=20), which=st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_real_data_with_a_hole(samples: dict[str, bytes], place: Path, cut: int, insert: bytes, which: int) -> None:
    data = list(samples.values())[which % len(samples)]
    for source in SOURCES:
        check(source, place, data[:cut] + insert + data[cut + 7 :])
