"""Tests of tui.query.store: the engine behind one door."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.query.making import write
from tui.errors import StoreError
from tui.query.store import Store, cores, engine_version, quote


def test_quotes_are_doubled() -> None:
    value = "it's'' \\ \" \n ?"
    assert Store().execute(f"SELECT {quote(value)}") == [(value,)]


def test_a_table_of_arrays() -> None:
    store = Store()
    store.table("t", {"a": np.array([1, 2]), "b": np.array([3, 4], np.int32)})
    assert store.execute("SELECT a, b FROM t ORDER BY rowid") == [(1, 3), (2, 4)]


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1200])
def test_a_table_of_rows(count: int) -> None:
    store = Store()
    rows = [(i, f"it's {i}" if i else None) for i in range(count)]
    store.table_of("t", ("a", "b"), rows, "BIGINT, VARCHAR")
    assert store.execute("SELECT * FROM t ORDER BY a") == rows
    types = store.execute("SELECT data_type FROM duckdb_columns() WHERE table_name = 't' ORDER BY column_index")
    assert types == [("BIGINT",), ("VARCHAR",)]


def test_what_the_engine_refuses_is_our_error(tmp_path: Path) -> None:
    store = Store()
    for refused in (lambda: store.execute("SELEC"), lambda: store.reader().rows("SELECT * FROM nowhere")):
        with pytest.raises(StoreError):
            refused()
    with pytest.raises(StoreError, match="db"):
        Store(str(write(tmp_path, {"db": b"no database" * 100}) / "db"), read_only=True)


def test_readers_do_not_get_each_others_rows() -> None:
    store = Store()
    wrong: list[object] = []

    def ask(n: int) -> None:
        for _ in range(20):
            found = store.reader("same").rows("SELECT ?::INTEGER FROM range(50)", (n,))
            wrong.extend(row for row in found if row != (n,))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_one_panel_is_interrupted_and_others_go_on() -> None:
    store = Store()
    long = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range + b.range = -1"
    ended: list[str] = []

    def ask() -> None:
        try:
            store.reader("one").rows(long)
            ended.append("done")
        except InterruptedError:
            ended.append("interrupted")

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 30
    while thread.is_alive() and time.monotonic() < deadline:
        store.reader("one").interrupt()
        assert store.reader("other").rows("SELECT 1") == [(1,)]
        thread.join(0.02)
    assert ended == ["interrupted"]
    assert store.reader("one").rows("SELECT 2") == [(2,)], "and it may be asked again"


def test_a_group_has_one_reader() -> None:
    store = Store()
    assert store.reader("a") is store.reader("a") is not store.reader("b")


def test_arrays() -> None:
    found = Store().reader().arrays("SELECT range AS n FROM range(3)")
    assert found["n"].tolist() == [0, 1, 2]


def test_a_locked_store_reaches_no_file(tmp_path: Path) -> None:
    secret = write(tmp_path, {"secret.txt": "x"}) / "secret.txt"
    store = Store()
    read = f"SELECT content FROM read_text({quote(str(secret))})"
    assert store.execute(read) == [("x",)]
    store.lock()
    for statement in (read, f"COPY (SELECT 1) TO {quote(str(tmp_path / 'out'))}", "SET enable_external_access = true"):
        with pytest.raises(StoreError):
            store.execute(statement)
    with pytest.raises(StoreError):
        store.execute(f"ATTACH {quote(str(tmp_path / 'other.db'))}")
    assert not (tmp_path / "out").exists() and store.execute("SELECT 1") == [(1,)]


def test_a_read_only_store_is_not_written(tmp_path: Path) -> None:
    path = str(tmp_path / "db")
    store = Store(path)
    store.execute("CREATE TABLE t AS SELECT 1 AS a")
    store.close()
    again = Store(path, read_only=True)
    with pytest.raises(StoreError):
        again.execute("INSERT INTO t VALUES (2)")
    assert again.execute("SELECT a FROM t") == [(1,)]


def test_it_takes_its_share_only() -> None:
    store = Store()
    [(threads, memory, directory)] = store.execute(
        "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('temp_directory')"
    )
    assert threads == cores() <= 8
    assert memory.endswith("MiB") and 200 < float(memory.split()[0]) <= 1024
    assert directory not in ("", ".tmp") and Path(directory).is_absolute(), "never beside the logs"
    assert engine_version()[0].isdigit()


def test_parquet(tmp_path: Path) -> None:
    lines = write(tmp_path, {"l.jsonl": '{"a": 1, "q\\"x": "s"}\n{"b/c": "2"}\n'}) / "l.jsonl"
    Store().to_parquet(str(lines), str(tmp_path / "out.parquet"))
    found = Store().execute(f'SELECT a, "b/c", "q""x" FROM {quote(str(tmp_path / "out.parquet"))}')
    assert found == [("1", None, "s"), (None, "2", None)]
