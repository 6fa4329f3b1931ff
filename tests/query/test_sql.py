"""Tests of tui.query.sql: what a user asks for stands beside the text, never in it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tui.query.sql import Sql


def test_a_condition_has_no_parameters_unless_told() -> None:
    assert Sql("true").params == ()


def test_the_same_text_with_other_parameters_is_another_condition() -> None:
    assert Sql("a = ?", (1,)) == Sql("a = ?", (1,)) != Sql("a = ?", (2,))
    assert len({Sql("a = ?", (1,)), Sql("a = ?", (1,)), Sql("a = ?", (2,))}) == 2


def test_it_cannot_be_changed_once_made() -> None:
    condition = Sql("a = ?", (1,))
    with pytest.raises(FrozenInstanceError):
        condition.text = "true"  # type: ignore[misc]
