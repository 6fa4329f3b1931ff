"""Tests of tui.query.gaps: silences while others go on."""

from __future__ import annotations

from pathlib import Path

from tests.query.making import START, line, load, parsl, write
from tui.query.browse import Browser
from tui.query.gaps import gaps


def steady(*spans: tuple[int, int]) -> str:
    """A record a second from each begin to its end."""
    return line(*(parsl(at, f"at {at}") for begin, end in spans for at in range(begin, end)))


def test_a_file_that_falls_silent(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.jsonlog": steady((0, 200)), "000/x/interchange.jsonlog": steady((0, 90), (130, 200))})
    [gap] = gaps(load(tmp_path))
    assert gap.file.endswith("interchange.jsonlog")
    assert (gap.begin, gap.end, gap.others) == ((START + 89) * 10**9, (START + 130) * 10**9, 40)


def test_all_are_silent(tmp_path: Path) -> None:
    both = steady((0, 90), (130, 200))
    write(tmp_path, {"000/parsl.jsonlog": both, "000/x/interchange.jsonlog": both})
    assert gaps(load(tmp_path)) == []


def test_another_run_is_no_other(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.jsonlog": steady((0, 90), (130, 200)), "001/parsl.jsonlog": steady((0, 200))})
    assert gaps(load(tmp_path)) == []


def test_a_file_with_long_pauses_is_not_silent(tmp_path: Path) -> None:
    slow = line(*(parsl(at, f"at {at}") for at in range(0, 900, 30)))
    write(tmp_path, {"000/parsl.jsonlog": steady((0, 900)), "000/x/interchange.jsonlog": slow})
    assert gaps(load(tmp_path)) == []


def test_sound_runs(three_runs: Browser) -> None:
    assert gaps(three_runs.catalog) == []
