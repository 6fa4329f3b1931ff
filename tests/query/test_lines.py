"""Tests of tui.query.lines: where lines are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query import lines
from tui.query.lines import scan

PIECES = st.sampled_from([b"\n", b"\r\n", b"\r", b" ", b"\t", b"a", b"{}", b"\0", b"\xff", b"\n\n"])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines") / "file"


def plainly(data: bytes) -> tuple[list[tuple[int, int, int]], int]:
    """(number, offset, length) of the lines with more than one blank, and how many others there are."""
    found, offset, others = [], 0, 0
    pieces = data.split(b"\n")
    for number, piece in enumerate(pieces[:-1] if pieces[-1] == b"" else pieces, 1):
        if len(piece) < 2 and not piece.strip():
            others += 1
        else:
            found.append((number, offset, len(piece)))
        offset += len(piece) + 1
    return found, others


def scanned(path: Path, data: bytes) -> tuple[list[tuple[int, int, int]], int]:
    path.write_bytes(data)
    found = scan(str(path))
    return list(zip(found.line.tolist(), found.offset.tolist(), found.length.tolist(), strict=True)), found.blank


@given(st.lists(PIECES).map(b"".join) | st.binary())
def test_any_bytes(path: Path, data: bytes) -> None:
    assert scanned(path, data) == plainly(data)


@pytest.mark.parametrize("data", [b"", b"\n", b"a", b"a\n", b"a\nb", b"\n\na\r\n\r\nb", b"\r", b" "])
def test_the_ends_of_files(path: Path, data: bytes) -> None:
    assert scanned(path, data) == plainly(data)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_lines_across_blocks(path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A file is read in blocks; offsets count from its beginning."""
    monkeypatch.setattr(lines, "_BLOCK", size)
    data = b"ab\n\ncdef\r\n\r\n \ng\nhi"
    assert scanned(path, data) == plainly(data)
