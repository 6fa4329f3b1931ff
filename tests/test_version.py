"""The version is told the same everywhere."""

from __future__ import annotations

from importlib.metadata import version

from tui.version import VERSION


def test_the_version_is_that_of_the_distribution() -> None:
    assert version("wideview") == VERSION
