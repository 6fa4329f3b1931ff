"""Tests of tui.query.imply: what follows from what, inside a run, and where the data disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import (
    INTERCHANGE,
    OTHER_RUN,
    POOL,
    RUN,
    by_body,
    conflicts,
    line,
    load,
    parsl,
    see,
    text,
    values,
    write,
)

LAUNCH = "Parsl task {} try {} launched on executor {} with executor id {}"
PUT = "Putting task {} onto pending_task_queue"
JSON = "x/app.jsonl"


def rows(*records: dict[str, object]) -> str:
    """Records of a program nobody knows, one a second; ``msg`` counts them unless they say."""
    return line(*({"t": 1795159196 + i, "msg": str(i)} | record for i, record in enumerate(records)))


def implies(given: str, then: str, **more: str) -> str:
    lines = [f'{key} = "{value}"' if key != "quiet" else "quiet = true" for key, value in more.items()]
    listed = [f"{key} = [{', '.join(map(repr, value.split()))}]" for key, value in (("given", given), ("then", then))]
    return "\n".join(["[[implies]]", *listed, *lines, ""])


def column(root: Path, toml: str, key: str, *records: dict[str, object]) -> list[str | None]:
    """The values of *key* in the order of *records*, under the rules *toml* alone."""
    write(root, {JSON: rows(*records)})
    return list(values(load(root, toml=toml, builtin=False), key).values())


def test_a_fact_is_carried_to_all_that_share_it_and_back_in_time(tmp_path: Path) -> None:
    toml = implies("a", "b")
    records: list[dict[str, object]] = [{"a": 1}, {"a": 2}, {"a": 1, "b": "x"}, {"a": 1}, {"b": "y"}, {}]
    assert column(tmp_path, toml, "b", *records) == ["x", None, "x", "x", "y", None]


def test_it_goes_on_until_nothing_more_follows(tmp_path: Path) -> None:
    """In whichever order the rules stand."""
    records: list[dict[str, object]] = [{"a": 1}, {"a": 1, "b": 2}, {"b": 2, "c": 3}, {"c": 3, "d": 4}]
    chain = [implies("a", "b"), implies("b", "c"), implies("c", "d")]
    for toml in ("".join(chain), "".join(reversed(chain))):
        assert column(tmp_path, toml, "d", *records) == ["4"] * 4


def test_all_given_keys_must_agree(tmp_path: Path) -> None:
    toml = implies("a b", "c d")
    records: list[dict[str, object]] = [{"a": 1, "b": 1, "c": 5, "d": 6}, {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1}]
    assert column(tmp_path, toml, "c", *records) == ["5", "5", None, None]
    assert column(tmp_path, toml, "d", *records) == ["6", "6", None, None]


def test_numbers_and_texts_are_the_same_value(tmp_path: Path) -> None:
    toml = implies("a", "b") + "[[key]]\nname = 'a'\nform = 'integer'\n"
    assert column(tmp_path, toml, "b", {"a": "0"}, {"a": 0, "b": "x"}, {"a": "00"}) == ["x", "x", "x"]


def test_its_own_key_is_never_overwritten(tmp_path: Path) -> None:
    """Even where everybody else agrees; that is a conflict."""
    toml = implies("a", "b")
    records: list[dict[str, object]] = [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "x", "z": 1},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "w"},
    ]
    assert column(tmp_path, toml, "b", *records) == ["x", "x", "y", "w"]


def test_a_contradicted_fact_fills_nothing_for_its_group_only(tmp_path: Path) -> None:
    toml = implies("a", "b")
    records: list[dict[str, object]] = [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 1}, {"a": 2, "b": "z"}, {"a": 2}]
    assert column(tmp_path, toml, "b", *records) == ["x", "y", None, "z", "z"]
    [conflict] = conflicts(load(tmp_path, toml=toml, builtin=False))
    assert (conflict.rule, conflict.given, conflict.key) == ("a implies b", "a=1", "b")
    assert conflict.values == ("x", "y") and conflict.records == ("0", "1")
    assert conflict.scope == str(tmp_path / "x")


def test_a_quiet_rule_says_nothing_and_is_no_conflict(tmp_path: Path) -> None:
    toml = implies("", "b", quiet="")
    assert column(tmp_path, toml, "b", {"a": 1}, {"b": "x"}) == ["x", "x"]
    assert column(tmp_path, toml, "b", {"a": 1}, {"b": "x"}, {"b": "y"}) == [None, "x", "y"]
    catalog = load(tmp_path, toml=toml, builtin=False)
    assert conflicts(catalog) == []
    assert len(conflicts(load(tmp_path, toml=implies("", "b"), builtin=False))) == 1


def test_it_speaks_only_of_records_that_have_what_it_asks(tmp_path: Path) -> None:
    toml = implies("a", "b").rstrip() + "\nhas = ['c']\n"
    records: list[dict[str, object]] = [{"a": 1, "b": "x", "c": 0}, {"a": 1, "c": 5}, {"a": 1}, {"a": 1, "b": "other"}]
    assert column(tmp_path, toml, "b", *records) == ["x", "x", None, "other"]
    assert conflicts(load(tmp_path, toml=toml, builtin=False)) == []


def test_each_part_of_a_list_gets_its_own(tmp_path: Path) -> None:
    """A record about tasks 1 and 2 gets what follows for each, and that is no contradiction."""
    toml = implies("q", "e") + implies("e", "m") + implies("m", "e", quiet="")
    toml += "[[alias]]\nkey = 'q'\nof = ['qs']\nlist = true\n"
    records: list[dict[str, object]] = [{"qs": "1, 2", "m": "m"}, {"q": 1, "e": "one"}, {"q": 2, "e": "two"}]
    assert column(tmp_path, toml, "e", *records) == ["one, two", "one", "two"]
    assert conflicts(load(tmp_path, toml=toml, builtin=False)) == []


def test_it_says_which_rule(tmp_path: Path) -> None:
    write(tmp_path, {JSON: rows({"a": 1}, {"a": 1, "b": "x"})})
    seen = by_body(load(tmp_path, toml=implies("a", "b", name="mine"), builtin=False))
    assert (seen["0"].rules["b"], seen["1"].rules["b"]) == ("mine", "")


@pytest.mark.parametrize(("scope", "expected"), [("run", ["x", "x", None]), ("all", ["x", "x", "x"])])
def test_runs_do_not_mix_unless_the_value_is_unique_in_the_world(
    tmp_path: Path, scope: str, expected: list[str | None]
) -> None:
    toml = implies("a", "b", scope=scope)
    far = line({"t": 1795159199, "msg": "far", "a": 1})
    write(tmp_path, {"x/app.jsonl": rows({"a": 1, "b": "x"}, {"a": 1}), "y/app.jsonl": far})
    assert list(values(load(tmp_path, toml=toml, builtin=False), "b").values()) == expected


def test_a_conflict_between_runs(tmp_path: Path) -> None:
    write(tmp_path, {"x/a.jsonl": rows({"a": 1, "b": "x"}), "y/a.jsonl": line({"msg": "y", "a": 1, "b": "y"})})
    assert conflicts(load(tmp_path, toml=implies("a", "b"), builtin=False)) == []
    [conflict] = conflicts(load(tmp_path, toml=implies("a", "b", scope="all"), builtin=False))
    assert conflict.scope is None and conflict.values == ("x", "y")


# --- our own rules ---------------------------------------------------------------------------------------------------


def test_the_interchange_speaks_of_parsl_tasks_before_they_are_launched(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(0, f"Run id is: {RUN}") + text(2.0004, LAUNCH.format(358, 1, "htex_Local", 340)),
            "000/htex_Local/interchange.log": text(2, PUT.format(340), INTERCHANGE),
        },
    )
    put = by_body(load(tmp_path))[PUT.format(340)]
    expected = {"parsl.executor": "htex_Local", "parsl.executor_task": "340", "parsl.task": "358", "parsl.try": "1"}
    assert {key: put.keys[key] for key in expected} == expected
    assert (put.keys["parsl.dfk"], put.keys["parsl.rundir"]) == (RUN, "000")
    assert put.rules["parsl.executor"] == "interchange file" and put.rules["parsl.executor_task"] == "interchange task"


def test_two_executors_count_on_their_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, LAUNCH.format(0, 0, "one", 1)) + text(2, LAUNCH.format(7, 0, "two", 1)),
            "000/one/interchange.log": text(3, PUT.format(1), INTERCHANGE),
            "000/two/interchange.log": text(4, PUT.format("1"), INTERCHANGE).replace("Putting", "Put"),
        },
    )
    tasks = values(load(tmp_path), "parsl.task")
    assert (tasks[PUT.format(1)], tasks[PUT.format(1).replace("Putting", "Put")]) == ("0", "7")


def test_two_runs_with_the_same_ids_and_names(tmp_path: Path) -> None:
    for name, task, run in (("a", 5, RUN), ("b", 6, OTHER_RUN)):
        write(
            tmp_path / name / "000",
            {
                "parsl.log": text(1, f"Run id is: {run}") + text(1, LAUNCH.format(task, 0, "h", 1)),
                "h/interchange.log": text(2, PUT.format(1), INTERCHANGE, pid=task),
            },
        )
    found = {
        each.emitted["process"]: (each.keys["parsl.task"], each.keys["parsl.dfk"])
        for each in see(load(tmp_path))
        if "interchange" in each.file
    }
    assert found == {"5": ("5", RUN), "6": ("6", OTHER_RUN)}


def test_a_list_gives_each_its_own_and_leaves_the_unbound_alone(tmp_path: Path) -> None:
    sent = "Sent tasks: [1, 2, 3] to manager b'2a2f67d0aedf'"
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, LAUNCH.format(10, 0, "h", 1)) + text(1.5, LAUNCH.format(30, 1, "h", 3)),
            "000/h/interchange.log": text(2, sent, INTERCHANGE) + text(3, PUT.format(3), INTERCHANGE),
        },
    )
    catalog = load(tmp_path)
    seen = by_body(catalog)
    assert seen[sent].keys["parsl.executor_task"] == "1, 2, 3"
    assert seen[sent].keys["parsl.task"] == "10, 30"
    rows = catalog.reader().rows(
        f"SELECT {catalog.key_column('parsl.executor_task')}, {catalog.key_column('parsl.task')}, "
        f"{catalog.key_column('parsl.try')}, {catalog.key_column('parsl.manager')} FROM aspects a "
        "JOIN stream s USING (ctx) WHERE s.record = ? ORDER BY 1",
        (seen[sent].id,),
    )
    assert rows == [
        ("1", "10", "0", "2a2f67d0aedf"),
        ("2", None, None, "2a2f67d0aedf"),
        ("3", "30", "1", "2a2f67d0aedf"),
    ]
    assert seen[PUT.format(3)].keys["parsl.manager"] == "2a2f67d0aedf", "what was sent there was put there"
    assert conflicts(catalog) == []


def test_an_executor_task_launched_twice_is_a_conflict(tmp_path: Path) -> None:
    launches = [LAUNCH.format(task, 0, "h", 1) for task in (5, 6)]
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, launches[0]) + text(2, launches[1]) + text(3, LAUNCH.format(7, 0, "h", 2)),
            "000/h/interchange.log": text(4, PUT.format(1), INTERCHANGE) + text(5, PUT.format(2), INTERCHANGE),
        },
    )
    catalog = load(tmp_path)
    tasks = values(catalog, "parsl.task")
    assert (tasks[PUT.format(1)], tasks[PUT.format(2)]) == (None, "7")
    [conflict] = [each for each in conflicts(catalog) if each.key == "parsl.task"]
    assert conflict.values == ("5", "6") and conflict.given == "parsl.executor=h parsl.executor_task=1"
    assert conflict.records == tuple(launches)


MANAGER = "aaaaaaaaaaaa"


@pytest.mark.parametrize("place", ["htex_Local", "htex_Local/block-0/aaaaaaaaaaaa", "."])
def test_a_prototype_is_joined_by_one_rule(tmp_path: Path, place: str) -> None:
    """A program with spans says once which executor task it is in, in the executor's directory or the run's."""
    spans = [{"span": "s1"}, {"span": "s1", "v": 3}, {"span": "s2"}, {"span": "s1", "htex_task_id": 7}]
    write(
        tmp_path,
        {
            "000/parsl.log": text(0, f"Run id is: {RUN}") + text(1, LAUNCH.format(358, 0, "htex_Local", 7)),
            f"000/htex_Local/block-0/{MANAGER}/worker_1.log": text(2, "Received executor task 7", POOL),
            f"000/{place}/proto.jsonl": rows(*spans),
        },
    )
    catalog = load(tmp_path, toml=implies("span", "parsl.executor_task"))
    seen = by_body(catalog)
    assert [seen[str(i)].keys.get("parsl.task") for i in range(4)] == ["358", "358", None, "358"]
    assert {seen[str(i)].keys["parsl.dfk"] for i in range(4)} == {RUN}
    assert seen["0"].keys["parsl.worker"] == "1"
    assert conflicts(catalog) == []


def test_a_prototype_beside_two_executors_is_not_guessed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, LAUNCH.format(358, 0, "one", 7)) + text(2, LAUNCH.format(359, 0, "two", 7)),
            "000/proto.jsonl": rows({"htex_task_id": 7}),
        },
    )
    catalog = load(tmp_path)
    assert values(catalog, "parsl.task")["0"] is None
    assert conflicts(catalog) == []


def test_the_name_of_a_file_speaks_last(tmp_path: Path) -> None:
    """What a record says, or what follows from it, beats the task in its file's name; the rest takes that."""
    write(
        tmp_path,
        {
            "000/task_5_0.jsonlog": line(
                parsl(1, "own", **{"parsl.task": "6"}), parsl(2, "told", span="s"), parsl(3, "none")
            ),
            "000/h/a.jsonl": line({"t": 1, "msg": "binds", "span": "s", "parsl.task": 8}),
        },
    )
    tasks = values(load(tmp_path, toml=implies("span", "parsl.task")), "parsl.task")
    assert tasks == {"own": "6", "told": "8", "none": "5", "binds": "8"}


def test_a_task_has_one_app(tmp_path: Path) -> None:
    """What a file's name gives is given on by rules, too."""
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, "Task 4 submitted for App greet, not waiting on any dependency")
            + text(2, "Task 4 changing state from pending to launched"),
            "000/task_logs/0000/task_0004_greet.stderr": "words\n",
        },
    )
    seen = by_body(load(tmp_path))
    assert {body: (each.keys.get("parsl.task"), each.keys.get("parsl.app_name")) for body, each in seen.items()} == {
        body: ("4", "greet") for body in seen
    }
    assert seen["words"].rules["parsl.task"] == "task output file"
