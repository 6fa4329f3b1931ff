"""Tests of tui.query.order: the one order of all records."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.query.making import FIXTURES, Seen, line, load, parsl, see, text, write

FEW = "[[alias]]\nkey = 'parsl.task'\nof = ['task_id']\n"


def bodies(*paths: Path) -> list[str]:
    return [each.body for each in see(load(*paths))]


def test_by_time_across_files_then_as_they_were_loaded(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.jsonlog": line(parsl(3, "p3"), parsl(1, "p1"), parsl(2, "p2a"), parsl(2, "p2b")),
            "000/h/interchange.jsonlog": line(parsl(2, "i2"), parsl(1.5, "i1.5"), parsl(2.000001, "i2+")),
        },
    )
    found = bodies(tmp_path)
    assert [body for body in found if body not in ("p2a", "p2b", "i2")] == ["p1", "i1.5", "i2+", "p3"]
    ties = [body for body in found if body in ("p2a", "p2b", "i2")]
    assert ties == ["i2", "p2a", "p2b"], "files in the order of their names, lines in theirs"
    assert found[2:5] == ties


def test_without_a_time_it_stands_after_its_predecessor(tmp_path: Path) -> None:
    odd = {"msg": "odd", "created": "soon", "name": "", "levelname": "", "funcname": "", "formatted": "odd"}
    write(
        tmp_path,
        {
            "000/parsl.jsonlog": line(parsl(1, "p1"), odd, {**odd, "formatted": "odd2"}, parsl(5, "p5")),
            "000/h/interchange.jsonlog": line(parsl(2, "i2"), parsl(1, "i1")),
        },
    )
    found = bodies(tmp_path)
    assert found.index("odd") < found.index("odd2") < found.index("i2")
    assert found.index("odd") > found.index("p1")
    assert [each.time for each in see(load(tmp_path)) if each.body.startswith("odd")] == [None, None]


def test_before_all_times_it_stands_before_the_first(tmp_path: Path) -> None:
    write(
        tmp_path, {"000/parsl.log": "words\n" + text(3, "p3"), "000/h/interchange.log": text(1, "i1") + text(4, "i4")}
    )
    assert bodies(tmp_path) == ["i1", "words", "p3", "i4"]


def test_a_file_without_times_stands_whole_where_its_task_ends(tmp_path: Path) -> None:
    state = "Task {} changing state from pending to launched".format
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, state(4)) + text(2, state(5)) + text(3, state(4)) + text(4, state(5)),
            "000/task_logs/0000/task_0004_greet.stdout": "one\ntwo\n\nthree\n",
        },
    )
    found = bodies(tmp_path)
    at = found.index(next(body for body in found if "one" in body))
    assert "\n".join(found[at:-1]).split() == ["one", "two", "three"]
    assert at == 3 and found[-1] == state(5), "after the task's last record, whole, before what comes later"


def test_otherwise_where_its_run_ends(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, "a1") + text(5, "a5"),
            "001/parsl.log": text(2, "b2") + text(9, "b9"),
            "000/x.jsonl": line({"msg": "u1"}, {"msg": "u2"}),
        },
    )
    assert bodies(tmp_path) == ["a1", "b2", "a5", "u1", "u2", "b9"]


def test_with_no_time_anywhere_as_loaded(tmp_path: Path) -> None:
    write(tmp_path, {"b.jsonl": line({"msg": "b1"}, {"msg": "b2"}), "a.jsonl": line({"msg": "a1"}, {"msg": "a2"})})
    assert bodies(tmp_path) == ["a1", "a2", "b1", "b2"]


def test_rows_without_a_time_have_no_predecessor(tmp_path: Path) -> None:
    """They stand where their task ends, not after the row before; among equal times as they were loaded."""
    with closing(sqlite3.connect(tmp_path / "monitoring.db")) as database, database:
        database.execute("CREATE TABLE status (task_id INTEGER, task_status_name TEXT, timestamp DATETIME)")
        database.executemany(
            "INSERT INTO status VALUES (?, ?, ?)",
            [
                (4, "a", "2026-11-20 07:00:01"),
                (5, "b", None),
                (4, "c", "2026-11-20 07:00:02"),
                (5, "d", "2026-11-20 07:00:03"),
                (4, "e", "2026-11-20 07:00:04"),
            ],
        )
    found = [each.emitted["task_status_name"] for each in see(load(tmp_path))]
    assert found == ["a", "c", "b", "d", "e"]


def check(seen: list[Seen], count: int) -> None:
    """Complete, each once; times sorted, ties as they were loaded."""
    assert len(seen) == len({each.id for each in seen}) == count
    timed = [(each.time, each.id) for each in seen if each.time is not None]
    assert timed == sorted(timed)


TIMES = st.none() | st.integers(0, 5) | st.floats(0, 5).map(lambda t: round(t, 6))


@given(st.lists(st.lists(TIMES, min_size=1, max_size=8), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sorted_and_complete(tmp_path: Path, times: list[list[float | None]]) -> None:
    names = [f"{i}/parsl.jsonlog" for i in range(5)]
    made = {
        name: line(
            *(parsl(0, f"{n}") | {"created": 1795159196 + t if t is not None else "none"} for n, t in enumerate(each))
        )
        for name, each in zip(names, times, strict=False)
    }
    write(tmp_path, {name: made.get(name, "") for name in names})
    seen = see(load(tmp_path, toml=FEW, builtin=False))
    check(seen, sum(map(len, times)))
    for at, each in enumerate(seen):
        before = [other for other in seen if other.file == each.file and other.line < each.line]
        known = [other.time for other in before if other.time is not None]
        if each.time is None and known:
            last = max(before, key=lambda other: (other.time is not None, other.line)).time or 0
            assert all(other.time <= last for other in seen[:at] if other.time is not None)
            assert all(other.time >= last for other in seen[at:] if other.time is not None)
            assert seen.index(max(before, key=lambda other: other.line)) < at, "after its predecessor"


@pytest.mark.parametrize("name", ["text", "json", "threads"])
def test_real_runs(name: str) -> None:
    catalog = load(FIXTURES / name)
    records = catalog.reader().rows("SELECT (SELECT count(*) FROM records) - (SELECT count(*) FROM folds)")[0][0]
    check(see(catalog), records)
