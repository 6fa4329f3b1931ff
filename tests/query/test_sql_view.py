"""Tests of tui.query.sql_view: what is answered, and that nothing else can be asked."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tui
from tests.conftest import FIXTURES
from tests.query.making import write
from tui.errors import SqlError, StoreError
from tui.query import export, sql_view
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.query.store import Store

THREADS = str(FIXTURES / "threads")


@pytest.fixture(scope="module", params=["memory", "index"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A run in memory, and the same in an index that is only read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        opened = tui.open(THREADS, cache=request.param == "index")
    assert opened.catalog.store.read_only == (request.param == "index")
    yield opened
    opened.close()


def rows(browser: Browser, sql: str, *params: object) -> list[tuple[Any, ...]]:
    return [row for page in sql_view.ask(browser.catalog, sql, params).pages for row in page]


HOSTILE = [
    "SELECT * FROM read_csv('{secret}')",
    "SELECT content FROM read_text('{secret}')",
    "SELECT content FROM read_blob('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_duckdb('{secret}')",
    "SELECT * FROM '{secret}'",
    'SELECT * FROM "{secret}"',
    "FROM '{secret}'",
    "SELECT * FROM glob('{directory}/*')",
    "SELECT (SELECT content FROM read_text('{secret}'))",
    "WITH x AS (SELECT * FROM read_text('{secret}')) SELECT * FROM x",
    "SELECT * FROM records WHERE EXISTS (SELECT * FROM read_text('{secret}'))",
    "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
    "SELECT * FROM query_table('stream')",
    "SELECT * FROM json_execute_serialized_sql('{{}}')",
    "EXPLAIN ANALYZE SELECT * FROM read_text('{secret}')",
    "DESCRIBE SELECT * FROM read_text('{secret}')",
    "SUMMARIZE SELECT * FROM read_text('{secret}')",
    "DESCRIBE '{secret}'",
    "COPY (SELECT 1) TO '{out}'",
    "COPY records TO '{out}'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'",
    "EXPORT DATABASE '{out}'",
    "ATTACH '{out}' AS other",
    "ATTACH ':memory:' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{secret}'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "RESET memory_limit",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "CALL duckdb_settings()",
    "CALL enable_logging()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_settings",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_databases()",
    "SELECT * FROM pragma_database_size()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM pg_class",
    "SELECT * FROM sqlite_master",
    "SHOW ALL TABLES",
    "SHOW DATABASES",
    "SELECT current_setting('temp_directory')",
    "SELECT getenv('HOME')",
    "SELECT getvariable('x')",
    "SELECT write_log('x')",
    "SET VARIABLE x = 1",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "CREATE MACRO f(a) AS a + 1",
    "CREATE SECRET (TYPE s3)",
    "INSERT INTO stream SELECT * FROM stream",
    "UPDATE stream SET level = 0",
    "DELETE FROM stream",
    "EXPLAIN ANALYZE DELETE FROM stream",
    "TRUNCATE stream",
    "DROP TABLE stream",
    "ALTER TABLE stream ADD COLUMN x INT",
    "MERGE INTO stream USING stream s ON false WHEN NOT MATCHED THEN INSERT VALUES (1)",
    "WITH x AS (DELETE FROM stream RETURNING level) SELECT * FROM x",
    "WITH x AS (INSERT INTO stream SELECT * FROM stream RETURNING level) SELECT * FROM x",
    "SELECT * FROM (WITH x AS (UPDATE stream SET level = 0 RETURNING level) SELECT * FROM x)",
    "BEGIN",
    "COMMIT",
    "ROLLBACK; DELETE FROM stream",
    "SELECT 1; DELETE FROM stream",
    "SELECT 1; SELECT 2",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "VACUUM",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "USE temp",
    "DETACH x",
    "SELECT * FROM stream",
    "SELECT * FROM main.stream",
    "SELECT * FROM temp.records",
    "SELECT * FROM memory.main.records",
    "WITH stream AS (SELECT 1) SELECT * FROM stream, (SELECT * FROM aspects)",
    "SELECT (WITH duckdb_settings AS (SELECT 1) SELECT 1), (SELECT count(*) FROM duckdb_settings)",
    "SELECT * FROM python_variable",
    "SELECT * FROM tui",
    "",
    ";",
    "SELECT",
    "SELECT 'open",
    "SELECT \0 1",
    "SELECT '\ud800'",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "SELECT ?",
]


@pytest.mark.parametrize("statement", HOSTILE, ids=lambda statement: statement[:60])
def test_what_may_not_be_asked(statement: str, run: Browser, tmp_path: Path) -> None:
    python_variable = {"a": [1]}
    secret = write(tmp_path, {"secret.csv": "a,b\n1,hidden\n"}) / "secret.csv"
    out = tmp_path / "out"
    asked = statement.replace("{secret}", str(secret)).replace("{out}", str(out)).replace("{directory}", str(tmp_path))
    with pytest.raises((SqlError, StoreError)) as caught:
        rows(run, asked)
    assert "hidden" not in str(caught.value)
    assert not out.exists() and python_variable
    assert rows(run, "SELECT count(*) FROM records") == [(len(run.ids(Selection())),)]


@pytest.mark.parametrize("statement", [each for each in HOSTILE if "{secret}" in each or "{out}" in each])
def test_the_second_fence_holds_without_the_first(statement: str, run: Browser, tmp_path: Path) -> None:
    """What the engine itself refuses once :meth:`Store.lock` was called, were it to get there."""
    secret = write(tmp_path, {"secret.csv": "a,b\n1,hidden\n"}) / "secret.csv"
    out = tmp_path / "out"
    run.catalog.store.lock()
    with pytest.raises(StoreError):
        list(
            run.catalog.reader("sql").ask(
                [], {}, statement.replace("{secret}", str(secret)).replace("{out}", str(out)), ()
            )
        )
    assert not out.exists()


@pytest.mark.parametrize("statement", ["DELETE FROM stream", "WITH x AS (DELETE FROM stream RETURNING level) FROM x"])
def test_the_third_fence_is_a_transaction_that_writes_nothing(statement: str, run: Browser) -> None:
    with pytest.raises(StoreError, match="read-only"):
        list(run.catalog.reader("sql").ask([], {}, statement, ()))
    assert len(run.rows([0])) == 1


def test_variables_of_this_process_are_no_tables(run: Browser) -> None:
    hidden = {"a": [1]}
    run.catalog.store.lock()
    with pytest.raises(StoreError, match="hidden does not exist"):
        list(run.catalog.reader("sql").ask([], {}, "SELECT * FROM hidden", ()))
    assert hidden


def test_everything_else_still_works_afterwards(run: Browser, tmp_path: Path) -> None:
    before = list(export.records(run.catalog, Selection()))
    assert run.sql("SELECT 1 AS one") == [{"one": 1}]
    run.catalog.rows.clear()
    run.catalog.answers.clear()
    assert list(export.records(run.catalog, Selection())) == before
    assert len(run.rows([1, 2])) == 2 and run.detail(1).values
    assert len(run.flow(run.resolve([("parsl.task", "1")])).steps)
    assert export.save(run.catalog, Selection(), str(tmp_path / "out.parquet"), "parquet") == len(before)
    if run.catalog.store.read_only:  # the same index a second time, while the first one is locked
        again = Store(run.catalog.store.path, read_only=True)
        assert again.reader().rows("SELECT count(*) FROM stream") == [(len(before),)]
        again.close()
    assert run.sql("SELECT 2 AS two") == [{"two": 2}]


WRONG = [
    ("SELECT parsl_task FROM records", 'there is no column "parsl_task"; perhaps "parsl.task"', "parsl_task"),
    ("SELECT 1,\n  lvel FROM records", 'there is no column "lvel"; perhaps "level"', "lvel"),
    ("SELECT r.nothing_alike FROM records r", 'there is no column "nothing_alike"; DESCRIBE records', "r.noth"),
    ("SELECT level FRM records", "syntax error", "records"),
    ("SELECT 'é', level FRM records", "syntax error", "records"),
    ("SELECT * FROM recrods", "there is no table recrods: there are records, flows", "recrods"),
    ("SELECT CAST(body AS INTEGER) FROM records", "keys are text", "CAST"),
    ("SELECT sum(body) FROM records", "keys are text", "sum"),
    ("SELECT nosuch(body) FROM records", "nosuch", "nosuch"),
    ("SELECT 1 +", "syntax error", ""),
]


@pytest.mark.parametrize(("sql", "message", "there"), WRONG, ids=lambda text: text[:30])
def test_a_mistake_is_named_with_its_place(sql: str, message: str, there: str, text_run: Browser) -> None:
    with pytest.raises(SqlError) as caught:
        rows(text_run, sql)
    assert message in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.line[caught.value.column :].startswith(there)


def test_about_a_question(text_run: Browser) -> None:
    assert ("records",) in rows(text_run, "SHOW TABLES")
    described = dict(rows(text_run, "DESCRIBE records"))
    assert described["parsl.task"] == "VARCHAR" and described["wideview.time"] == "TIMESTAMP"
    assert dict(rows(text_run, "DESCRIBE SELECT count(*) AS n FROM records")) == {"n": "BIGINT"}
    assert {row[0] for row in rows(text_run, "SUMMARIZE SELECT level, line FROM records")} == {"level", "line"}
    assert rows(text_run, "EXPLAIN SELECT level FROM records")[0][0] == "physical_plan"
    assert rows(text_run, "EXPLAIN ANALYZE SELECT level FROM records")[0][0] == "analyzed_plan"


def test_values_come_as_python_has_them(text_run: Browser) -> None:
    sql = (
        "SELECT make_timestamp(1000000) AS t, make_timestamp_ns(5) AS n, TIMESTAMPTZ '2026-11-20 08:00:00+01' AS z, "
        "1::HUGEINT AS h, [1, NULL] AS l, {'a': 1} AS s, 1 AS t"
    )
    [row] = rows(text_run, sql)
    assert [row[0].isoformat(), row[1], row[2].isoformat()] == [
        "1970-01-01T00:00:01+00:00",
        "1970-01-01T00:00:00.000000005Z",
        "2026-11-20T07:00:00+00:00",
    ]
    assert row[3:] == (1, [1, None], {"a": 1}, 1)


def test_parameters(text_run: Browser) -> None:
    [(count,)] = rows(text_run, "SELECT count(*) FROM records WHERE body LIKE ? AND level = ?", "Task 5 %", "INFO")
    assert count == len(text_run.ids(Selection("body:Task\\ 5\\ * AND level:INFO AND /^Task 5 /")))
    with pytest.raises((SqlError, StoreError)):
        rows(text_run, "SELECT ?")


def test_many_rows_are_not_held(text_run: Browser) -> None:
    answer = sql_view.ask(text_run.catalog, "SELECT a.line FROM records a, records b")
    assert len(next(answer.pages)) == 2048
    answer.pages.close()  # type: ignore[attr-defined]
    assert rows(text_run, "SELECT 1") == [(1,)]


def test_ctrl_c_stops_the_engine(text_run: Browser) -> None:
    sql = "SELECT sum(a.line + b.line * c.line) FROM records a, records b, records c"
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        rows(text_run, sql)
    timer.join()
    assert rows(text_run, "SELECT 1") == [(1,)]


def test_a_panel_can_be_interrupted(text_run: Browser) -> None:
    sql = "SELECT sum(a.line + b.line * c.line) FROM records a, records b, records c"
    timer = threading.Timer(0.3, text_run.interrupt, ("sql",))
    timer.start()
    with pytest.raises(InterruptedError):
        rows(text_run, sql)
    timer.join()


def test_without_memory_it_says_so(loaded: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    browser = loaded(FIXTURES / "threads")
    monkeypatch.setattr(Store, "most_memory", lambda self: self.execute("SET memory_limit = '20MB'"))
    with pytest.raises(StoreError, match="not enough memory"):
        rows(browser, "SELECT list(a.body || b.body || c.line) FROM records a, records b, records c")
