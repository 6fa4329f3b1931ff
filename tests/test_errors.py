"""Tests of tui.errors: the tree is the one its docstring draws."""

from __future__ import annotations

import re

import pytest

from tui import errors

DRAWN = re.findall(r"── (\w+)", errors.__doc__ or "")


def test_the_drawn_tree_is_whole() -> None:
    real = [
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and each.__bases__ == (errors.WideviewError,)
    ]
    assert real == DRAWN


@pytest.mark.parametrize("name", DRAWN)
def test_the_message_is_what_is_printed(name: str) -> None:
    error = getattr(errors, name)("a.log:3: no")
    assert isinstance(error, errors.WideviewError) and str(error) == "a.log:3: no"


def test_what_some_know_besides() -> None:
    assert errors.FilterError("x", 4).column == 4
    assert errors.FilterError("x").column == 0
    assert errors.EntityError("x", ("a", "b")).candidates == ("a", "b")
    assert errors.EntityError("x").candidates == ()
