"""Tests of tui.sources.lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tui.records import Notes
from tui.sources import lines
from tui.sources.lines import Folded, Line, fold, read_lines

STARTS = re.compile("# (.*)")


def lines_of(tmp_path: Path, data: bytes, limit: int | None = None) -> tuple[list[Line], Notes]:
    path = tmp_path / "file"
    path.write_bytes(data)
    notes = Notes()
    return list(read_lines(str(path), notes, limit)), notes


def folded(tmp_path: Path, data: bytes) -> tuple[list[Folded], Notes]:
    path = tmp_path / "file"
    path.write_bytes(data)
    notes = Notes()
    return list(fold(str(path), notes, STARTS)), notes


def test_numbers_offsets_and_lengths(tmp_path: Path) -> None:
    assert lines_of(tmp_path, b"ab\n\nc") == ([(1, 0, 2, "ab"), (2, 3, 0, ""), (3, 4, 1, "c")], Notes())
    assert lines_of(tmp_path, b"")[0] == []
    assert lines_of(tmp_path, b"\n")[0] == [(1, 0, 0, "")]


def test_only_newline_ends_a_line(tmp_path: Path) -> None:
    assert lines_of(tmp_path, b"a\rb\x0b\x0cc\xe2\x80\xa8d\r\n\r\ne\r\r\n")[0] == [
        (1, 0, 10, "a\rb\x0b\x0cc\u2028d"),
        (2, 12, 0, ""),
        (3, 14, 2, "e\r"),
    ]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    found, notes = lines_of(tmp_path, b"good\nb\xffd \0\n\xc3\xa9\n")
    assert [line[3] for line in found] == ["good", "b\\xffd \0", "é"]
    assert notes.mended == [(2, "not UTF-8")]


def test_byte_order_mark(tmp_path: Path) -> None:
    assert lines_of(tmp_path, b"\xef\xbb\xbfab\ncd\n")[0] == [(1, 0, 5, "ab"), (2, 6, 2, "cd")]


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (99, 3), (None, 3)])
@pytest.mark.parametrize("mark", [b"x", b"\xc3"])
def test_limit_stops_at_a_line_end(tmp_path: Path, limit: int | None, count: int, mark: bytes) -> None:
    assert len(lines_of(tmp_path, b"a" + mark + b"\nbb\ncc\n", limit)[0]) == count


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_blocks_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    data = "a\n\nlänger\r\n\nthe end".encode()
    whole = lines_of(tmp_path, data)
    monkeypatch.setattr(lines, "_BLOCK", block)
    assert lines_of(tmp_path, data) == whole


def test_a_line_too_long_is_cut_and_the_next_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", 4)
    monkeypatch.setattr(lines, "MAX_BYTES", 8)
    found, notes = lines_of(tmp_path, b"x\n0123456789abcdef\nend\n" + b"y" * 30)
    assert found[0] == (1, 0, 1, "x")
    assert found[1][:3] == (2, 2, 16) and found[1][3].startswith("01234567")
    assert found[2] == (3, 19, 3, "end")
    assert found[3][:3] == (4, 23, 30)
    assert [number for number, _ in notes.mended] == [2, 4]


def test_fold(tmp_path: Path) -> None:
    found, notes = folded(tmp_path, b"\ntorn\n# one\n more\n\nlast\n\n \n# two\n")
    assert [(f[0], f[1], f[2], f[4], f[5]) for f in found] == [
        (2, 1, 4, "torn", []),
        (3, 6, 17, "# one", [" more", "", "last"]),
        (9, 27, 5, "# two", []),
    ]
    assert [f[3] and f[3][1] for f in found] == [None, "one", "two"]
    assert (notes.first, notes.continuation, notes.damaged, notes.blank) == (2, 5, 1, 1)
    assert notes.rejected == [(2, "no record begins before this line")]


def test_a_record_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_BYTES", 20)
    found, notes = folded(tmp_path, b"# one\n" + b"more\n" * 9 + b"# two\n")
    assert [f[0] for f in found] == [1, 6, 7, 8, 9, 10, 11]
    assert notes.lines == 11 and notes.damaged == 5


def test_counts_are_kept_when_the_reader_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"# one\nmore\n# two\n# three\n")
    notes = Notes()
    reading = fold(str(path), notes, STARTS)
    next(reading)
    del reading
    assert notes.first >= 1 and notes.continuation == 1
