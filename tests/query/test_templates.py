"""Tests of tui.query.templates and tui.query.nearest: counts made record by record say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.making import FIXTURES, Seen, line, load, parsl, see, write
from tui.query import entities, select
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.nearest import nearest
from tui.query.templates import FAILED, NEW, RARE, SORTS, Template, Templates, ordered, templates

RUNS = ("text", "json", "threads", "workqueue")


@pytest.fixture(scope="module", params=RUNS)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return load(FIXTURES / request.param / "runinfo")


@pytest.fixture(scope="module")
def text_run() -> Catalog:
    return load(FIXTURES / "text" / "runinfo")


def naive(catalog: Catalog, selection: Selection) -> dict[str, list[Seen]]:
    """Template -> the records of the selection."""
    every = see(catalog)
    found: dict[str, list[Seen]] = defaultdict(list)
    for i in select.ids(catalog, selection).tolist():
        found[catalog.templates[catalog.template_of[i]]].append(every[i])
    return found


def by_text(found: Templates) -> dict[str, Template]:
    return {row.text: row for row in found.rows}


@pytest.mark.parametrize("expression", ["", "level:>=INFO", "parsl.task:[2 TO 5]", "source:parsl", "nothing_has_this"])
def test_counts(catalog: Catalog, expression: str) -> None:
    selection = Selection(expression)
    found, wanted = templates(catalog, selection), naive(catalog, selection)
    assert found.records == sum(map(len, wanted.values()))
    assert {row.text: row.count for row in found.rows} == {text: len(seen) for text, seen in wanted.items()}
    for row in found.rows:
        seen = wanted[row.text]
        times = [each.time for each in seen if each.time is not None]
        assert row.share == pytest.approx(len(seen) / found.records)
        assert {rank: n for rank, n in enumerate(row.levels) if n} == Counter(each.level for each in seen)
        assert row.level == max(each.level for each in seen)
        assert dict(row.sources) == Counter(each.label for each in seen)
        assert (row.first, row.last) == ((min(times), max(times)) if times else (None, None))
        assert sum(row.rate) == len(times)


def test_the_rate_is_in_equal_parts_of_the_time(text_run: Catalog) -> None:
    found = templates(text_run, Selection(), parts=7)
    wanted = naive(text_run, Selection())
    for row in found.rows:
        at = Counter((each.time - found.start) // found.width for each in wanted[row.text] if each.time is not None)
        assert list(row.rate) == [at[i] for i in range(7)]


def test_what_they_touch_is_tasks_where_records_are_about_tasks(text_run: Catalog) -> None:
    found, wanted = templates(text_run, Selection()), naive(text_run, Selection())
    some = 0
    for row in found.rows:
        about = [each.keys["parsl.task"] for each in wanted[row.text] if "parsl.task" in each.keys]
        if 2 * len(about) > len(wanted[row.text]):
            assert (row.kind, row.touched) == ("task", len({t for each in about for t in each.split(", ")})), row
            some += 1
    assert some > 50
    kinds = {row.kind for row in found.rows}
    assert {"task", "manager", "block", ""} <= kinds and "process" not in kinds and "run" not in kinds


def test_the_nearest_thing_of_a_record_is_what_can_be_followed(text_run: Catalog) -> None:
    near = nearest(text_run)
    for record in range(0, text_run.count, 37):
        others = [e.kind for e in entities.of_record(text_run, record) if e.kind not in ("run", "process", "try")]
        thing = near.of[record]
        if thing < 0:
            assert not [kind for kind in others if kind in near.kinds]
        else:
            kind = near.kinds[int((near.starts <= thing).sum()) - 1]
            assert kind in others
    assert near is nearest(text_run)


def test_things_are_those_of_their_own_run(tmp_path: Path) -> None:
    """Task 1 of two runs is two tasks; a record about two tasks touches both."""
    files: dict[str, str | bytes] = {
        f"{run}/parsl.jsonlog": line(parsl(1, "Task 1 is new", parsl_task_id=1), parsl(2, "Got executor tasks: [1, 2]"))
        for run in ("000", "001")
    }
    row = by_text(templates(load(write(tmp_path, files)), Selection()))["Task <*> is new"]
    assert (row.count, row.touched, row.kind) == (2, 2, "task")


def task(at: float, number: int, message: str, **more: object) -> dict[str, object]:
    return parsl(at, message, parsl_task_id=number, **more)


def test_only_in_tasks_that_failed(tmp_path: Path) -> None:
    records = [task(n, n, f"Task {n} submitted to nobody", lineno=1) for n in range(6)]
    records += [task(10 + n, n, f"Task {n} is odd", lineno=2) for n in (2, 4)]
    records += [task(10 + n, n, f"Task {n} is strange", lineno=3) for n in (2, 3)]
    records += [task(20, n, f"Task {n} changing state from launched to failed", lineno=4) for n in (2, 4)]
    records += [task(20, n, f"Task {n} changing state from launched to exec_done", lineno=4) for n in (0, 1, 3, 5)]
    found = by_text(templates(load(write(tmp_path, {"000/parsl.jsonlog": line(*records)})), Selection()))
    marked = {text for text, row in found.items() if FAILED in row.marks}
    assert marked == {"Task <*> is odd", "Task <*> changing state from launched to failed"}


def test_nothing_is_marked_where_all_failed(tmp_path: Path) -> None:
    records = [task(n, n, f"Task {n} changing state from launched to failed") for n in range(3)]
    [row] = templates(load(write(tmp_path, {"000/parsl.jsonlog": line(*records)})), Selection()).rows
    assert FAILED not in row.marks


def test_rare_is_one_in_a_hundred(tmp_path: Path) -> None:
    records = [task(n, n, f"Task {n} is here", lineno=1) for n in range(200)]
    records += [task(n, n, f"Task {n} is rare", lineno=2) for n in (7, 9) for _ in range(5)]
    records += [task(n, n, f"Task {n} is common", lineno=3) for n in (7, 8, 9)]
    found = by_text(templates(load(write(tmp_path, {"000/parsl.jsonlog": line(*records)})), Selection()))
    assert {text for text, row in found.items() if RARE in row.marks} == {"Task <*> is rare"}


def test_rare_where_records_are_about_nothing(tmp_path: Path) -> None:
    lines = "".join(f'{{"time": {1795159200 + i}, "message": "again {i}"}}\n' for i in range(1200))
    catalog = load(write(tmp_path, {"odd.jsonl": lines + '{"time": 1795159300, "message": "once"}\n'}))
    found = by_text(templates(catalog, Selection()))
    assert {text for text, row in found.items() if RARE in row.marks} == {"once"}


def run_of(dfk: str, at: float, *messages: str) -> str:
    begun = parsl(at, f"Run id is: {dfk}", lineno=99)
    return line(begun, *(parsl(at + i, text, lineno=i) for i, text in enumerate(messages, 1)))


def test_new_is_what_only_the_last_run_has(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "000/parsl.jsonlog": run_of("ecd6eed8-8bb2-49c3-aa16-24e43d61edfe", 500, "begin", "strange thing", "end"),
        "001/parsl.jsonlog": run_of("83f30f05-1111-4222-8333-123456789abc", 1, "begin", "end", "gone"),
    }
    catalog = load(write(tmp_path, files))
    found = templates(catalog, Selection())
    assert {row.text for row in found.rows if NEW in row.marks} == {"strange thing"}
    assert dict(found.means)[NEW] == "only in 000, the last of 2 runs"


def test_new_in_a_window_is_what_was_not_before_it(tmp_path: Path) -> None:
    records = [parsl(n, word, lineno=i) for n, (i, word) in enumerate([(1, "a b"), (2, "c d"), (1, "a b"), (3, "e f")])]
    catalog = load(write(tmp_path, {"000/parsl.jsonlog": line(*records)}))
    times = catalog.clock[0]
    found = templates(catalog, Selection(window=(int(times[2]), int(times[3]) + 1)))
    assert {row.text: row.marks for row in found.rows} == {"a b": (), "e f": (NEW,)}


def test_new_in_one_run_is_what_comes_late_and_again(tmp_path: Path) -> None:
    records = [parsl(n, "a b", lineno=1) for n in range(100)]
    records += [parsl(90, "once only", lineno=2), parsl(91, "late one", lineno=3), parsl(95, "late one", lineno=3)]
    catalog = load(write(tmp_path, {"000/parsl.jsonlog": line(*records)}))
    assert {row.text for row in templates(catalog, Selection()).rows if NEW in row.marks} == {"late one"}


def test_hidden_templates_are_left_out(text_run: Catalog) -> None:
    first = templates(text_run, Selection()).rows[0]
    found = templates(text_run, Selection(hidden=(first.id,)))
    assert found.records == text_run.count - first.count
    assert first.text not in by_text(found)


@pytest.mark.parametrize("sort", SORTS)
def test_orders(text_run: Catalog, sort: str) -> None:
    found = templates(text_run, Selection())
    again = ordered(found, sort)
    assert set(again.rows) == set(found.rows)
    keys = [SORTS[sort](row) for row in again.rows]
    assert keys == sorted(keys)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 6), st.booleans(), st.tuples(st.integers(0, 14), st.integers(1, 14)), st.sampled_from(["", "task"])
)
def test_any_selection(level: int, windowed: bool, window: tuple[int, int], word: str) -> None:
    catalog = _threads()
    start = catalog.span[0] if catalog.span else 0
    second = 10**9
    between = (start + window[0] * second, start + (window[0] + window[1]) * second) if windowed else None
    selection = Selection(word, level, between)
    found, wanted = templates(catalog, selection, parts=5), naive(catalog, selection)
    assert {row.text: row.count for row in found.rows} == {text: len(seen) for text, seen in wanted.items()}
    assert all(row.touched <= len(near) for row in found.rows if (near := nearest(catalog).failed) is not None)


_KEPT: list[Catalog] = []


def _threads() -> Catalog:
    if not _KEPT:
        _KEPT.append(load(FIXTURES / "threads" / "runinfo"))
    return _KEPT[0]
