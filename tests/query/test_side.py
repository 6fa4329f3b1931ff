"""Tests of tui.query.side: what is known beside the logs joins the records it is about."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.conftest import FIXTURES
from tests.query.making import line, text, write
from tui import cli
from tui.errors import InputError
from tui.query.browse import Browser
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.opening import Request, open_catalog
from tui.query.options import Options

Loader = Callable[..., Browser]
UTC = ZoneInfo("UTC")
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


def parquet(path: Path, select: str, options: str = "") -> Path:
    """A Parquet file with the rows of *select*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet{options})")
    return path


def rows_of(browser: Browser, name: str) -> list[tuple[int, dict[str, str]]]:
    """Number and keys of the records of the file *name*."""
    details = [browser.detail(each) for each in browser.ids(Selection(f"file:*{name}"))]
    return sorted(
        ((one.row.line, {v.key: v.value for v in one.values if not v.rule}) for one in details), key=lambda row: row[0]
    )


CHAINS = 'SELECT * FROM (VALUES (7, 5), (7, 6), (8, 1)) t(chain, "parsl.task")'


class TestParquet:
    @pytest.mark.parametrize("name", ["chains.parquet", "ch[1]*?.pq", "chain=9/part"])
    def test_all_records_of_a_chain(self, loaded: Loader, tmp_path: Path, name: str) -> None:
        browser = loaded(TEXT, parquet(tmp_path / name, CHAINS))
        assert browser.catalog.notices == []
        assert count(browser, "chain:7") == count(browser, "parsl.task:5 OR parsl.task:6") > 100
        assert count(browser, "chain:9") == 0
        assert browser.catalog.files and "parquet" in {file["source"] for file in browser.catalog.files.values()}

    def test_in_an_archive(self, loaded: Loader, tmp_path: Path) -> None:
        path = parquet(tmp_path / "chains.parquet", CHAINS)
        with tarfile.open(tmp_path / "run.tar.gz", "w:gz") as archive:
            archive.add(TEXT, "run")
            archive.add(path, "chains.parquet")
        path.unlink()
        browser = Browser(open_catalog(Request((str(tmp_path / "run.tar.gz"),), cache=False)))
        assert count(browser, "chain:7") == count(browser, "parsl.task:5 OR parsl.task:6") > 100

    def test_values(self, loaded: Loader, tmp_path: Path) -> None:
        select = (
            "SELECT 1.0::DOUBLE AS task_id, 1.5::DOUBLE AS score, 'NaN'::DOUBLE AS none, [1, 2] AS list, "
            "{'a': 1, 'b': [NULL]} AS struct, MAP {'k': 1} AS map, 'x\"y\nz' AS \"a \"\" b\", '\\xAA'::BLOB AS bytes, "
            "2.50::DECIMAL(9, 2) AS decimal, true AS yes, DATE '2026-11-20' AS day, 2::HUGEINT AS huge, "
            "TIMESTAMP_NS '2026-11-20 08:00:00.123456789' AS nanos, 'infinity'::TIMESTAMPTZ AS never, "
            "TIMESTAMPTZ '2026-11-20 08:00:00.5+02' AS zoned "
            "UNION ALL SELECT NULL" + ", NULL" * 14
        )
        path = parquet(tmp_path / "t.parquet", select)
        first, second = rows_of(loaded(path), "t.parquet")
        assert second[0] == 2 and set(second[1]) == set()
        assert first[0] == 1 and {k: v for k, v in first[1].items() if not k.startswith("wideview.")} == {
            "task_id": "1",
            "score": "1.5",
            "list": "[1,2]",
            "struct": '{"a":1,"b":[null]}',
            "map": '{"k":1}',
            'a " b': 'x"y\nz',
            "bytes": "\\xAA",
            "decimal": "2.50",
            "yes": "true",
            "day": "2026-11-20",
            "huge": "2",
            "nanos": "2026-11-20T08:00:00.123456789",
            "zoned": "2026-11-20T06:00:00.500000Z",
        }

    @pytest.mark.parametrize(
        "value",
        ["TIMESTAMPTZ '2026-11-20 09:00:00+01'", "TIMESTAMP '2026-11-20 08:00:00'", "1795161600.0", "1795161600"],
    )
    def test_a_time_column(self, loaded: Loader, tmp_path: Path, value: str) -> None:
        path = parquet(tmp_path / "t.parquet", f"SELECT {value} AS timestamp, 1 AS x UNION ALL SELECT NULL, 2")
        csv = table(tmp_path, "timestamp,x", "2026-11-20T08:00:00Z,1")
        browser = Browser(open_catalog(Request((str(path), str(csv)), options=Options(zone=UTC), cache=False)))
        assert count(browser, "time:2026-11-20T08:00:00") == 2
        assert count(browser, "x:2") == 1

    def test_half_of_it_is_damaged(self, loaded: Loader, tmp_path: Path) -> None:
        select = 'SELECT range AS "parsl.task", md5(range::VARCHAR) AS hash FROM range(9000)'
        path = parquet(tmp_path / "t.parquet", select, ", ROW_GROUP_SIZE 3000")
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 5000] = b"\xff" * 5000
        path.write_bytes(data)
        browser = loaded(TEXT, path)
        [notice] = browser.catalog.notices
        assert notice.startswith(f"{path}: rows 4,097 to 8,192 cannot be read: damaged Parquet: ")
        lines = [
            line
            for line, _ in browser.catalog.reader("test").rows(
                "SELECT line, 0 FROM stream s JOIN files f ON s.file = f.id WHERE f.source = 'parquet' ORDER BY 1"
            )
        ]
        assert lines == [*range(1, 4097), *range(8193, 9001)]
        assert count(browser, "_exists_:hash AND source:worker*") > 0

    @pytest.mark.parametrize("keep", [4, 100, -20])
    def test_damaged_throughout(self, loaded: Loader, tmp_path: Path, keep: int) -> None:
        path = parquet(tmp_path / "t.parquet", CHAINS)
        path.write_bytes(path.read_bytes()[:keep])
        browser = loaded(TEXT, path)
        assert browser.catalog.notices == [
            f"{path}: cannot be read: damaged Parquet: {why}"
            for why in [browser.catalog.notices[0].rpartition("damaged Parquet: ")[2]]
        ]
        assert str(path) not in browser.catalog.notices[0].removeprefix(str(path))
        assert count(browser, "parsl.task:5") == count(loaded(TEXT), "parsl.task:5")
        with pytest.raises(InputError, match=r"nothing to load: .*t\.parquet: cannot be read: damaged Parquet"):
            loaded(path)

    @pytest.mark.parametrize("form", ["parquet", "csv"])
    def test_an_export_is_no_table(self, tmp_path: Path, form: str) -> None:
        path = tmp_path / f"out.{form}"
        assert cli.main(["export", str(TEXT), "-w", "parsl.task:5", "-o", str(path), "--format", form]) == 0
        browser = Browser(open_catalog(Request((str(path),), cache=False)))
        again = Browser(open_catalog(Request((str(TEXT),), cache=False)))
        assert count(browser, "parsl.task:5 AND _exists_:time") == count(again, "parsl.task:5 AND _exists_:time")
        assert browser.catalog.notices == [] and browser.conflicts() == []
        assert not any(rule.name.startswith("columns of") for rule in browser.catalog.rules.implies)


class TestJsonLines:
    def made(self, root: Path, *rows: dict[str, object], name: str = "chains.jsonl") -> Path:
        return write(root, {name: line(*rows)}) / name

    def test_a_table(self, loaded: Loader, tmp_path: Path) -> None:
        path = self.made(tmp_path, {"task_id": 5, "chain": 7}, {"task_id": 6, "chain": 7, "note": "x"})
        browser = loaded(TEXT, path)
        assert browser.catalog.notices == []
        assert count(browser, "chain:7") == count(browser, "parsl.task:5 OR parsl.task:6") > 100

    def test_in_the_directory_of_a_run(self, loaded: Loader, tmp_path: Path) -> None:
        launch = "Task 1 will be sent to executor x"
        write(tmp_path, {"000/parsl.log": text(1, launch), "001/parsl.log": text(2, launch)})
        self.made(tmp_path, {"task_id": 1, "chain": "a"}, name="001/chains.jsonl")
        browser = loaded(tmp_path)
        assert count(browser, "chain:a AND file:*000*") == 0 < count(browser, "chain:a AND file:*001/parsl.log")

    @pytest.mark.parametrize(
        "rows",
        [
            # One thing has several values of a key.
            [{"task_id": 5, "residual": 0.3}, {"task_id": 5, "residual": 0.2}],
            # Some have a time, or what logs say by these names.
            [{"task_id": 5, "chain": 7}, {"task_id": 6, "chain": 7, "created": 1795165078.5}],
            [{"task_id": 5, "event": "begun"}, {"task_id": 6, "event": "begun"}],
            [{"task_id": 5, "chain": 7, "level": "info"}],
            [{"task_id": 5, "chain": 7, "t": 0.5}],
            # Not all are about a task.
            [{"task_id": 5, "chain": 7}, {"chain": 7}],
            # They have little in common.
            [{"task_id": 5, "chain": 7}, {"task_id": 6, "loss": 7}, {"task_id": 7, "seed": 1}],
            # They tell nothing else.
            [{"task_id": 5}, {"task_id": 6}],
        ],
    )
    def test_a_log(self, loaded: Loader, tmp_path: Path, rows: list[dict[str, object]]) -> None:
        browser = loaded(TEXT, self.made(tmp_path, *rows))
        assert browser.catalog.notices == [] and browser.conflicts() == []
        for key in {key for row in rows for key in row} - {"task_id", "created", "t", "level"}:
            assert count(browser, f"_exists_:{key} AND NOT file:*chains.jsonl") == 0
        assert not any(rule.name.startswith("columns of") for rule in browser.catalog.rules.implies)

    def test_a_file_that_a_rule_knows_by_its_path(self, loaded: Loader, tmp_path: Path) -> None:
        path = self.made(tmp_path, {"task_id": 5, "chain": 7}, name="000/task_5_0.jsonlog")
        packed = tmp_path / "run.tar"
        with tarfile.open(packed, "w") as archive:
            archive.add(path, "000/task_5_0.jsonlog")
        for given in (path, packed):
            browser = Browser(open_catalog(Request((str(TEXT), str(given)), cache=False)))
            assert not any(rule.name.startswith("columns of") for rule in browser.catalog.rules.implies)


def test_figures_over_time_are_no_property(loaded: Loader, tmp_path: Path) -> None:
    at = "2026-11-20T08:56:3"
    browser = loaded(TEXT, table(tmp_path, "timestamp,task_id,load", f"{at}1Z,5,0.1", f"{at}2Z,5,0.2"))
    assert browser.conflicts() == [] and count(browser, "_exists_:load") == 2


def test_a_column_that_means_something_else_in_logs(loaded: Loader, tmp_path: Path) -> None:
    """Parsl's JSON logs have the name of the logger as ``name``."""
    path = table(tmp_path, "task_id,name,chain", "5,relax,7")
    browser = loaded(JSON, path)
    assert browser.catalog.notices == [f"{path}: not joined, since logs have keys of that name: name"]
    assert browser.conflicts() == []
    assert count(browser, "name:relax") == 1 < count(browser, "chain:7") == count(browser, "parsl.task:5")


def test_things_that_are_unique_in_the_world_need_no_run(loaded: Loader, tmp_path: Path) -> None:
    tag = "0b1fb7f0-6d7c-4a76-9d28-5d9b1d3f0c11"
    logs = {
        f"{run}/app.jsonl": line({"t": 1795165078.5 + n, "academy.action_tag": tag, "event": run})
        for n, run in enumerate("ab")
    }
    write(tmp_path, logs)
    browser = loaded(tmp_path, table(tmp_path / "other", "academy.action_tag,chain", f"{tag},7"))
    assert browser.catalog.notices == [] and count(browser, "chain:7") == 3


def test_two_tables_of_one_name(loaded: Loader, tmp_path: Path) -> None:
    launch = "Task 1 will be sent to executor x"
    write(tmp_path, {"000/parsl.log": text(1, launch), "001/parsl.log": text(2, launch)})
    table(tmp_path, "task_id,chain", "1,a", name="000/chains.csv")
    table(tmp_path, "parsl.app_name,colour", "f,red", name="001/chains.csv")
    assert [rule.given for rule in loaded(tmp_path).catalog.rules.implies[-2:]] == [
        ("parsl.task",),
        ("parsl.app_name",),
    ]


class TestDatabaseAlone:
    """No directory of a run is open."""

    def database(self, root: Path, runs: int = 1) -> Path:
        root.mkdir(parents=True, exist_ok=True)
        path = root / "monitoring.db"
        shutil.copy(next(TEXT.rglob("monitoring.db")), path)
        with sqlite3.connect(path) as opened:
            for extra in range(1, runs):
                for each in ("workflow", "task"):
                    columns = [row[1] for row in opened.execute(f"PRAGMA table_info({each})")]
                    said = {"run_id": f"'{extra}' || substr(run_id, 2)", "rundir": f"rundir || '{extra}'"}
                    picked = ", ".join(said.get(column, column) for column in columns)
                    opened.execute(f"INSERT INTO {each} SELECT {picked} FROM {each}")
        opened.close()
        return path

    @pytest.mark.parametrize("beside", [True, False])
    def test_its_only_run(self, loaded: Loader, tmp_path: Path, beside: bool) -> None:
        path = self.database(tmp_path / "db")
        browser = loaded(path, table(tmp_path / "db" if beside else tmp_path, "chain,parsl.task", "7,5", "7,6"))
        assert browser.catalog.notices == []
        assert count(browser, "chain:7") == count(browser, "parsl.task:5 OR parsl.task:6") > 20
        assert [scope.name for scope in browser.catalog.scopes.values() if scope.run] == ["000"]

    def test_two_runs(self, loaded: Loader, tmp_path: Path) -> None:
        path = table(tmp_path, "chain,parsl.task", "7,5")
        browser = loaded(self.database(tmp_path / "db", 2), path)
        assert browser.catalog.notices == [f"{path}: its rows fit 2 runs; add a column parsl.rundir or parsl.dfk"]
        assert count(browser, "chain:7") == 1

    def test_a_run_whose_directory_is_open_goes_first(self, loaded: Loader, tmp_path: Path) -> None:
        run = next(path.parent for path in TEXT.rglob("parsl.log"))
        shutil.copytree(run, tmp_path / "runinfo/000")
        database = self.database(tmp_path / "runinfo", 2)
        browser = loaded(tmp_path / "runinfo/000", database, table(tmp_path, "chain,parsl.task", "7,5"))
        assert browser.catalog.notices == []
        assert count(browser, "chain:7 AND source:worker*") > 0 < count(browser, "chain:7 AND file:*.db")

    def test_logs_of_another_program(self, loaded: Loader, tmp_path: Path) -> None:
        write(tmp_path, {"logs/app.jsonl": line({"t": 1795165078.5, "task_id": 5, "event": "solve"})})
        browser = loaded(tmp_path, table(tmp_path / "tables", "chain,parsl.task", "7,5"))
        assert count(browser, "chain:7") == 2
