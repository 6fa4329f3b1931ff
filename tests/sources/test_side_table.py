"""Tests of tui.sources.side_table: CSV and TSV, a row a record."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.records import Notes, Raw
from tui.sources import contract
from tui.sources.base import File
from tui.sources.side_table import SOURCES

[SOURCE] = SOURCES
CHAINS = b'chain,parsl.task,note\n7,5,"two\nlines"\n\n7,6,x\n8,1,\n'


def read(data: bytes, place: Path) -> tuple[list[Raw], Notes]:
    return contract.read(SOURCE, data, "chains.csv", place=place / "chains.csv")


def test_contract() -> None:
    contract.check(SOURCE, CHAINS, "chains.csv")


def test_a_limit_within_a_row_of_several_lines(tmp_path: Path) -> None:
    data = b'a,b\n1,"two\n' + b"more\n" * 9 + b'lines"\n3,4\n'
    whole = read(data, tmp_path)[0]
    assert [raw.line for raw in whole] == [1, 2, 13]
    part, notes = contract.read(SOURCE, data, "chains.csv", 20, tmp_path / "chains.csv")
    assert part == whole[:2] and (notes.first, notes.continuation, notes.damaged) == (2, 10, 0)


def test_a_level_in_one_letter(tmp_path: Path) -> None:
    data = b"a,level\n1,w\n"
    contract.check(SOURCE, data, "levels.csv")
    assert read(data, tmp_path)[0][1].keys["wideview.level"] == "WARNING"


def test_rows(tmp_path: Path) -> None:
    raws, notes = read(CHAINS, tmp_path)
    assert [(raw.line, raw.keys) for raw in raws] == [
        (1, {"wideview.body": "chain,parsl.task,note"}),
        (
            2,
            {
                "chain": "7",
                "parsl.task": "5",
                "note": "two\nlines",
                "wideview.body": "chain=7 parsl.task=5 note=two\nlines",
            },
        ),
        (5, {"chain": "7", "parsl.task": "6", "note": "x", "wideview.body": "chain=7 parsl.task=6 note=x"}),
        (6, {"chain": "8", "parsl.task": "1", "wideview.body": "chain=8 parsl.task=1"}),
    ]
    assert (notes.first, notes.continuation, notes.damaged, notes.blank) == (4, 1, 0, 1)
    assert CHAINS[raws[1].offset :][: raws[1].length] == b'7,5,"two\nlines"'


def test_times(tmp_path: Path) -> None:
    raws, _ = read(b"timestamp;host;load\n2026-11-20T08:00:00Z;a;0.5\n1795165200;b;0.7\n", tmp_path)
    assert [raw.time for raw in raws] == [None, 1795161600 * 10**9, 1795165200 * 10**9]


def test_our_own_export(tmp_path: Path) -> None:
    """Its time and text are those of the record, whatever else it holds."""
    data = b"timestamp,wideview.time,wideview.source,wideview.body\n2026-11-20 09:00:00,2026-11-20T08:00:00Z,a:1,sent\n"
    raw = read(data, tmp_path)[0][1]
    assert (raw.time, raw.local, raw.keys["wideview.body"]) == (1795161600 * 10**9, None, "sent")
    raw = read(b"wideview.time,wideview.body\n2026-11-20T08:00:00Z,sent\n", tmp_path)[0][1]
    assert raw.time is None and raw.keys["wideview.body 2"] == "sent"


def test_a_row_of_another_width_is_damaged(tmp_path: Path) -> None:
    raws, notes = read(b"a\tb\n1\t2\n3\n4\t5\t6\n", tmp_path)
    assert [raw.error for raw in raws] == [
        None,
        None,
        "1 column where the first line has 2",
        "3 columns where the first line has 2",
    ]
    assert notes.damaged == 2 and raws[3].keys == {"wideview.body": "4\t5\t6"}


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    raws, notes = read(b'a,b\n5" pipe,1\n' + b"x,2\n" * 500, tmp_path)
    assert len(raws) == 502 and not notes.damaged
    assert raws[1].keys["a"] == '5" pipe'


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("chains.csv", CHAINS, True),
        ("chains.CSV", b"\xef\xbb\xbfchain;task\r\n1;2\r\n", True),
        ("DAMAGE.tsv", b"file\tline\n", True),
        ("chains.txt", CHAINS, False),
        ("chains.csv", b"1,2\n3,4\n", False),
        ("chains.csv", b"a,a\n3,4\n", False),
        ("chains.csv", b"a,b\n3,4,5\n", False),
        ("chains.csv", b"alone\n3\n", False),
        ("chains.csv", b"", False),
        ("chains.csv", b"a,b\n\0\0\n", False),
    ],
)
def test_sniff(name: str, head: bytes, known: bool) -> None:
    assert (SOURCE.sniff(name, head) > 0) == known


CELL = st.text(alphabet='ab",\n 1', min_size=1, max_size=6)


@given(st.lists(st.tuples(CELL, CELL), max_size=8))
def test_what_python_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("x", "y"), *rows])
    raws, notes = read(out.getvalue().encode(), tmp_path_factory.getbasetemp())
    assert [(raw.keys["x"], raw.keys["y"]) for raw in raws[1:]] == rows
    assert not notes.damaged


@pytest.mark.parametrize("unit", [b'"', b'",', b'a"\n', b'"\n', b"a,", b'""', b'"a,b\n'])
def test_linear_time(tmp_path: Path, unit: bytes) -> None:
    """A quote that is never closed is not looked for from every line on."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + unit * (600_000 // len(unit)))
    begun = process_time()
    for _ in SOURCE.read(File(str(path), "t.csv"), Notes()):
        pass
    assert process_time() - begun < 10
