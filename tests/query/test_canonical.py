"""Tests of tui.query.canonical: what a record says of the keys that rules know."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import DFLOW, by_body, line, load, parsl, see, text, write
from tui.query.rule_kinds import FORMS
from tui.records import LEVELS

CHANGING = "Task 5 changing state from pending to launched"


def keys(root: Path, toml: str, *records: dict[str, object]) -> list[dict[str, str]]:
    """What rules *toml* alone know of *records* of a program nobody knows."""
    write(root, {"a.jsonl": line(*({"time": i} | record for i, record in enumerate(records)))})
    return [each.keys for each in see(load(root, toml=toml, builtin=False))]


def test_an_alias_is_another_name(tmp_path: Path) -> None:
    toml = "[[alias]]\nkey = 'a'\nof = ['b', 'c']\n"
    found = keys(tmp_path, toml, {"b": 1}, {"c": 2}, {"a": 3, "b": 4}, {"b": 5, "c": 6}, {"d": 7})
    assert found == [{"a": "1"}, {"a": "2"}, {"a": "3"}, {"a": "5"}, {}]


def test_an_alias_may_need_another_key(tmp_path: Path) -> None:
    toml = "[[alias]]\nkey = 'a'\nof = ['b']\nwith = 'c'\n"
    assert keys(tmp_path, toml, {"b": 1}, {"b": 2, "c": 0}, {"b": 3, "c": None}) == [{}, {"a": "2"}, {}]
    assert keys(tmp_path, toml, {"b": 1}) == [{}]


def test_no_value_is_no_value(tmp_path: Path) -> None:
    """Empty text and the None of programs that print everything."""
    toml = "[[key]]\nname = 'a'\nform = '{}'\n[[alias]]\nkey = 'a'\nof = ['b']\n"
    for form in FORMS:
        found = keys(
            tmp_path, toml.format(form), {"a": ""}, {"a": "None"}, {"a": None}, {"a": "", "b": "x"}, {"a": "0"}
        )
        assert found == [{}, {}, {}, {"a": "x"}, {"a": "0"}], form


def test_lists_are_split(tmp_path: Path) -> None:
    toml = "[[alias]]\nkey = 'a'\nof = ['b']\nlist = true\n[[key]]\nname = 'a'\nform = 'integer'\n"
    found = keys(tmp_path, toml, {"b": "1,2"}, {"b": " 1 , 2 "}, {"b": "1"}, {"b": 3})
    assert found == [{"a": "1, 2"}, {"a": "1, 2"}, {"a": "1"}, {"a": "3"}]


def test_extracts_look_at_their_logger_and_start_only(tmp_path: Path) -> None:
    toml = "[[extract]]\nlogger = '{}'\nstarts = ['job ', 'run ']\npattern = '(?P<n>\\d+)'\nkeys = {{ n = 'n' }}\n"
    records: list[dict[str, object]] = [
        {"name": "a.b", "msg": "job 1"},
        {"name": "a.b", "msg": "run 2 3"},
        {"name": "a.b", "msg": "a job 4"},
        {"name": "a.bc", "msg": "job 5"},
        {"msg": "job 6"},
        {"name": "a.b", "msg": "job x"},
    ]
    for logger, expected in (("a.b", "12----"), ("a.b*", "12-5--"), ("", "12-56-"), ("z", "------")):
        found = keys(tmp_path, toml.format(logger), *records)
        assert "".join(each.get("n", "-") for each in found) == expected, logger


def test_the_first_rule_that_finds_something_counts(tmp_path: Path) -> None:
    toml = "".join(
        f"[[extract]]\nname = '{n}'\npattern = '{n} (?P<v>\\d+)'\nkeys = {{ v = 'k' }}\n" for n in ("one", "two")
    )
    write(tmp_path, {"a.jsonl": line({"time": 1, "msg": "two 2 one 1"}, {"time": 2, "msg": "two 3"})})
    found = see(load(tmp_path, toml=toml, builtin=False))
    assert [(each.keys["k"], each.rules["k"]) for each in found] == [("1", "one"), ("3", "two")]


def test_a_body_may_look_like_anything(tmp_path: Path) -> None:
    """Quotes, separators of our own, and lines."""
    body = "Task 5 changing state from a to 'x\x1f\";--\nTask 6"
    write(tmp_path, {"000/parsl.jsonlog": line(parsl(0, body), parsl(1, CHANGING))})
    seen = by_body(load(tmp_path))
    assert seen[body].keys["parsl.task"] == "5" and seen[CHANGING].keys["parsl.task_state"] == "launched"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (CHANGING, "task=5 task_state=launched"),
        ("Task 5 initializing state to pending", "task=5 task_state=pending"),
        ("Task 5 has dependency task 4", "task=5 dependency_task=4"),
        ("Task 3 submitted for App stage_c, waiting on task 1", "task=3 app_name=stage_c dependency_task=1"),
        ("Task 3 submitted for App stage_c, not waiting on any dependency", "task=3 app_name=stage_c"),
        ("Task 5 try 1 failed with exception of type X", "task=5 try=1"),
        ("Task 5 will be sent to executor a b", "task=5 executor=a_b"),
        ("Parsl task 5 try 1 launched on executor h with executor id 7", "task=5 try=1 executor=h executor_task=7"),
        ("Task 5: try 1 launched on executor h with executor id 7", "task=5 try=1 executor=h executor_task=7"),
        ("Parsl task 5 try 1 launched on executor threads", "task=5 try=1 executor=threads"),
        ("Standard out for task 5 will not be redirected.", "task=5"),
        ("Reusing cached result for task 5", "task=5"),
        ("Task_5 is no task", ""),
        ("[Scaling executor h] Launched block 0 with job ID 15345", "executor=h block=0 job=15345"),
    ],
)
def test_messages_of_parsl(tmp_path: Path, body: str, expected: str) -> None:
    """Each as a text log has it."""
    write(tmp_path, {"000/parsl.log": text(0, body, DFLOW)})
    [seen] = see(load(tmp_path))
    pairs = (each.partition("=") for each in expected.split())
    assert {key: value for key, value in seen.keys.items() if key != "process"} == {
        f"parsl.{key}": value.replace("_", " ") if key == "executor" else value for key, _, value in pairs
    } | {"parsl.rundir": "000"}


def test_a_task_that_waits_on_two(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.log": text(0, "Task 3 submitted for App c, waiting on task 1, task 12", DFLOW)})
    catalog = load(tmp_path)
    found = {
        row[0] for row in catalog.reader().rows(f"SELECT {catalog.key_column('parsl.dependency_task')} FROM aspects")
    }
    assert found == {"1", "12"}


def test_levels_and_bodies_under_other_names(tmp_path: Path) -> None:
    records = [
        {"time": 0, "level": "warn", "message": "m"},
        {"time": 1, "severity": "FATAL", "text": "t", "event": "e"},
        {"time": 2, "levelname": "loud", "msg": "g"},
        {"time": 3, "log.level": "Debug"},
        {"time": 4, "message": "long", "msg": "short"},
    ]
    write(tmp_path, {"a.jsonl": line(*records)})
    found = [(LEVELS[each.level], each.body) for each in see(load(tmp_path))]
    assert found == [("WARNING", "m"), ("CRITICAL", "t"), ("", "g"), ("DEBUG", ""), ("", "long")]
