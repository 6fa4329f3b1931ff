"""Tests of tui.query.sql_tables: the tables say what the rest of wideview says of the same records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tests.query.making import write
from tui.query import entities, sql_view
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.records import LEVELS
from tui.times import SECOND


def rows(browser: Browser, sql: str) -> list[tuple[Any, ...]]:
    return [row for page in sql_view.ask(browser.catalog, sql).pages for row in page]


def test_every_key_is_a_column_with_the_values_of_the_record(text_run: Browser) -> None:
    answer = sql_view.ask(text_run.catalog, "SELECT * FROM records ORDER BY wideview.id")
    found = [dict(zip(answer.names, row, strict=True)) for page in answer.pages for row in page]
    keys = set(text_run.keys())
    assert keys == {name for name in answer.names if not name.startswith("wideview.")} - {"level"}
    assert len(found) == text_run.catalog.count
    for number in range(0, len(found), 37):
        told, row = text_run.detail(number), found[number]
        assert row["wideview.id"] == number
        assert row["wideview.time_ns"] == told.row.time
        assert (row["level"] or "") == LEVELS[told.row.level]
        assert row["wideview.source"] == f"{told.row.file}:{told.row.line}"
        assert (row["wideview.body"] or "") == told.row.body
        if told.row.time is not None:
            assert int(row["wideview.time"].timestamp() * 1e6 + 0.5) == told.row.time // 1000
        for value in told.values:
            have = row[value.key]
            listed = ", ".join(json.loads(have)) if have is not None and have.startswith('["') else have
            known = text_run.catalog.normal(value.key, value.value) if value.rule is None else value.value
            assert listed in (value.value, known), value
        assert {key for key in keys if row[key] is not None} <= {value.key for value in told.values}


@pytest.mark.parametrize(
    ("kind", "key"), [("task", "parsl.task"), ("worker", "parsl.worker"), ("app", "parsl.app_name")]
)
def test_flows_are_the_flows(kind: str, key: str, text_run: Browser) -> None:
    sql = (
        "SELECT entity, wideview.id, since, waited, wideview.time_ns, level, wideview.body FROM flows "
        f"WHERE kind = '{kind}' ORDER BY ALL"
    )
    found: dict[str, list[tuple[Any, ...]]] = {}
    for entity, *row in rows(text_run, sql):
        found.setdefault(entity, []).append(tuple(row))
    levels = next(keys for keys in entities.levels(text_run.catalog) if keys[-1] == key)
    assert len(found) > 1
    for entity in list(found)[:6]:
        pairs = list(zip(levels, entity.split("/"), strict=True))
        flow = text_run.flow(text_run.resolve(pairs))
        told = [
            (
                step.row.id,
                None if step.since is None else step.since / SECOND,
                None if step.waited is None else step.waited / SECOND,
                step.row.time,
                LEVELS[step.row.level] or None,
                step.row.body,
            )
            for step in flow.steps
        ]
        assert sorted(found[entity]) == told


def test_a_record_about_several_things_has_a_list_and_is_in_the_flow_of_each(text_run: Browser) -> None:
    [(tasks, number)] = rows(
        text_run, "SELECT parsl.task, wideview.id FROM records WHERE parsl.task LIKE '[%' ORDER BY 2 LIMIT 1"
    )
    several = json.loads(tasks)
    assert len(several) > 1
    sql = f"SELECT entity FROM flows WHERE kind = 'task' AND wideview.id = {number}"
    assert sorted(entity for (entity,) in rows(text_run, sql)) == sorted(several)


def test_entities_count_what_flows_have(text_run: Browser) -> None:
    counted = rows(text_run, "SELECT kind, entity, records, errors, first, last FROM entities ORDER BY ALL")
    of_flows = (
        "SELECT kind, entity, count(*), count(*) FILTER (level IN ('ERROR', 'CRITICAL')), min(time), max(time) "
        "FROM flows GROUP BY kind, entity, wideview.run ORDER BY ALL"
    )
    assert counted == rows(text_run, of_flows)
    assert {row[0] for row in counted} >= {"task", "try", "executor task", "worker", "block"}


def test_templates_are_those_of_the_records(text_run: Browser) -> None:
    counted = rows(text_run, "SELECT template, records, errors, first, last FROM templates ORDER BY template")
    of_records = (
        "SELECT template, count(*), count(*) FILTER (level IN ('ERROR', 'CRITICAL')), min(time), max(time) "
        "FROM records GROUP BY template ORDER BY template"
    )
    assert counted == rows(text_run, of_records)


def test_a_filter_leaves_its_records_and_the_times_of_the_whole_flow(text_run: Browser) -> None:
    ids = text_run.ids(Selection("level:>=INFO AND source:worker*"))
    answer = sql_view.ask(text_run.catalog, "SELECT wideview.id FROM records ORDER BY 1", ids=ids)
    assert [row[0] for page in answer.pages for row in page] == ids.tolist()
    sql = "SELECT wideview.id, since FROM flows WHERE kind = 'task' AND entity = '5' ORDER BY 1"
    part = [row for page in sql_view.ask(text_run.catalog, sql, ids=ids).pages for row in page]
    assert part and part == [row for row in rows(text_run, sql) if row[0] in ids]


@pytest.mark.parametrize(
    ("plain", "same"),
    [
        (
            "SELECT parsl.task FROM records WHERE parsl.task = 5",
            'SELECT "parsl.task" FROM records WHERE "parsl.task" = \'5\'',
        ),
        ("SELECT r.parsl.task FROM records r WHERE 5 = task", "SELECT task FROM records WHERE parsl.task = '5'"),
        (
            "SELECT task_id FROM records WHERE task IN (5, 6)",
            "SELECT task_id FROM records WHERE parsl.task IN ('5', '6')",
        ),
        ("SELECT task FROM records WHERE task > 9", "SELECT task FROM records WHERE TRY_CAST(task AS INT) > 9"),
        ("SELECT task FROM records WHERE task BETWEEN 3 AND 4.5", "SELECT task FROM records WHERE task IN ('3', '4')"),
        ("SELECT 'parsl.task = 5', task FROM records", "SELECT 'parsl.' || 'task = 5', parsl.task FROM records"),
        ("FROM records SELECT count(*) WHERE task IS NULL", "SELECT count(*) FROM records WHERE parsl.task IS NULL"),
        ("SELECT *, task FROM records WHERE line = 1", "SELECT *, parsl.task AS task FROM records r WHERE line = 1"),
        ("SELECT time FROM (SELECT *, time FROM records) ORDER BY 1", "SELECT wideview.time FROM records ORDER BY 1"),
        ("SELECT é.task FROM records é WHERE é.parsl.task = 5", "SELECT task FROM records WHERE task = 5"),
        ("WITH records AS (SELECT 1 AS one) SELECT one FROM records", "SELECT 1 AS one"),
    ],
)
def test_two_ways_to_say_the_same(plain: str, same: str, text_run: Browser) -> None:
    found = rows(text_run, plain)
    assert found and sorted(found, key=str) == sorted(rows(text_run, same), key=str)


def test_a_star_is_the_columns_that_describe_lists(text_run: Browser) -> None:
    for table in ("records", "flows", "entities", "templates", "steps"):
        listed = [name for name, _ in rows(text_run, f"DESCRIBE {table}")]
        answer = sql_view.ask(text_run.catalog, f"SELECT * FROM {table} WHERE 'task' <> 'time' LIMIT 1")
        assert list(answer.names) == listed and len(set(listed)) == len(listed)


@pytest.mark.parametrize("sql", ["SELECT * FROM records LIMIT 3", "SELECT level, line FROM records LIMIT 3"])
def test_the_first_records_are_the_first_of_the_stream(sql: str, text_run: Browser) -> None:
    whole = rows(text_run, sql.replace("LIMIT 3", "ORDER BY wideview.id LIMIT 3"))
    assert rows(text_run, sql) == whole


def test_limits_that_are_no_number_of_first_records(text_run: Browser) -> None:
    count = text_run.catalog.count
    assert rows(text_run, "SELECT count(*) FROM records LIMIT 3") == [(count,)]
    assert rows(text_run, "SELECT count(DISTINCT line) FROM records LIMIT 1") != [(1,)]
    assert len(rows(text_run, "SELECT level FROM records LIMIT 3 OFFSET 5")) == 3
    assert len(rows(text_run, "SELECT DISTINCT level FROM records LIMIT 3")) == 3
    assert len(rows(text_run, "SELECT level FROM records WHERE level = 'WARNING' OR level IS NULL LIMIT 3")) == 3
    assert rows(text_run, "SELECT wideview.id FROM records ORDER BY wideview.id DESC LIMIT 1") == [(count - 1,)]


def test_names_of_any_kind(tmp_path: Path, loaded: Callable[..., Browser]) -> None:
    record = {"t": 1.5, "level": "warn", "v": 3, 'x"y': "q", "V": "upper", "a b": None, "é.ü": "e", "time": "mine"}
    browser = loaded(write(tmp_path, {"a.jsonl": json.dumps(record) + "\n"}))
    [row] = rows(browser, 'SELECT level, "logged.level", v, v_1, "x""y", é.ü, body FROM records')
    assert row[:2] == ("WARNING", "warn") and {row[2], row[3]} == {"3", "upper"} and row[4:6] == ("q", "e")
    assert rows(browser, "SELECT time FROM records WHERE v IS NOT NULL") == [("mine",)]  # the log's own
    assert rows(browser, "SELECT count(*) FROM flows") == rows(browser, "SELECT count(*) FROM entities") == [(0,)]
    assert rows(browser, "SELECT count(*) FROM steps") == [(0,)]


def test_an_export_says_where_its_records_were(
    tmp_path: Path, text_run: Browser, loaded: Callable[..., Browser]
) -> None:
    sql = "SELECT wideview.source, wideview.time_ns, parsl.task FROM records WHERE parsl.task = 5 ORDER BY ALL"
    text_run.export(Selection(), str(tmp_path / "out.jsonl"))
    assert rows(loaded(tmp_path / "out.jsonl"), sql) == rows(text_run, sql)


def test_two_runs_are_told_apart(loaded: Callable[..., Browser]) -> None:
    browser = loaded(FIXTURES / "threads", FIXTURES / "json")
    names = [scope.name for scope in browser.catalog.scopes.values()]
    found = rows(browser, "SELECT run, wideview.scope, count(*) FROM records GROUP BY ALL ORDER BY ALL")
    assert sorted(run for run, *_ in found) == sorted(names)
    assert sum(count for *_, count in found) == browser.catalog.count
