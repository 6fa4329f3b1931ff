"""Tests of tui.query.placeholders: the values of a template's records, and the expression that keeps those with one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.making import FIXTURES, line, load, parsl, write
from tui.errors import FilterError
from tui.query import placeholders, select
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.placeholders import Distribution, context, distribution, expression, parts


@pytest.fixture(scope="module")
def text_run() -> Catalog:
    return load(FIXTURES / "text" / "runinfo")


def one(catalog: Catalog, text: str, number: int, selection: Selection = Selection()) -> Distribution:
    return distribution(catalog, selection, catalog.templates.index(text), number)


def of_bodies(tmp_path: Path, *bodies: str, msg: str | None = None) -> Catalog:
    records = [parsl(i, body, **({} if msg is None else {"msg": msg})) for i, body in enumerate(bodies)]
    return load(write(tmp_path, {"000/parsl.jsonlog": line(*records)}))


def test_values_and_what_numbers_come_to(tmp_path: Path) -> None:
    catalog = of_bodies(
        tmp_path, *(f"took {n} s in block b'{n % 2:x}f'" for n in range(1, 101)), "took 1 s in block b'0f'"
    )
    found = one(catalog, "took <*> s in block <*>", 1)
    assert (found.records, found.looked, found.distinct, found.unmatched, found.ambiguous) == (101, 101, 100, 0, 0)
    assert found.values[:3] == (("1", 2), ("2", 1), ("3", 1))
    assert found.numbers is not None
    wanted = np.quantile([*range(1, 101), 1], [0, 0.5, 0.95, 1]).tolist()
    assert [found.numbers.least, found.numbers.median, found.numbers.p95, found.numbers.most] == wanted
    other = one(catalog, "took <*> s in block <*>", 2)
    assert dict(other.values) == {"b'1f'": 50, "b'0f'": 51} and other.numbers is None


def test_lists_are_values_one_by_one(tmp_path: Path) -> None:
    catalog = of_bodies(tmp_path, "waiting on task 1", "waiting on task 1, task 2", "waiting on task 2, and task 31")
    found = one(catalog, "waiting on task <*>", 1)
    assert dict(found.values) == {"1": 2, "2": 2, "31": 1}
    for value, count in found.values:
        assert len(select.ids(catalog, Selection(expression("waiting on task <*>", 1, value)))) == count


def test_what_can_be_read_in_two_ways_is_said_and_not_guessed(tmp_path: Path) -> None:
    catalog = of_bodies(tmp_path, "x: y: z", "x: y", msg="%s: %s")
    found = one(catalog, "<*>: <*>", 1)
    assert (dict(found.values), found.ambiguous, found.unmatched) == ({"x": 1}, 1, 0)


def test_what_does_not_fit_is_counted(tmp_path: Path) -> None:
    catalog = of_bodies(tmp_path, "Task 1 is done", "what else", msg="Task %s is done")
    found = one(catalog, "Task <*> is done", 1)
    assert (dict(found.values), found.unmatched) == ({"1": 1}, 1)


def test_blanks_and_further_lines_do_not_matter(tmp_path: Path) -> None:
    catalog = of_bodies(tmp_path, "\n  Task \t 5   failed\nTraceback", "Task 6 failed")
    found = one(catalog, "Task <*> failed", 1)
    assert dict(found.values) == {"5": 1, "6": 1}
    for value in ("5", "6"):
        assert len(select.ids(catalog, Selection(expression("Task <*> failed", 1, value)))) == 1


def test_a_selection_has_the_values_of_its_records_alone(text_run: Catalog) -> None:
    found = one(text_run, "Task <*> changing state from pending to launched", 1, Selection("parsl.task:[2 TO 4]"))
    assert {value for value, _ in found.values} == {"2", "3", "4"}


def test_a_large_number_of_records_is_sampled(text_run: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placeholders, "SAMPLE", 10)
    counts = np.bincount(text_run.template_of)
    template = next(i for i in np.argsort(-counts).tolist() if "<*>" in text_run.templates[i])
    found = distribution(text_run, Selection(), template, 1)
    assert (found.looked, found.records) == (10, counts[template])
    assert sum(count for _, count in found.values) + found.unmatched + found.ambiguous == 10


@pytest.mark.parametrize("run", ["text", "json", "workqueue"])
def test_every_template_fits_its_records_and_every_value_leads_to_its_records(run: str) -> None:
    catalog = load(FIXTURES / run / "runinfo")
    looked = unmatched = ambiguous = 0
    for template, text in enumerate(catalog.templates):
        for number in range(1, len(parts(text))):
            found = distribution(catalog, Selection(), template, number)
            looked, unmatched = looked + found.looked, unmatched + found.unmatched
            ambiguous += found.ambiguous
            if not found.ambiguous and found.values and template % 7 == 0:
                value, count = found.values[-1]
                assert len(select.ids(catalog, Selection(expression(text, number, value)))) == count, (text, value)
    assert looked > 300 and unmatched == 0 and ambiguous < 0.02 * looked


def test_there_is_no_such_placeholder(text_run: Catalog) -> None:
    plain = next(i for i, text in enumerate(text_run.templates) if "<*>" not in text)
    with pytest.raises(FilterError, match="the template has 0 placeholders"):
        distribution(text_run, Selection(), plain, 1)
    assert context("a <*> b <*>", 2) == "a <*> b [<*>]"


WORD = st.text(alphabet=st.sampled_from(list("ab/\\\"'.*?()[]{}|^$+-:,")), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None)
@given(st.lists(WORD, min_size=1, max_size=5))
def test_any_values(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    """What stands between two words is found as it is, and leads back to its records."""
    bodies = [f"begin {word} end" for word in words]
    catalog = of_bodies(tmp_path_factory.mktemp("run"), *bodies, msg="begin %s end")
    found = one(catalog, "begin <*> end", 1)
    assert (dict(found.values), found.unmatched, found.ambiguous) == (Counter(words), 0, 0)
    for word, count in Counter(words).items():
        assert len(select.ids(catalog, Selection(expression("begin <*> end", 1, word)))) == count
