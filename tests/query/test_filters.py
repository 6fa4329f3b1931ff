"""Tests of tui.query.filters: what a key in a filter reaches, and what is said about one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import line, load, write
from tui.errors import FilterError
from tui.query import filters
from tui.query.catalog import Catalog
from tui.query.sql import Sql

RULES = """
[[key]]
name = "task"
form = "integer"

[[alias]]
key = "task"
of = ["task_id"]

[[extract]]
name = "task of a body"
pattern = "task (?P<t>[0-9]+)"
keys = { t = "task" }
"""

RECORDS = [
    {"t": 1795159196, "msg": "Hello %s", "formatted": "Hello A", "level": "INFO", "task_id": "07", "own": "x"},
    {"t": 1795159197, "msg": "hello %s", "formatted": "about task 7", "level": "ERROR", "own": "Hello"},
    {"msg": "no time, 50%_", "own": ""},
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Three records of one file, and one of another."""
    root = tmp_path_factory.mktemp("filters")
    write(root, {"a.jsonl": line(*RECORDS), "b.log.jsonl": line({"t": 1795159199, "msg": "Hello other"})})
    return load(root, toml=RULES, builtin=False)


def kept(catalog: Catalog, condition: Sql) -> list[str]:
    """Where the records stand that a condition keeps: file and line, in order."""
    rows = catalog.reader().rows(
        f"SELECT f.name, s.line FROM stream s JOIN files f ON s.file = f.id WHERE {condition.text} ORDER BY 1, 2",
        condition.params,
    )
    return [f"{Path(name).name[0]}{number}" for name, number in rows]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("level:INFO", "a1"),
        ("level:>=INFO", "a1 a2"),
        ("_exists_:level", "a1 a2"),
        ("time:>=2026-11-20", "a1 a2 b1"),
        ("NOT _exists_:time", "a3"),
        ("line:1", "a1 b1"),
        ("line:>1", "a2 a3"),
        ("file:*a.jsonl", "a1 a2 a3"),
        ("source:*b.log*", "b1"),
        ("source:json*", "a1 a2 a3 b1"),
        ("body:hello", "a1 b1"),
        ('body:"Hello"', "a1 b1"),
        ('template:"Hello %s"', "a1"),
        ("template:*hello*", "a2"),
        ("template:Hello*", "a1 b1"),
        ("own:Hello", "a2"),
        ("_exists_:own", "a1 a2 a3"),
        ("task:7", "a1 a2"),
        ("task:007", "a1 a2"),
        ("task_id:7", "a1 a2"),
        ("_exists_:task", "a1 a2"),
        ("_exists_:task_id", "a1"),
        ("msg:*%_", "a3"),
        ("NOT own:x", "a2 a3 b1"),
    ],
)
def test_what_a_key_reaches(catalog: Catalog, expression: str, found: str) -> None:
    assert kept(catalog, filters.expression_sql(catalog, expression)) == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hello", "a1 b1"),
        ("Hello", "a1 b1"),
        ("HELLO", ""),
        ("/[Hh]ello .$/", "a1"),
        ("task:7", ""),
        ("50%_", "a3"),
        ("50%", "a3"),
        ("a OR b", ""),
        ("//", ""),
        ("/", ""),
        ("no time, ", "a3"),
    ],
)
def test_a_search_is_for_that_very_text(catalog: Catalog, text: str, found: str) -> None:
    """Only a regex between slashes is more than text; capitals mean themselves."""
    assert kept(catalog, filters.search_sql(catalog, text)) == found.split()


def test_what_is_sought_is_never_part_of_the_text(catalog: Catalog) -> None:
    hostile = "x' OR '1'='1"
    for condition in (filters.search_sql(catalog, hostile), filters.expression_sql(catalog, f'own:"{hostile}"')):
        assert hostile not in condition.text
        assert any(hostile in str(value) for value in condition.params)
        assert kept(catalog, condition) == []


def test_what_is_said(catalog: Catalog) -> None:
    assert filters.check(catalog, "task:7 own:x level:INFO") == []
    assert filters.check(catalog, "nokey:7") == ["'nokey:7' is taken as text: no key is called 'nokey'"]
    assert filters.check(catalog, "_exists_:nokey") == ["no key is called 'nokey'"]
    assert kept(catalog, filters.expression_sql(catalog, "_exists_:nokey")) == []


@pytest.mark.parametrize(("expression", "column"), [("own:x AND (", 10), ("own:x level:LOUD", 6), ("own:/(/", 5)])
def test_a_mistake_is_found_before_it_is_asked(catalog: Catalog, expression: str, column: int) -> None:
    for ask in (filters.check, filters.expression_sql):
        with pytest.raises(FilterError) as caught:
            ask(catalog, expression)
        assert caught.value.column == column


def test_a_pattern_the_engine_does_not_take_is_refused_in_a_search(catalog: Catalog) -> None:
    with pytest.raises(FilterError):
        filters.search_sql(catalog, "/(?=a)/")
