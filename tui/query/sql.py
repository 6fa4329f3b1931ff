"""A piece of SQL with its parameters: what a user asks for never becomes part of the text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition, with a ``?`` for each of *params* in turn."""

    text: str
    params: tuple[object, ...] = ()
