"""Tests of tui.query.side: what is known beside the logs joins the records it is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import text, write
from tui.query.browse import Browser
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.opening import Request, open_catalog

Loader = Callable[..., Browser]
TEXT, JSON = FIXTURES / "text", FIXTURES / "json"


def count(browser: Browser, where: str) -> int:
    return len(browser.ids(Selection(where)))


def table(root: Path, *rows: str, name: str = "chains.csv") -> Path:
    return write(root, {name: "".join(f"{row}\n" for row in rows)}) / name


def test_all_records_of_a_chain(loaded: Loader, tmp_path: Path) -> None:
    """The table lies anywhere; the only run that knows its tasks is meant."""
    browser = loaded(TEXT, table(tmp_path, "chain,parsl.task", "7,5", "7,6", "8,1"))
    assert browser.catalog.notices == []
    assert count(browser, "chain:7") == count(browser, "parsl.task:5 OR parsl.task:6") > 100
    assert count(browser, "chain:8 AND source:interchange") > 0
    detail = next(each for each in browser.ids(Selection("chain:7 AND source:worker*")))
    assert ("chain", "7", "columns of chains.csv") in [
        (value.key, value.value, value.rule) for value in browser.detail(detail).values
    ]


def test_a_name_of_the_key_in_use_elsewhere(loaded: Loader, tmp_path: Path) -> None:
    browser = loaded(TEXT, table(tmp_path, "task_id\tgroup", "5\tred", name="groups.tsv"))
    assert count(browser, "group:red") == count(browser, "parsl.task:5")


def test_several_runs_could_be_meant(loaded: Loader, tmp_path: Path) -> None:
    path = table(tmp_path, "chain,parsl.task", "7,5")
    browser = loaded(TEXT, JSON, path)
    assert browser.catalog.notices == [f"{path}: its rows fit 2 runs; add a column parsl.rundir or parsl.dfk"]
    assert count(browser, "chain:7") == 1  # the row itself


def test_only_one_run_knows_all_of_it(loaded: Loader, tmp_path: Path) -> None:
    """The run on threads has three tasks."""
    browser = loaded(TEXT, FIXTURES / "threads", table(tmp_path, "chain,parsl.task", "7,1", "7,9"))
    assert browser.catalog.notices == []
    assert count(browser, "chain:7 AND file:*threads*") == 0 < count(browser, "chain:7 AND source:worker*")


def test_rows_that_name_their_run(loaded: Loader, three_runs: Browser, tmp_path: Path) -> None:
    runs = {scope.path: scope.run for scope in three_runs.catalog.scopes.values()}
    run = next(run for path, run in runs.items() if "/json/" in path)
    browser = loaded(TEXT, JSON, table(tmp_path, "parsl.dfk,chain,parsl.task", f"{run},7,5"))
    assert browser.catalog.notices == []
    assert count(browser, "chain:7 AND file:*text*") == 0 < count(browser, "chain:7 AND file:*json*")


def test_rows_that_name_its_directory(loaded: Loader, tmp_path: Path) -> None:
    launch = "Task 1 will be sent to executor x"
    write(tmp_path, {"000/parsl.log": text(1, launch), "001/parsl.log": text(2, launch)})
    browser = loaded(tmp_path, table(tmp_path, "parsl.rundir,parsl.task,chain", "000,1,a", "001,1,b"))
    assert browser.catalog.notices == []
    assert [count(browser, f"chain:{chain} AND source:parsl") for chain in "ab"] == [1, 1]
    assert count(browser, "chain:a AND file:*001*") == 0


def test_a_table_in_a_run_is_the_runs(loaded: Loader, tmp_path: Path) -> None:
    launch = "Task 1 will be sent to executor x"
    write(tmp_path, {"000/parsl.log": text(1, launch), "001/parsl.log": text(2, launch)})
    table(tmp_path, "parsl.task,chain", "1,a", name="001/chains.csv")
    browser = loaded(tmp_path)
    assert count(browser, "chain:a AND file:*000*") == 0 < count(browser, "chain:a AND file:*001/parsl.log")


def test_two_values_are_a_conflict(loaded: Loader, tmp_path: Path) -> None:
    browser = loaded(TEXT, table(tmp_path, "chain,parsl.task", "7,5", "8,5"))
    [conflict] = browser.conflicts()
    assert "parsl.task=5 has 2 values of chain: 7, 8" in conflict
    assert count(browser, "_exists_:chain") == 2


def test_a_table_of_nothing_that_is_known(loaded: Loader, tmp_path: Path) -> None:
    browser = loaded(TEXT, table(tmp_path, "city,country", "Bonn,Germany"))
    assert browser.catalog.notices == [] and count(browser, "city:Bonn") == 1


@pytest.mark.parametrize("cache", [True, False])
def test_an_index_keeps_it(tmp_path: Path, cache: bool) -> None:
    path = table(tmp_path, "chain,parsl.task", "7,5")

    def opened() -> Catalog:
        return open_catalog(Request((str(TEXT), str(path)), cache=cache))

    first, second = (len(Browser(opened()).ids(Selection("chain:7"))) for _ in range(2))
    assert first == second > 50
