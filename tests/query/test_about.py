"""Which records are about which things."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FIXTURES
from tests.query.making import load
from tui.query.about import about, pairs_among
from tui.query.catalog import Catalog
from tui.query.model import ANYWHERE


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(FIXTURES / "text" / "runinfo")


def test_all_tasks_in_their_order(catalog: Catalog) -> None:
    """Numbers as numbers: task 10 stands after task 9."""
    found = about(catalog, ["parsl.task"])
    names = [value for (value,) in found.values]
    assert len(names) > 2 and names == sorted(names, key=int) and len(found.scopes) == len(names)
    assert (np.diff(found.records) >= 0).all() and set(found.things.tolist()) == set(range(len(names)))


def test_a_pair_for_each_task_of_a_record(catalog: Catalog) -> None:
    found = about(catalog, ["parsl.task"])
    for thing, (name,) in enumerate(found.values):
        column = catalog.key_column("parsl.task")
        asked = catalog.reader().rows(
            f"SELECT s.rowid FROM stream s WHERE ctx IN (SELECT ctx FROM aspects WHERE {column} = ?) ORDER BY 1",
            (name,),
        )
        assert found.records[found.things == thing].tolist() == [row for (row,) in asked]


def test_other_names_of_a_key(catalog: Catalog) -> None:
    assert about(catalog, ["task"]) is about(catalog, ["parsl.task"])


def test_what_is_no_key_has_no_things(catalog: Catalog) -> None:
    found = about(catalog, ["parsl.task", "no such key"])
    assert len(found.records) == len(found.values) == 0


def test_what_is_unique_in_the_world_is_in_no_scope() -> None:
    found = about(load(FIXTURES / "academy" / "home"), ["academy.action_tag"])
    assert set(found.scopes) == {ANYWHERE} and len(found.values) > 1


def left(pairs: list[tuple[int, int]], chosen: set[int]) -> set[tuple[int, int]]:
    records, things = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
    mask = pairs_among(records, things, np.array([n in chosen for n in range(10)]))
    return {pair for pair, kept in zip(pairs, mask, strict=True) if kept}


def test_who_asks_for_one_does_not_get_whom_it_was_sent_with() -> None:
    pairs = [(0, 0), (1, 0), (1, 1), (2, 1)]
    assert left(pairs, {0, 1}) == {(0, 0), (1, 0)}
    assert left(pairs, {0, 1, 2}) == set(pairs)


def test_who_asks_for_what_is_shared_gets_all() -> None:
    assert left([(0, 0), (1, 0), (1, 1), (2, 1)], {1}) == {(1, 0), (1, 1)}


@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=1),
    st.sets(st.integers(0, 9)),
)
def test_as_one_would_do_it_by_hand(pairs: set[tuple[int, int]], chosen: set[int]) -> None:
    things = {record: {t for r, t in pairs if r == record} for record in range(10)}
    own = {t for record in chosen for t in things[record] if len(things[record]) == 1}
    wanted = {(r, t) for r, t in pairs if r in chosen and (t in own or not things[r] & own)}
    assert left(sorted(pairs), chosen) == (pairs if {r for r, _ in pairs} <= chosen else wanted)
