"""Tests of tui.records: levels, and what readers note."""

from __future__ import annotations

import logging

import pytest

from tui.records import LEVELS, Notes, level_rank


@pytest.mark.parametrize("name", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "WARN", "FATAL"])
def test_the_levels_of_python_keep_their_order(name: str) -> None:
    """Each of Python's levels ranks above those that Python ranks lower."""
    numbers = logging.getLevelNamesMapping()
    for other in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        assert (level_rank(name) > level_rank(other)) == (numbers[name] > numbers[other])


@pytest.mark.parametrize(
    ("text", "level"),
    [("warn", "WARNING"), (" Fatal ", "CRITICAL"), ("err", "ERROR"), ("notice", "INFO"), ("trace", "TRACE")],
)
def test_other_spellings(text: str, level: str) -> None:
    assert LEVELS[level_rank(text)] == level


@pytest.mark.parametrize("text", ["", "loud", "NOTSET", "10"])
def test_an_unknown_level_ranks_below_all(text: str) -> None:
    assert level_rank(text) == 0 < level_rank("TRACE")


def test_lines_are_the_four_classes_and_not_the_rows() -> None:
    notes = Notes(first=1, continuation=2, blank=4, rows=100)
    notes.reject(9, "broken")
    assert notes.lines == 8
    assert (notes.damaged, notes.rejected) == (1, [(9, "broken")])


def test_notes_share_nothing() -> None:
    Notes().reject(1, "x")
    assert Notes().rejected == []
