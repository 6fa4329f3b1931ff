"""Tests of tui.query.sequences: how far entities came."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.query.making import line, load, parsl, write
from tui.query import rules, sequences

RULE = """
[[sequence]]
name = "job"
key = ["app.queue", "app.job"]

[[sequence.step]]
name = "made"
pattern = ['^made$']

[[sequence.step]]
name = "begun"
logger = "app.*"
level = "DEBUG"
pattern = ['^(?:begun|started)$']

[[sequence.step]]
name = "done"
key = "app.state"
is = ["ok", "bad"]
end = true
"""


def log(*records: tuple[str, str, str | None]) -> str:
    """(job, body, state) a record, one a second, in the queue q."""
    return line(
        *(
            parsl(at, body, "app.x", **{"app.queue": "q", "app.job": job} | ({"app.state": state} if state else {}))
            for at, (job, body, state) in enumerate(records)
        )
    )


def test_entities_with_the_same_steps_are_counted_together(tmp_path: Path) -> None:
    records = log(
        ("1", "made", None), ("2", "made", None), ("1", "started", None), ("3", "made", None), ("1", "x", "ok")
    )
    catalog = load(write(tmp_path, {"r/000/parsl.jsonlog": records}), toml=RULE)
    [rule] = [each for each in catalog.rules.sequence if each.name == "job"]
    made, done = sequences.reached(catalog, rule)
    assert (made.group, made.steps, made.count) == (("q",), {0}, 2)
    assert [(each.value, each.line) for each in made.examples] == [("2", 2), ("3", 4)]
    assert (done.steps, done.count, done.examples[0].line) == ({0, 1, 2}, 1, 5)
    assert made.since is not None and done.since is not None and done.since - made.since == 3_000_000_000


def test_a_log_without_records_of_the_level_is_no_log_of_the_step(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, {"r/000/parsl.jsonlog": log(("1", "made", None))}), toml=RULE)
    [rule] = [each for each in catalog.rules.sequence if each.name == "job"]
    made, begun, done = sequences.logged(catalog, rule)
    assert sequences.stands(made, 0, ("q",)) and not sequences.stands(made, 0, ("other",))
    assert not begun  # the record is of level INFO
    assert not done  # no record has a state


def test_nothing_to_ask_where_no_record_has_the_keys(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, {"a.jsonl": line({"t": 1.5})}), toml=RULE)
    assert all(sequences.reached(catalog, rule) == [] for rule in catalog.rules.sequence)


@pytest.mark.parametrize(
    ("pattern", "start"),
    [
        (r"^Put task \d+", "Put task "),
        (r"^Got(?: a)? task", "Got"),
        (r"^abc*d", "ab"),
        (r"^a|b", ""),
        (r"^(?:a|b)c", ""),
        (r"task", ""),
        (r"^a\.b", "a"),
        (r"^whole$", "whole"),
        (r"^x[|]y", ""),
        (r"^\|a|b", ""),
    ],
)
def test_the_start_of_a_pattern(pattern: str, start: str) -> None:
    assert sequences.literal_start(pattern) == start


@given(st.text(alphabet="ab|*?()^\\d", max_size=8), st.text(alphabet="abd", max_size=8))
def test_what_matches_begins_with_the_start(pattern: str, text: str) -> None:
    try:
        found = re.match("^" + pattern, text)
    except re.error:
        return
    if found:
        assert text.startswith(sequences.literal_start("^" + pattern))


def test_ours_are_sound() -> None:
    ours = rules.load(user=False)
    assert {rule.name for rule in ours.sequence} >= {"task", "executor task"}
    for rule in ours.sequence:
        assert any(step.end for step in rule.step), rule.name
        assert len({step.name for step in rule.step}) == len(rule.step), rule.name
