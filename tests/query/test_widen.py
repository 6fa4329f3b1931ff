"""Tests of tui.query.widen: all of widening together, on the fixture runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.query.making import FIXTURES, Conflict, Seen, conflicts, load, see
from tui.query.catalog import Catalog

RUNS = ("text", "json", "threads")


@pytest.fixture(scope="module")
def apart() -> dict[str, Catalog]:
    """Every run on its own."""
    return {name: load(FIXTURES / name / "runinfo") for name in RUNS}


@pytest.fixture(scope="module")
def together() -> Catalog:
    """All runs, in an order that is not that of their names or times."""
    return load(*(FIXTURES / name / "runinfo" for name in reversed(RUNS)))


Told = tuple[object, ...]


def told(seen: Seen) -> Told:
    """All that is known of a record, whatever else is loaded."""
    place = (seen.file, seen.line, seen.time, seen.level, seen.body, seen.offset, seen.length, seen.scope, seen.label)
    emitted, keys, rules = (tuple(sorted(d.items())) for d in (seen.emitted, seen.keys, seen.rules))
    return (*place, seen.error, emitted, keys, rules)


def run_of(seen: Seen) -> str:
    return Path(seen.file).relative_to(FIXTURES).parts[0]


def plain(found: Sequence[Conflict]) -> list[str]:
    return sorted(map(repr, found))


def test_together_is_exactly_the_union(apart: dict[str, Catalog], together: Catalog) -> None:
    """Same records, same keys by the same rules, same order within each run."""
    every = see(together)
    assert len(every) == sum(catalog.count for catalog in apart.values())
    for name, catalog in apart.items():
        alone = see(catalog)
        mixed = [each for each in every if run_of(each) == name]
        assert len(mixed) == len(alone)
        for one, other in zip(alone, mixed, strict=True):
            assert told(one) == told(other)
    assert plain(conflicts(together)) == plain([each for catalog in apart.values() for each in conflicts(catalog)])


def test_nothing_of_a_record_is_changed(apart: dict[str, Catalog]) -> None:
    """A key that rules know has, in a record that says it, what the record says."""
    for catalog in apart.values():
        for each in see(catalog):
            for key, value in each.keys.items():
                if key in each.emitted and value:
                    said = each.emitted[key]
                    assert value == catalog.normal(key, said) and each.rules[key] == ""
                else:
                    assert each.rules[key], "an added value names its rule"


def test_the_tasks_of_the_fixture(apart: dict[str, Catalog]) -> None:
    """What PROVENANCE says: executor tasks 1 are task 0 on one executor and task 4 on the other."""
    found = {
        (each.keys["parsl.executor"], each.keys["parsl.task"])
        for each in see(apart["json"])
        if each.keys.get("parsl.executor_task") == "1"
    }
    assert found == {("htex_Local", "0"), ("htex_Two", "4")}
    tries = {
        (each.keys["parsl.task"], each.keys["parsl.try"], each.keys["parsl.executor_task"])
        for each in see(apart["text"])
        if "executor_task" in each.body or each.body.startswith("Putting task ")
    }
    assert {("5", "0", "3"), ("5", "1", "8")} <= tries


def test_every_record_knows_its_run(apart: dict[str, Catalog]) -> None:
    for name, catalog in apart.items():
        assert {each.keys.get("parsl.rundir") for each in see(catalog)} == {"000"}
        assert len({each.keys.get("parsl.dfk") for each in see(catalog)}) == 1
        assert {each.scope for each in see(catalog)} == {(str(FIXTURES / name / "runinfo" / "000"),)}
        assert conflicts(catalog) == []


def test_all_workers_work_belongs_to_a_task(apart: dict[str, Catalog]) -> None:
    """Whatever a worker's file says between beginning and end of an executor task."""
    for name in ("text", "json"):
        spans = [
            each
            for each in see(apart[name])
            if "worker_" in each.file and each.body.split(" executor")[0] in ("Received", "Completed")
        ]
        assert spans
        for each in spans:
            assert {"parsl.task", "parsl.try", "parsl.executor_task", "parsl.worker"} <= each.keys.keys()


def test_what_is_left_in_the_store(together: Catalog) -> None:
    """No table of the building is kept: the index holds them all."""
    tables = {name for (name,) in together.reader().rows("SELECT table_name FROM duckdb_tables()")}
    kept = {
        "records",
        "keys",
        "files",
        "rejects",
        "skipped",
        "errors",
        "aspects",
        "stream",
        "templates",
        "folds",
        "conflicts",
    }
    assert tables == kept | {"rules", "rule_keys", "places", "scopes", "left_out", "side_rules", "side_notices"}
