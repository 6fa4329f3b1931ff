"""Tests of tui.query.belong: logs beside a run's directory that are the run's by what they name."""

from __future__ import annotations

from pathlib import Path

from tests.query.making import load, see, text, write

RULES = """
[[extract]]
pattern = '^uses (?P<file>\\S+)$'
keys = { file = "app.file" }

[[belongs]]
name = "logs that name the run's files"
key = "app.file"
"""


def scopes(tmp_path: Path, *guest: str) -> set[str]:
    """The directories that the records of a log beside two runs, which uses the files *guest*, belong to."""
    write(
        tmp_path,
        {
            "000/parsl.log": text(0, "uses a/1") + text(1, "uses a/2"),
            "001/parsl.log": text(5, "uses b/1") + text(6, "uses both"),
            "002/parsl.log": text(8, "uses both"),
            "beside/tool.log": "".join(text(2, f"uses {name}", "tool") for name in guest) + text(3, "done", "tool"),
        },
    )
    [done] = [seen for seen in see(load(tmp_path, toml=RULES)) if seen.body == "done"]
    return {Path(scope).name for scope in done.scope}


def test_all_that_is_named_is_one_runs(tmp_path: Path) -> None:
    assert scopes(tmp_path, "a/1", "a/2") == {"000"}


def test_a_value_that_no_run_knows_proves_nothing(tmp_path: Path) -> None:
    assert scopes(tmp_path, "a/1", "c/9") == {"beside"}


def test_what_is_of_two_runs_is_of_none(tmp_path: Path) -> None:
    assert scopes(tmp_path, "a/1", "b/1") == {"beside"}
    assert scopes(tmp_path, "both") == {"beside"}
