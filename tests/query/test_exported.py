"""Tests of tui.query.exported: records of an earlier export say themselves what they are, whatever the rules say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.query.making import INTERCHANGE, RUN, line, text, write
from tui.query import exported
from tui.query.browse import Browser
from tui.query.model import Selection

Loader = Callable[..., Browser]

LAUNCH = "Parsl task 1 try 0 launched on executor x with executor id 7"

EXTRA = """
[[alias]]
key = "my.alias"
of = ["process"]

[[extract]]
name = "my extract"
pattern = "launched on (?P<x>executor [a-z]+)"
keys = { x = "my.extract" }

[[within]]
name = "my within"
key = "my.within"
begin = ["^Parsl task (?P<value>[0-9]+)"]
"""

MINE = ("my.alias", "my.extract", "my.within")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A directory with a run of a few records on one executor."""
    lines = text(0, f"Run id is: {RUN}") + text(1, LAUNCH) + text(3, "after")
    put = text(2, "Putting task 7 onto pending_task_queue", INTERCHANGE)
    return write(tmp_path, {"run/000/parsl.log": lines, "run/000/x/interchange.log": put})


@pytest.fixture
def extra(tmp_path: Path) -> str:
    """A file with rules of one's own."""
    path = tmp_path / "extra.toml"
    path.write_text(EXTRA)
    return str(path)


def objects(browser: Browser, path: Path) -> list[dict[str, Any]]:
    browser.export(Selection(), str(path))
    return [json.loads(each) for each in path.read_bytes().splitlines()]


def test_rules_do_not_speak_of_an_exported_record_again(run: Path, extra: str, loaded: Loader) -> None:
    """What the extra rules give the logs, they do not give their export."""
    first = loaded(run / "run")
    before = objects(first, run / "export.jsonl")
    told = objects(loaded(run / "run", rules=(extra,)), run / "told.jsonl")
    assert [[key in each for key in MINE] for each in told] == [
        [True, False, False], [True, True, True], [True, False, False], [True, False, True],
    ]  # fmt: skip
    again = loaded(run / "export.jsonl", rules=(extra,))
    for key in MINE:
        assert again.values(Selection(), key).values == ()
        assert again.ids(Selection(f"_exists_:{key}")).tolist() == []
    assert not set(MINE) & set(again.keys())
    assert objects(again, run / "again.jsonl") == before


def test_rules_speak_of_what_stands_beside_an_export(run: Path, extra: str, loaded: Loader) -> None:
    objects(loaded(run / "run"), run / "export.jsonl")
    write(run, {"new.jsonl": line({"t": 1795159190, "msg": "new", "process": "33"})})
    both = loaded(run / "export.jsonl", run / "new.jsonl", rules=(extra,))
    assert both.values(Selection(), "my.alias").values == (("33", 1),)
    [row] = both.rows(both.ids(Selection("_exists_:my.alias")).tolist())
    assert row.body == "new"


def test_a_record_keeps_its_source_and_its_run(run: Path, loaded: Loader) -> None:
    """All stand in one file, and are still told apart as they were."""
    first = loaded(run / "run")
    objects(first, run / "export.jsonl")
    again = loaded(run / "export.jsonl")
    old, new = (browser.rows(browser.ids(Selection()).tolist()) for browser in (first, again))
    assert [row.source for row in new] == [row.source for row in old] == ["parsl", "parsl", "interchange", "parsl"]
    assert [(row.file, row.line) for row in new] == [(str(run / "export.jsonl"), n) for n in (1, 2, 3, 4)]
    assert [s.path for s in again.catalog.scopes.values()] == [str(run / "run" / "000")]


def test_an_error_is_kept_but_not_one_that_a_log_claims(tmp_path: Path, loaded: Loader) -> None:
    """``wideview.error`` means something in an exported record only."""
    exported_ = {"msg": "1", "wideview.source": "/a.jsonl:9", "wideview.error": "was damaged"}
    write(tmp_path, {"a.jsonl": line(exported_, {"msg": "2", "wideview.error": "not for us to say"})})
    browser = loaded(tmp_path / "a.jsonl")
    rows = {row.body: row.error for row in browser.rows(browser.ids(Selection()).tolist())}
    assert rows == {"1": "was damaged", "2": None}


@pytest.mark.parametrize(
    ("value", "rule", "found"),
    [
        (["1", "2"], "some rule", ["1", "2"]),
        (["1", None], "some rule", ["1"]),
        ("[1] of 2", "some rule", ["[1] of 2"]),
        ('["1","2"]', None, ['["1","2"]']),
    ],
)
def test_a_list_is_one_where_a_rule_made_it(
    tmp_path: Path, loaded: Loader, value: object, rule: str | None, found: list[str]
) -> None:
    """Text that looks like a list stays text."""
    marks = {"wideview.rule.k": rule} if rule else {}
    other = {"msg": "other", "wideview.source": "/a.jsonl:2", "k": "z", "wideview.rule.k": "some rule"}
    record = {"msg": "1", "wideview.source": "/a.jsonl:1", "k": value} | marks
    write(tmp_path, {"a.jsonl": line(record, other), "k.toml": "[[alias]]\nkey = 'k'\nof = ['kk']\n"})
    browser = loaded(tmp_path / "a.jsonl", rules=(str(tmp_path / "k.toml"),))
    [id] = browser.ids(Selection('body:"1"')).tolist()
    column = browser.catalog.key_column("k")
    kept = browser.catalog.reader().rows(
        f"SELECT {column} FROM aspects JOIN stream USING (ctx) WHERE stream.rowid = ? AND {column} IS NOT NULL "
        "ORDER BY part",
        (id,),
    )
    assert [row[0] for row in kept] == found


def test_where_nothing_was_exported_all_is_fresh() -> None:
    assert exported.fresh_sql({"msg": "c0"}) == "true"
    assert exported.fresh_sql({"msg": "c0", "wideview.source": "c1"}, "x") == "x.c1 IS NULL"
    assert exported.list_sql({"k": "c0"}, "k") == "r.c0"
