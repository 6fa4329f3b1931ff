"""Tests of tui.query.contexts: whose records are whose, in runs that share a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.query.making import OTHER_RUN, RUN, by_body, line, load, parsl, see, text, values, write
from tui.query.catalog import Catalog

RUN_ID = "Run id is: {}"


def database(path: Path, *runs: tuple[str, str, int]) -> None:
    """A monitoring.db with a workflow and one task's state for every (run, directory, task)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("CREATE TABLE workflow (run_id TEXT, rundir TEXT, time_began DATETIME)")
        opened.execute("CREATE TABLE status (task_id INTEGER, task_status_name TEXT, timestamp DATETIME, run_id TEXT)")
        for run, name, task in runs:
            opened.execute("INSERT INTO workflow VALUES (?, ?, '2026-11-20 07:19:57')", (run, f"/x/runinfo/{name}"))
            opened.execute("INSERT INTO status VALUES (?, 'pending', '2026-11-20 07:19:58', ?)", (task, run))


def scopes(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Task -> scopes of the rows of its states."""
    return {
        each.keys["parsl.task"]: each.scope for each in see(catalog) if each.emitted.get("monitoring.table") == "status"
    }


def test_rows_go_to_the_run_they_name(tmp_path: Path) -> None:
    database(tmp_path / "monitoring.db", (RUN, "000", 1), (OTHER_RUN, "001", 2))
    write(tmp_path, {"000/parsl.log": text(0, RUN_ID.format(RUN)), "001/parsl.log": text(0, RUN_ID.format(OTHER_RUN))})
    catalog = load(tmp_path)
    assert scopes(catalog) == {"1": (str(tmp_path / "000"),), "2": (str(tmp_path / "001"),)}
    assert {each.keys["parsl.rundir"] for each in see(catalog) if each.keys["parsl.dfk"] == OTHER_RUN} == {"001"}


def test_a_run_whose_logs_do_not_tell_who_they_are(tmp_path: Path) -> None:
    """The database says the name of its directory, and that lies beside it; so the logs learn the run."""
    database(tmp_path / "monitoring.db", (RUN, "000", 1))
    write(tmp_path, {"000/h/interchange.log": text(0, "words"), "001/h/interchange.log": text(0, "others")})
    catalog = load(tmp_path)
    assert scopes(catalog) == {"1": (str(tmp_path / "000"),)}
    assert {body: dfk for body, dfk in values(catalog, "parsl.dfk").items() if body in ("words", "others")} == {
        "words": RUN,
        "others": None,
    }


def test_runs_of_a_database_alone_are_apart(tmp_path: Path) -> None:
    database(tmp_path / "monitoring.db", (RUN, "000", 1), (OTHER_RUN, "000", 2))
    catalog = load(tmp_path)
    one, two = scopes(catalog)["1"], scopes(catalog)["2"]
    assert one != two
    assert {each.name for each in catalog.scopes.values()} == {f"000 {RUN[:8]}", f"000 {OTHER_RUN[:8]}"}
    assert {each.run for each in catalog.scopes.values()} == {RUN, OTHER_RUN}


def test_a_directory_that_says_it_is_another_run_is_not_taken(tmp_path: Path) -> None:
    database(tmp_path / "monitoring.db", (RUN, "000", 1))
    write(tmp_path, {"000/parsl.log": text(0, RUN_ID.format(OTHER_RUN))})
    catalog = load(tmp_path)
    assert scopes(catalog)["1"] != (str(tmp_path / "000"),)
    assert len(catalog.scopes) == 2


def test_the_case_of_a_uuid_does_not_count(tmp_path: Path) -> None:
    database(tmp_path / "monitoring.db", (RUN.upper(), "000", 1))
    write(tmp_path, {"000/parsl.log": text(0, RUN_ID.format(RUN))})
    assert scopes(load(tmp_path)) == {"1": (str(tmp_path / "000"),)}


def test_runs_with_the_same_uuid_in_two_places_stay_two(tmp_path: Path) -> None:
    """A copy of a run, with its database: each database speaks of the run beside it."""
    for name in ("a", "b"):
        database(tmp_path / name / "monitoring.db", (RUN, "000", 1 if name == "a" else 2))
        write(tmp_path / name, {"000/parsl.log": text(0, RUN_ID.format(RUN))})
    assert scopes(load(tmp_path)) == {"1": (str(tmp_path / "a/000"),), "2": (str(tmp_path / "b/000"),)}


def test_equal_contexts_are_one_and_others_are_not(tmp_path: Path) -> None:
    """A hundred records that say the same have one context; NULL and text, and one key's value in another, differ."""
    records = [parsl(i, f"r{i}", **{"parsl.task": "1", "parsl.try": "2"}) for i in range(100)]
    records += [parsl(200, "x", **{"parsl.task": "2", "parsl.try": "1"}), parsl(201, "y", **{"parsl.task": "1"})]
    records += [parsl(202, "z", **{"parsl.try": "1"})]
    write(tmp_path, {"000/parsl.jsonlog": line(*records)})
    catalog = load(tmp_path)
    assert catalog.reader().rows("SELECT count(DISTINCT ctx), count(*) FROM stream") == [(4, 103)]
    seen = by_body(catalog)
    found = {
        body: (seen[body].keys.get("parsl.task"), seen[body].keys.get("parsl.try")) for body in ("r7", "x", "y", "z")
    }
    assert found == {"r7": ("1", "2"), "x": ("2", "1"), "y": ("1", None), "z": (None, "1")}


def test_a_list_has_one_aspect_for_each_of_its_values(tmp_path: Path) -> None:
    depends = parsl(1, "a", task_depends="7, 8,9", task_id=1), parsl(2, "b", task_depends="7", task_id=2)
    write(tmp_path, {"000/parsl.jsonlog": line(*depends, parsl(3, "c", task_depends="", task_id=3))})
    seen = by_body(load(tmp_path))
    assert [seen[body].keys.get("parsl.dependency_task") for body in "abc"] == ["7, 8, 9", "7", None]
    assert [seen[body].keys["parsl.task"] for body in "abc"] == ["1", "2", "3"]


def test_what_a_script_prints_of_its_runs_is_about_none_of_them(tmp_path: Path) -> None:
    """Lines beside the runs that name directories of several are no run of that name, and no contradiction."""
    files = {f"run{n}.log": f"ok={n} rundir=/x/runinfo/00{n} wall=1\n" for n in range(2)}
    write(tmp_path, {**files, "runinfo/000/parsl.log": text(0, RUN_ID.format(RUN))})
    catalog = load(tmp_path)
    assert {each.name for each in catalog.scopes.values()} == {tmp_path.name, "000"}
    assert catalog.reader().rows("SELECT count(*) FROM conflicts") == [(0,)]
