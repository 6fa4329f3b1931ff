"""Tests of tui.query.imply: what follows from what, inside a run, and where the data disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import (
    by_body,
    conflicts,
    line,
    load,
    values,
    write,
)

LAUNCH = "Parsl task {} try {} launched on executor {} with executor id {}"
PUT = "Putting task {} onto pending_task_queue"
JSON = "x/app.jsonl"


def rows(*records: dict[str, object]) -> str:
    """Records of a program nobody knows, one a second; ``msg`` counts them unless they say."""
    return line(*({"t": 1795159196 + i, "msg": str(i)} | record for i, record in enumerate(records)))


def implies(given: str, then: str, **more: str) -> str:
    lines = [f'{key} = "{value}"' if key != "quiet" else "quiet = true" for key, value in more.items()]
    listed = [f"{key} = [{', '.join(map(repr, value.split()))}]" for key, value in (("given", given), ("then", then))]
    return "\n".join(["[[implies]]", *listed, *lines, ""])


def column(root: Path, toml: str, key: str, *records: dict[str, object]) -> list[str | None]:
    """The values of *key* in the order of *records*, under the rules *toml* alone."""
    write(root, {JSON: rows(*records)})
    return list(values(load(root, toml=toml, builtin=False), key).values())


def test_a_fact_is_carried_to_all_that_share_it_and_back_in_time(tmp_path: Path) -> None:
    toml = implies("a", "b")
    records: list[dict[str, object]] = [{"a": 1}, {"a": 2}, {"a": 1, "b": "x"}, {"a": 1}, {"b": "y"}, {}]
    assert column(tmp_path, toml, "b", *records) == ["x", None, "x", "x", "y", None]


def test_it_goes_on_until_nothing_more_follows(tmp_path: Path) -> None:
    """In whichever order the rules stand."""
    records: list[dict[str, object]] = [{"a": 1}, {"a": 1, "b": 2}, {"b": 2, "c": 3}, {"c": 3, "d": 4}]
    chain = [implies("a", "b"), implies("b", "c"), implies("c", "d")]
    for toml in ("".join(chain), "".join(reversed(chain))):
        assert column(tmp_path, toml, "d", *records) == ["4"] * 4


def test_all_given_keys_must_agree(tmp_path: Path) -> None:
    toml = implies("a b", "c d")
    records: list[dict[str, object]] = [{"a": 1, "b": 1, "c": 5, "d": 6}, {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1}]
    assert column(tmp_path, toml, "c", *records) == ["5", "5", None, None]
    assert column(tmp_path, toml, "d", *records) == ["6", "6", None, None]


def test_numbers_and_texts_are_the_same_value(tmp_path: Path) -> None:
    toml = implies("a", "b") + "[[key]]\nname = 'a'\nform = 'integer'\n"
    assert column(tmp_path, toml, "b", {"a": "0"}, {"a": 0, "b": "x"}, {"a": "00"}) == ["x", "x", "x"]


def test_its_own_key_is_never_overwritten(tmp_path: Path) -> None:
    """Even where everybody else agrees; that is a conflict."""
    toml = implies("a", "b")
    records: list[dict[str, object]] = [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "x", "z": 1},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "w"},
    ]
    assert column(tmp_path, toml, "b", *records) == ["x", "x", "y", "w"]


def test_a_contradicted_fact_fills_nothing_for_its_group_only(tmp_path: Path) -> None:
    toml = implies("a", "b")
    records: list[dict[str, object]] = [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 1}, {"a": 2, "b": "z"}, {"a": 2}]
    assert column(tmp_path, toml, "b", *records) == ["x", "y", None, "z", "z"]
    [conflict] = conflicts(load(tmp_path, toml=toml, builtin=False))
    assert (conflict.rule, conflict.given, conflict.key) == ("a implies b", "a=1", "b")
    assert conflict.values == ("x", "y") and conflict.records == ("0", "1")
    assert conflict.scope == str(tmp_path / "x")


def test_a_quiet_rule_says_nothing_and_is_no_conflict(tmp_path: Path) -> None:
    toml = implies("", "b", quiet="")
    assert column(tmp_path, toml, "b", {"a": 1}, {"b": "x"}) == ["x", "x"]
    assert column(tmp_path, toml, "b", {"a": 1}, {"b": "x"}, {"b": "y"}) == [None, "x", "y"]
    catalog = load(tmp_path, toml=toml, builtin=False)
    assert conflicts(catalog) == []
    assert len(conflicts(load(tmp_path, toml=implies("", "b"), builtin=False))) == 1


def test_it_speaks_only_of_records_that_have_what_it_asks(tmp_path: Path) -> None:
    toml = implies("a", "b").rstrip() + "\nhas = ['c']\n"
    records: list[dict[str, object]] = [{"a": 1, "b": "x", "c": 0}, {"a": 1, "c": 5}, {"a": 1}, {"a": 1, "b": "other"}]
    assert column(tmp_path, toml, "b", *records) == ["x", "x", None, "other"]
    assert conflicts(load(tmp_path, toml=toml, builtin=False)) == []


def test_each_part_of_a_list_gets_its_own(tmp_path: Path) -> None:
    """A record about tasks 1 and 2 gets what follows for each, and that is no contradiction."""
    toml = implies("q", "e") + implies("e", "m") + implies("m", "e", quiet="")
    toml += "[[alias]]\nkey = 'q'\nof = ['qs']\nlist = true\n"
    records: list[dict[str, object]] = [{"qs": "1, 2", "m": "m"}, {"q": 1, "e": "one"}, {"q": 2, "e": "two"}]
    assert column(tmp_path, toml, "e", *records) == ["one, two", "one", "two"]
    assert conflicts(load(tmp_path, toml=toml, builtin=False)) == []


def test_it_says_which_rule(tmp_path: Path) -> None:
    write(tmp_path, {JSON: rows({"a": 1}, {"a": 1, "b": "x"})})
    seen = by_body(load(tmp_path, toml=implies("a", "b", name="mine"), builtin=False))
    assert (seen["0"].rules["b"], seen["1"].rules["b"]) == ("mine", "")


@pytest.mark.parametrize(("scope", "expected"), [("run", ["x", "x", None]), ("all", ["x", "x", "x"])])
def test_runs_do_not_mix_unless_the_value_is_unique_in_the_world(
    tmp_path: Path, scope: str, expected: list[str | None]
) -> None:
    toml = implies("a", "b", scope=scope)
    far = line({"t": 1795159199, "msg": "far", "a": 1})
    write(tmp_path, {"x/app.jsonl": rows({"a": 1, "b": "x"}, {"a": 1}), "y/app.jsonl": far})
    assert list(values(load(tmp_path, toml=toml, builtin=False), "b").values()) == expected


def test_a_conflict_between_runs(tmp_path: Path) -> None:
    write(tmp_path, {"x/a.jsonl": rows({"a": 1, "b": "x"}), "y/a.jsonl": line({"msg": "y", "a": 1, "b": "y"})})
    assert conflicts(load(tmp_path, toml=implies("a", "b"), builtin=False)) == []
    [conflict] = conflicts(load(tmp_path, toml=implies("a", "b", scope="all"), builtin=False))
    assert conflict.scope is None and conflict.values == ("x", "y")


def test_what_a_rule_concluded_does_not_prove_it(tmp_path: Path) -> None:
    """Only those who said so themselves are witnesses when another fact turns up later: not those who were told."""
    toml = implies("a", "b") + implies("e", "a")
    told: list[dict[str, object]] = [{"a": 1, "b": "x"}, {"a": 1}, {"e": 7, "b": "w"}, {"e": 7, "a": 1}]
    assert column(tmp_path, toml, "b", *told) == ["x", "x", "w", "x"]
    [conflict] = conflicts(load(tmp_path, toml=toml, builtin=False))
    assert (conflict.rule, conflict.given, conflict.values) == ("a implies b", "a=1", ("w", "x"))
    assert conflict.records == ("0", "2")


def test_a_part_of_a_list_proves_nothing_for_the_others(tmp_path: Path) -> None:
    """A record names tasks 1 and 2, and only 1 is bound: neither it nor what follows from it binds 2."""
    toml = implies("q", "e") + implies("e", "q") + "[[alias]]\nkey = 'q'\nof = ['qs']\nlist = true\n"
    records: list[dict[str, object]] = [{"qs": "1, 2"}, {"q": 1, "e": "one"}, {"q": 2}, {"qs": "2, 1"}, {"e": "one"}]
    assert column(tmp_path, toml, "e", *records) == ["one", "one", None, "one", "one"]
    catalog = load(tmp_path, toml=toml, builtin=False)
    assert values(catalog, "q") == {"0": "1, 2", "1": "1", "2": "2", "3": "2, 1", "4": "1"}
    q, e = catalog.key_column("q"), catalog.key_column("e")
    rows_ = catalog.reader().rows(f"SELECT {q}, {e} FROM aspects WHERE part > 0 ORDER BY ctx, part")
    assert rows_ == [("1", "one"), ("2", None), ("2", None), ("1", "one")]
    assert conflicts(catalog) == []
