"""Tests of tui.widgets.look: what a level and a source look like."""

from __future__ import annotations

import pytest

from tui.records import LEVELS
from tui.widgets.look import ERROR, LEVEL_STYLES, NOTICE, PLAIN, SOURCE_STYLES, Palette, letter, level_style


def test_every_level_has_its_own_letter_and_a_style() -> None:
    """The letter is that of its name; unknown is blank."""
    assert [letter(rank) for rank in range(len(LEVELS))] == [" ", *(name[0] for name in LEVELS[1:])]
    assert len({letter(rank) for rank in range(len(LEVELS))}) == len(LEVELS) == len(LEVEL_STYLES)


@pytest.mark.parametrize("rank", [-1, len(LEVELS), 99])
def test_a_rank_that_is_none_is_told_apart(rank: int) -> None:
    assert letter(rank) == "?"
    assert level_style(rank) == PLAIN


def test_the_worse_the_louder() -> None:
    looks = [level_style(rank) for rank in range(4, 7)]
    assert len(set(looks)) == 3 and all(look.bold for look in looks)
    assert not any(level_style(rank).bold for rank in range(4))


def test_a_source_keeps_its_colour_and_they_come_round() -> None:
    palette = Palette()
    names = [f"file {i}" for i in range(len(SOURCE_STYLES) + 1)]
    styles = [palette.style(name) for name in names]
    assert len(set(styles[:-1])) == len(SOURCE_STYLES)
    assert styles[-1] == styles[0]
    assert [palette.style(name) for name in reversed(names)] == styles[::-1]
    assert Palette().style("file 3") == styles[0], "in order of first appearance"


def test_no_source_looks_wrong_or_slow() -> None:
    wrong = {look.color.name for look in (ERROR, NOTICE) if look.color}
    assert wrong == {"red", "yellow"}
    assert all(look.color and look.color.name.removeprefix("bright_") not in wrong for look in SOURCE_STYLES)
