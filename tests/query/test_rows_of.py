"""Tests of tui.query.rows_of: rows for scripts and notebooks."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tui.errors import FilterError, SqlError, WideviewError
from tui.query.browse import Browser
from tui.query.model import Selection


def test_records_are_dicts_of_what_each_has(text_run: Browser) -> None:
    found = list(text_run.records("parsl.task:5 AND level:>=INFO"))
    ids = text_run.ids(Selection("parsl.task:5 AND level:>=INFO"))
    assert [record["wideview.id"] for record in found] == ids.tolist()
    assert all(None not in record.values() for record in found)
    assert {record["parsl.task"] for record in found} == {"5"}
    assert next(text_run.records("parsl.task:5", ["level", "parsl.task"])).keys() == {"level", "parsl.task"}


def test_flows_thing_by_thing(text_run: Browser) -> None:
    found = list(text_run.flows("task", columns=["entity", "wideview.id", "since"]))
    order = [(int(row["entity"]), row["wideview.id"]) for row in found]
    assert order == sorted(order) and len({task for task, _ in order}) == 14
    flow = text_run.flow(text_run.resolve([("parsl.task", "5")]))
    told = [None if step.since is None else step.since / 1e9 for step in flow.steps]
    assert [row.get("since") for row in found if row["entity"] == "5"] == told
    assert {row["kind"] for row in text_run.flows(where="level:ERROR")} >= {"task", "app"}


def test_sql(text_run: Browser) -> None:
    assert text_run.sql("SELECT 1 AS n, NULL AS n, ? AS n", ["x"]) == [{"n": 1, "n_2": None, "n_3": "x"}]
    [row] = text_run.sql("SELECT count(*) AS n FROM records", where="level:ERROR")
    assert row["n"] == len(text_run.ids(Selection("level:ERROR")))
    with pytest.raises(FilterError):
        text_run.sql("SELECT 1", where="level:(")
    with pytest.raises(SqlError):
        text_run.sql("DELETE FROM records")


def test_steps_are_those_of_the_steps(text_run: Browser) -> None:
    table = text_run.sql("SELECT * FROM steps WHERE variant <= 1 ORDER BY variant, position")
    found = text_run.steps()
    told = [(v, step) for v in (0, 1) for step in found.steps(v)]
    assert len(table) == len(told) > 10
    for row, (variant, step) in zip(table, told, strict=True):
        assert (row["variant"], row["position"], row["template"], row["source"], row["tasks"]) == (
            variant,
            step.position,
            step.text,
            step.source,
            step.count,
        )
        assert (row["waited"] is None) == (step.waited is None)
        if step.waited and step.waited_from is not None:
            assert row["waited"] == step.waited.median / 1e9
            assert row["waited_from"] == text_run.catalog.templates[step.waited_from]


def test_the_numbers_of_a_chart(text_run: Browser) -> None:
    found = text_run.series("states")
    plot = text_run.chart("states", Selection())
    assert list(found) == [each.name for each in plot.series]
    times, counts = next(iter(found.values()))
    assert times.dtype == "datetime64[ns]" and len(times) == len(counts)
    assert times[0].astype(np.int64) == int(plot.series[0].x[0])


def test_a_frame_needs_pandas(text_run: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(WideviewError, match=r"wideview\[pandas\]"):
        text_run.frame("SELECT 1")


def test_a_frame_has_the_rows_and_names(text_run: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    made = text_run.frame("SELECT line, time, TRY_CAST(task AS BIGINT) AS task FROM records")
    assert len(made) == text_run.catalog.count
    assert str(made.dtypes["task"]) == "Int64" and "UTC" in str(made.dtypes["time"])
    assert len(text_run.frame(where="level:ERROR")) == len(text_run.ids(Selection("level:ERROR")))
