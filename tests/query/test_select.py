"""Tests of tui.query.select: filter expressions over real keys, against a plain Python reading of the records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.errors import FilterError
from tui.query import export
from tui.query.browse import Browser
from tui.query.model import Entity, Row, Selection
from tui.query.store import Reader
from tui.records import LEVELS, level_rank

Record = dict[str, Any]
Oracle = Callable[[Record], bool]


def rows(browser: Browser, expression: str) -> list[Row]:
    return browser.rows(browser.ids(Selection(expression)).tolist())


def bodies(browser: Browser, expression: str) -> list[str]:
    return [row.body for row in rows(browser, expression)]


def every(browser: Browser) -> list[Record]:
    """All records as export gives them, in the order of their ids."""
    return [json.loads(line) for line in export.records(browser.catalog, Selection())]


def body(record: Record) -> str:
    return str(record.get("wideview.body", record.get("formatted", "")))


class Records(list[Record]):
    """So many that a failing test should not print them."""

    def __repr__(self) -> str:
        return f"{len(self)} records"


@pytest.fixture(scope="module")
def records(text_run: Browser) -> Records:
    return Records(every(text_run))


def check(browser: Browser, records: list[Record], expression: str, oracle: Oracle, least: int = 1) -> None:
    """*expression* leaves the records that *oracle* holds for, in order, and at least *least* but not all of them."""
    wanted = [record["wideview.source"] for record in records if oracle(record)]
    assert [f"{row.file}:{row.line}" for row in rows(browser, expression)] == wanted
    assert least <= len(wanted) < len(records)


def rank(record: Record) -> int:
    return level_rank(str(record.get("levelname", "")))


def values(record: Record, key: str) -> list[str]:
    found = record.get(key)
    return [] if found is None else [v for v in found if v] if isinstance(found, list) else [str(found)]


CASES: dict[str, Oracle] = {
    "level:ERROR": lambda r: rank(r) == 5,
    "level:err": lambda r: rank(r) == 5,
    "level:>=INFO": lambda r: rank(r) >= 3,
    "level:<INFO": lambda r: 0 < rank(r) < 3,
    "level:unknown": lambda r: rank(r) == 0,
    "NOT level:DEBUG": lambda r: rank(r) != 2,
    "parsl.task:5": lambda r: "5" in values(r, "parsl.task"),
    "task_id:5 OR parsl.task:6": lambda r: {"5", "6"} & set(values(r, "parsl.task")) != set(),
    "parsl.task:0005": lambda r: "5" in values(r, "parsl.task"),
    "parsl.task:(5 OR 6)": lambda r: {"5", "6"} & set(values(r, "parsl.task")) != set(),
    "parsl.task:[5 TO 7]": lambda r: any(5 <= int(v) <= 7 for v in values(r, "parsl.task")),
    "parsl.task:{5 TO 7}": lambda r: "6" in values(r, "parsl.task"),
    "parsl.task:>=10": lambda r: any(int(v) >= 10 for v in values(r, "parsl.task")),
    "parsl.task:1*": lambda r: any(v.startswith("1") for v in values(r, "parsl.task")),
    "parsl.executor_task:8 parsl.try:1": lambda r: r.get("parsl.executor_task") == "8" and r.get("parsl.try") == "1",
    "-parsl.task:5 level:>=INFO": lambda r: "5" not in values(r, "parsl.task") and rank(r) >= 3,
    "_exists_:parsl.task": lambda r: "parsl.task" in r,
    "NOT _exists_:parsl.task": lambda r: "parsl.task" not in r,
    "_exists_:task_status_name": lambda r: "task_status_name" in r,
    "_exists_:time": lambda r: "wideview.time" in r,
    "NOT _exists_:level": lambda r: rank(r) == 0,
    "source:monitoring.db": lambda r: "monitoring.db:" in r["wideview.source"],
    'source:"worker 1"': lambda r: "/worker_1.log:" in r["wideview.source"],
    "source:parsl": lambda r: "/000/parsl.log:" in r["wideview.source"],
    "file:*interchange*": lambda r: "/interchange.log:" in r["wideview.source"],
    "line:1": lambda r: r["wideview.source"].endswith(":1"),
    "line:[150 TO 159] file:*parsl.log": lambda r: re.search(r"/parsl\.log:15\d$", r["wideview.source"]) is not None,
    "task_status_name:running_ended": lambda r: r.get("task_status_name") == "running_ended",
    "lineno:973": lambda r: r.get("lineno") == 973,
    "traceback": lambda r: "traceback" in body(r).lower(),
    '"Traceback"': lambda r: "Traceback" in body(r),
    "/executor task \\d$/": lambda r: re.search(r"executor task \d\Z", body(r)) is not None,
    "body:/^Task [56] try/": lambda r: re.match(r"Task [56] try", body(r)) is not None,
    'body:"has dependency task"': lambda r: "has dependency task" in body(r),
    "has dependency task": lambda r: all(word in body(r).lower() for word in ("has", "dependency", "task")),
    "time:>=08:56:36": lambda r: r.get("wideview.time", "") >= "2026-11-20T08:56:36",
    "time:[08:56:30.1 TO 08:56:30.12]": lambda r: (
        "2026-11-20T08:56:30.1" <= r.get("wideview.time", "").rstrip("Z") < "2026-11-20T08:56:30.13"
    ),
    "time:<2026-11-20T08:56:29": lambda r: "" < r.get("wideview.time", "") < "2026-11-20T08:56:29",
}


@pytest.mark.parametrize("expression", CASES)
def test_an_expression_leaves_what_its_words_say(text_run: Browser, records: list[Record], expression: str) -> None:
    check(text_run, records, expression, CASES[expression])


def test_quotes_are_literal_and_case_counts(text_run: Browser) -> None:
    assert len(bodies(text_run, '"Traceback"')) == 1
    assert bodies(text_run, '"traceback"') == []
    assert bodies(text_run, '"Trace*"') == []


WORDS = ("task", "Parsl", "manager", "radio", "launched", "5", "zero", "[1", "state")
TERMS: list[tuple[str, Oracle]] = [
    *((f'"{word}"', lambda r, w=word: w in body(r)) for word in WORDS),
    *((word, lambda r, w=word: w.lower() in body(r).lower()) for word in WORDS if word.isalnum()),
    *((f"parsl.task:{n}", lambda r, n=str(n): n in values(r, "parsl.task")) for n in range(0, 15, 2)),
    *((f"parsl.executor_task:{n}", lambda r, n=str(n): n in values(r, "parsl.executor_task")) for n in (1, 2, 8)),
    *((f"level:{name}", lambda r, n=n: rank(r) == n) for n, name in enumerate(LEVELS) if name),
    *((f"level:>={name}", lambda r, n=n: rank(r) >= n) for n, name in enumerate(LEVELS) if name),
    *((f"_exists_:{key}", lambda r, k=key: k in r) for key in ("parsl.try", "task_id", "thread", "parsl.worker")),
    ("parsl.task:>9", lambda r: any(int(v) > 9 for v in values(r, "parsl.task"))),
    ("/[Tt]ask [0-9]+ /", lambda r: re.search(r"[Tt]ask [0-9]+ ", body(r)) is not None),
]


def expressions() -> st.SearchStrategy[tuple[str, Oracle]]:
    def both(pair: tuple[tuple[str, Oracle], tuple[str, Oracle]], word: str) -> tuple[str, Oracle]:
        (one, holds), (other, holds_too) = pair
        if word == "OR":
            return f"({one} OR {other})", lambda r: holds(r) or holds_too(r)
        return f"({one}{word}{other})", lambda r: holds(r) and holds_too(r)

    def negated(term: tuple[str, Oracle], word: str) -> tuple[str, Oracle]:
        return f"{word}({term[0]})", lambda r: not term[1](r)

    return st.recursive(
        st.sampled_from(TERMS),
        lambda inner: st.one_of(
            st.builds(both, st.tuples(inner, inner), st.sampled_from(["OR", " AND ", " "])),
            st.builds(negated, inner, st.sampled_from(["NOT ", "-"])),
        ),
        max_leaves=5,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=expressions())
def test_any_expression_is_what_python_makes_of_it(
    text_run: Browser, records: list[Record], expression: tuple[str, Oracle]
) -> None:
    text, oracle = expression
    ids = text_run.ids(Selection(text)).tolist()
    everything = text_run.ids(Selection()).tolist()
    assert ids == [id_ for id_, record in zip(everything, records, strict=True) if oracle(record)]


def test_ids_are_in_the_order_of_time(three_runs: Browser) -> None:
    times = [row.time for row in three_runs.rows(three_runs.ids(Selection("_exists_:time")).tolist())]
    assert times == sorted(time for time in times if time is not None)
    assert len(times) > 3000


def test_a_level_is_a_least_level(text_run: Browser, records: list[Record]) -> None:
    for level in range(1, len(LEVELS)):
        assert len(text_run.ids(Selection(level=level))) == sum(rank(record) >= level for record in records)
    assert len(text_run.ids(Selection(level=0))) == len(records)


def test_a_window_begins_with_and_ends_before_its_bounds(text_run: Browser) -> None:
    timed = [row.time or 0 for row in rows(text_run, "_exists_:time")]
    first, last = timed[100], timed[200]
    found = [row.time or 0 for row in text_run.rows(text_run.ids(Selection(window=(first, last))).tolist())]
    assert found == [time for time in timed if first <= time < last]
    assert found[0] == first
    assert len(text_run.ids(Selection(window=(first, first)))) == 0


def test_everything_given_must_hold(text_run: Browser) -> None:
    task = text_run.resolve([("parsl.task", "5")])
    start = 1795164995 * 10**9
    selection = Selection("source:parsl", 3, (start, start + 10**9), task)
    found = text_run.rows(text_run.ids(selection).tolist())
    of_task = set(text_run.ids(Selection(entity=task)).tolist())
    assert {row.id for row in found} == {
        row.id
        for row in rows(text_run, "source:parsl")
        if row.level >= 3 and row.id in of_task and start <= (row.time or 0) < start + 10**9
    }
    assert len(found) > 10


def test_an_entity_of_another_run_is_not_found_here(three_runs: Browser) -> None:
    scopes = {scope.path.split("/")[-3]: scope.id for scope in three_runs.catalog.scopes.values()}
    found = {
        name: three_runs.rows(
            three_runs.ids(Selection(entity=Entity("task", (("parsl.task", "2"),), scope, ""))).tolist()
        )
        for name, scope in scopes.items()
    }
    assert set(found) == {"text", "json", "threads"}
    for name, mine in found.items():
        assert mine
        assert all(f"/fixtures/{name}/" in row.file for row in mine)


@pytest.mark.parametrize(
    ("text", "oracle"),
    [
        ("task 5", lambda body: "task 5" in body.lower()),
        ("Task 5", lambda body: "Task 5" in body),
        ("/[Tt]ask 5$/", lambda body: re.search(r"[Tt]ask 5\Z", body) is not None),
        ("a\\b", lambda body: False),
        ("result.reraise()", lambda body: "result.reraise()" in body),
    ],
)
def test_find_gives_positions_in_the_selection(text_run: Browser, text: str, oracle: Callable[[str], bool]) -> None:
    selection = Selection("level:>=INFO")
    found = text_run.find(selection, text).tolist()
    shown = text_run.rows(text_run.ids(selection).tolist())
    assert found == [at for at, row in enumerate(shown) if oracle(row.body)]


def test_a_word_that_is_no_key_is_text_and_said_so(text_run: Browser) -> None:
    assert text_run.check("nokey:3") == ["'nokey:3' is taken as text: no key is called 'nokey'"]
    assert bodies(text_run, "nokey:3") == []
    assert text_run.check("parsl.task:3") == []


@pytest.mark.parametrize(
    ("expression", "column"),
    [("level:>=ERROR (", 14), ("parsl.task:", 11), ("level:FOO", 0), ("a AND time:soon", 6), ('x "open', 2)],
)
def test_a_mistake_names_its_column(text_run: Browser, expression: str, column: int) -> None:
    with pytest.raises(FilterError) as caught:
        text_run.check(expression)
    assert caught.value.column == column
    with pytest.raises(FilterError):
        text_run.ids(Selection(expression))


def test_a_value_cannot_break_out_of_its_query(text_run: Browser) -> None:
    for expression in (
        "parsl.task:5'",
        '"\'; DROP TABLE stream; --"',
        "source:'x",
        "task_status_name:\"a' OR '1'='1\"",
    ):
        assert bodies(text_run, expression) == []
    assert text_run.catalog.count == len(text_run.ids(Selection()))


def test_a_bare_time_of_day_means_the_days_of_the_data(text_run: Browser) -> None:
    found = rows(text_run, "time:08:56:30")
    assert found
    for row in found:
        assert datetime.fromtimestamp((row.time or 0) // 10**9).second == 30


def selections(browser: Browser) -> dict[str, Selection]:
    """One of every kind, and all at once."""
    task = browser.resolve([("parsl.task", "5")])
    low, high = browser.catalog.span or (0, 0)
    window = (low, (low + high) // 2)
    kinds = {f"expression {words}": Selection(words) for words in ("parsl.task:>=0", "task", "source:parsl", "*")}
    kinds |= {"all": Selection(), "level": Selection(level=3), "window": Selection(window=window)}
    return kinds | {"entity": Selection(entity=task), "everything": Selection("task", 2, window, task)}


@pytest.mark.parametrize("backwards", [False, True])
def test_ids_ascend_for_every_kind_of_selection(
    text_run: Browser, monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    """Each once; also where the engine gives a join's rows in another order."""
    arrays = Reader.arrays

    def reversed_arrays(self: Reader, *args: Any, **more: Any) -> dict[str, Any]:
        return {name: column[::-1] for name, column in arrays(self, *args, **more).items()}

    kinds = selections(text_run)
    if backwards:
        monkeypatch.setattr(Reader, "arrays", reversed_arrays)
    monkeypatch.setattr(text_run.catalog, "answers", {})
    for kind, selection in kinds.items():
        found = text_run.ids(selection).tolist()
        assert found == sorted(set(found)) and len(found) > 5, kind


def test_a_key_by_what_its_things_are_called(text_run: Browser) -> None:
    assert len(text_run.ids(Selection("task:5"))) == len(text_run.ids(Selection("parsl.task:5"))) > 0
    assert text_run.check("task:5") == [] and text_run.check("run:5") == [
        "'run:5' is taken as text: no key is called 'run'"  # two keys name runs
    ]
