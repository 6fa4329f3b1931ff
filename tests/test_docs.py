"""README names everything that people can use."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from tui import cli, sources
from tui.query import charts, rules

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parsers of all commands, by name."""
    [found] = [each for each in cli._parser()._actions if isinstance(each, argparse._SubParsersAction)]
    return dict(found.choices)


def options() -> list[str]:
    """Every long option of every command, once."""
    actions = [action for parser in commands().values() for action in parser._actions]
    found = {option for action in actions for option in action.option_strings if option.startswith("--")}
    return sorted(found - {"--help"})


@pytest.mark.parametrize("name", [source.name for source in sources.discover()])
def test_sources(name: str) -> None:
    """Every source has its row."""
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", commands())
def test_commands(name: str) -> None:
    """Every command is shown."""
    assert f"wideview {name}" in README


@pytest.mark.parametrize("option", options())
def test_options(option: str) -> None:
    """Every long option is mentioned."""
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", README)


@pytest.mark.parametrize("kind", rules._KINDS)
def test_rule_kinds(kind: str) -> None:
    """Every kind of rule has its row."""
    assert f"| `{kind}` |" in README


@pytest.mark.parametrize("name", charts.charts())
def test_charts(name: str) -> None:
    """Every chart has its row."""
    assert f"| `{name}` |" in README


def test_links_lead_somewhere() -> None:
    """What README links to, and the picture it shows, is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
