"""Tests of tui.query.schema: which column holds a key, which number a rule has, what the body is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import line, load, see, write
from tui.query.schema import BODY_KEYS, body_sql

ALIAS = "[[alias]]\nkey = 'a'\nof = ['aa']\n"

EVERY_KIND = """
[[between]]
name = "for a while"
given = "g"
then = "t"
begin = "(?P<given>.)=(?P<value>.)"
end = "(?P<given>.) ends"

[[within]]
name = "inside"
key = "w"
begin = ["begin (?P<value>.)"]

[[implies]]
given = ["a"]
then = ["b"]

[[extract]]
name = "letter"
pattern = "(?P<e>[a-z])"
keys = { e = "x" }

[[alias]]
key = "a"
of = ["aa"]

[[constant]]
name = "place"
path = "(?P<scope>.*)/app.jsonl"
keys = {}
scope_key = "c"
"""


def test_rules_are_numbered_from_one_in_the_order_they_speak(tmp_path: Path) -> None:
    """Whatever the order of the file: the path, then the record, then what follows."""
    schema = load(write(tmp_path, {"app.jsonl": line({"a": 1})}), toml=EVERY_KIND, builtin=False).schema
    names = ["place", "aa is a", "letter", "a implies b", "inside", "for a while"]
    assert [rule.name for rule in schema.rules] == names
    assert [schema.number(rule) for rule in schema.rules] == [1, 2, 3, 4, 5, 6]


def test_rule_keys_are_counted_from_zero_and_others_have_no_number(tmp_path: Path) -> None:
    schema = load(write(tmp_path, {"app.jsonl": line({"aa": 1})}), toml=EVERY_KIND, builtin=False).schema
    assert schema.rule_keys == ("c", "a", "x", "b", "w", "g", "t")
    assert [schema.key(name) for name in schema.rule_keys] == list(range(7))
    with pytest.raises(ValueError):
        schema.key("aa")


def test_every_emitted_key_has_a_column_of_its_own(tmp_path: Path) -> None:
    """However alike the keys are, and whatever they would mean to the engine."""
    names = ["Key", "key", "KEY ", 'k"ey', "k;ey", "rowid", "select", "é"]
    catalog = load(
        write(tmp_path, {"app.jsonl": line({name: f"<{name}>" for name in names})}), toml=ALIAS, builtin=False
    )
    assert set(names) <= set(catalog.schema.columns)
    columns = list(catalog.schema.columns.values())
    assert len({column.lower() for column in columns}) == len(columns)
    [row] = see(catalog)
    assert {name: row.emitted[name] for name in names} == {name: f"<{name}>" for name in names}


@pytest.mark.parametrize("at", range(len(BODY_KEYS)))
def test_the_body_is_the_best_of_what_there_is(tmp_path: Path, at: int) -> None:
    """A record that lacks the best key is read by the next one."""
    best, *others = BODY_KEYS[at:]
    records = [{"n": "1", best: "the best"} | dict.fromkeys(others, "worse")]
    records += [{"n": "2", other: "the next"} | dict.fromkeys(others[1:], "worse") for other in others[:1]]
    found = see(load(write(tmp_path, {"app.jsonl": line(*records)}), toml=ALIAS, builtin=False))
    assert [each.body for each in found] == ["the best", "the next"][: len(records)]


def test_without_any_such_key_the_body_is_null() -> None:
    assert body_sql({"n": "c0"}) == "CAST(NULL AS VARCHAR)"
    assert body_sql({"msg": "c1", "n": "c0", "formatted": "c2"}, "t") == "coalesce(t.c2, t.c1)"
