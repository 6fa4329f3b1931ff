"""Tests of tui.query.model: the values that questions and answers are."""

from __future__ import annotations

import dataclasses

import pytest

from tui.query import model
from tui.query.model import Entity, Selection


def test_labels() -> None:
    assert Entity("task", (("parsl.task", "5"),), 0, "000").label == "task 5"
    assert Entity("try", (("parsl.task", "5"), ("parsl.try", "0")), 0, "000").label == "try 0 of task 5"
    assert Entity("run", (), 0, "000").label == "run"


def test_an_empty_selection_asks_for_everything() -> None:
    assert Selection() == Selection("", 0, None, None)


@pytest.mark.parametrize("cls", [each for each in vars(model).values() if dataclasses.is_dataclass(each)])
def test_all_are_frozen(cls: type) -> None:
    """So that a thread may keep one while the next question is asked."""
    assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert cls.__doc__
