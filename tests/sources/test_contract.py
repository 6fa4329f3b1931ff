"""What every source keeps to, whatever a file holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.sources import contract, discover
from tui.sources.base import Source

DATA = Path(__file__).with_name("data")
SOURCES = discover()
#: Log kinds in which the text of a record is one column of several, and more follows it.
COLUMNS = ("academy-text", "cloudwatch-text", "logfmt")


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


def check(source: Source, place: Path, data: bytes) -> None:
    """Reads *data* with *source* and checks all that holds for any bytes."""
    contract.check_bytes(source, data, "x.stderr", source.name in COLUMNS, place)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
class TestEvery:
    def test_says_what_it_is(self, source: Source) -> None:
        contract.check_attributes(source)

    def test_keeps_to_it_on_every_sample(self, source: Source, samples: dict[str, bytes], place: Path) -> None:
        for name, data in samples.items():
            assert 0 <= source.sniff(name, data[:8192]) <= 1
            check(source, place, data)

    def test_keeps_to_it_on_damaged_samples(self, source: Source, samples: dict[str, bytes], place: Path) -> None:
        for data in samples.values():
            for damaged in contract.damaged(data):
                check(source, place, damaged)

    def test_a_limit_gives_the_same_records_and_fewer(
        self, source: Source, samples: dict[str, bytes], place: Path
    ) -> None:
        for data in samples.values():
            contract.check_limit(source, data, "x.stderr", place)

    def test_raises_when_there_is_no_file(self, source: Source, tmp_path: Path) -> None:
        contract.check_missing(source, tmp_path / "none")


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_any_date_is_a_time(samples: dict[str, bytes], place: Path, year: str) -> None:
    for data in samples.values():
        for source in SOURCES:
            check(source, place, data.replace(b"2026-11-20", f"{year}-11-20".encode()))


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
