"""Tests of tui.query.added: the members that an export adds to a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.query.making import START, line, parsl, text, write
from tui.query.added import Added, Batch
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.records import NO_TIME

Loader = Callable[..., Browser]
Make = Callable[[Mapping[str, str | bytes]], Browser]

LAUNCH = "Parsl task {0} try 0 launched on executor x with executor id {1}"


@pytest.fixture
def made(tmp_path: Path, loaded: Loader) -> Make:
    """Loads files below a directory of the test."""

    def call(files: Mapping[str, str | bytes]) -> Browser:
        write(tmp_path, files)
        return loaded(tmp_path)

    return call


def ask(browser: Browser, *ids: int) -> Batch:
    wanted = np.array(ids, dtype=np.int32) if ids else browser.ids(Selection())
    return Added(browser.catalog).ask(wanted)


def read(members: bytes) -> dict[str, Any]:
    """Members as they stand behind another."""
    assert members.startswith(b",")
    value: dict[str, Any] = json.loads(b"{" + members[1:] + b"}")
    return value


def test_the_columns_are_those_of_the_records(made: Make) -> None:
    lines = [text(at, f"m{at}") for at in (1, 2, 3)]
    browser = made({"000/parsl.log": "".join(lines)})
    ids, files, offsets, lengths, numbers, contexts, times = ask(browser).columns
    assert (ids, numbers, set(files)) == ([0, 1, 2], [1, 2, 3], {0})
    assert offsets == [0, len(lines[0]), len(lines[0]) * 2]
    assert {*lengths} <= {len(lines[0]), len(lines[0]) - 1}
    assert times == [(START + at) * 10**9 for at in (1, 2, 3)]
    assert len(set(contexts)) == 1


@pytest.mark.parametrize("ids", [(0, 1, 2), (1,), (0, 2), (1, 3), (3,)])
def test_any_ascending_numbers_may_be_asked_for(made: Make, ids: tuple[int, ...]) -> None:
    """In one piece or with gaps."""
    browser = made({"000/parsl.log": "".join(text(at, f"m{at}") for at in range(4))})
    batch = ask(browser, *ids)
    assert batch.columns[0] == list(ids)
    assert batch.columns[4] == [id + 1 for id in ids]


def test_one_text_a_context_that_is_kept_for_the_next_batch(made: Make) -> None:
    browser = made({"000/parsl.log": "".join(text(at, LAUNCH.format(at % 2, at % 2 + 5)) for at in range(6))})
    added = Added(browser.catalog)
    first, second = (added.ask(np.array(ids, dtype=np.int32)) for ids in ([0, 1, 2], [3, 4]))
    assert len(first.contexts) == 2 and first.contexts == second.contexts
    one, other = (read(first.contexts[ctx]) for ctx in first.columns[5][:2])
    assert (one["parsl.task"], other["parsl.task"]) == ("0", "1")
    assert one["wideview.rule.parsl.task"] == "launch"
    alone = ask(browser, 3)
    assert alone.contexts == {alone.columns[5][0]: second.contexts[second.columns[5][0]]}


def test_what_the_record_says_itself_is_not_added(made: Make) -> None:
    """Only what rules gave; and what a rule gave says which."""
    browser = made({"000/a.jsonl": line({"t": START, "msg": "own", "parsl.task": 5})})
    [members] = ask(browser).contexts.values()
    found = read(members)
    assert "parsl.task" not in found and "wideview.rule.parsl.task" not in found
    for key in [key for key in found if not key.startswith("wideview.")]:
        assert found[f"wideview.rule.{key}"]


@pytest.mark.parametrize(
    ("nanos", "written"),
    [
        (START * 10**9, "2026-11-20T07:19:56Z"),
        (START * 10**9 + 1, "2026-11-20T07:19:56.000000001Z"),
        (START * 10**9 + 500_000_000, "2026-11-20T07:19:56.5Z"),
        (START * 10**9 + 120_000, "2026-11-20T07:19:56.00012Z"),
        (0, "1970-01-01T00:00:00Z"),
        (250_000_000, "1970-01-01T00:00:00.25Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (NO_TIME, None),
    ],
)
def test_the_time_is_as_fine_as_it_needs_to_be(made: Make, nanos: int, written: str | None) -> None:
    """Also right after another second was asked for."""
    browser = made({"000/parsl.log": text(1, "m")})
    for others in ([], [86400 * 10**9], [nanos], [nanos, NO_TIME]):
        added = Added(browser.catalog)
        for other in others:
            added.members(0, 1, other, b"")
        assert read(added.members(0, 7, nanos, b"")).get("wideview.time") == written


def test_a_source_is_a_file_and_a_line_and_then_the_context(tmp_path: Path, made: Make) -> None:
    added = Added(made({'000/we"ird \\ é.jsonl': line({"t": START, "msg": "m"})}).catalog)
    found = read(added.members(0, 12, NO_TIME, b',"x":1'))
    assert found == {"wideview.source": f'{tmp_path}/000/we"ird \\ é.jsonl:12', "x": 1}


def test_text_is_kept_where_the_file_has_none_to_give(made: Make) -> None:
    """Lines of text logs are kept as objects; Parsl's JSON lines are read where they stand."""
    browser = made({"000/parsl.log": text(1, "words"), "000/b.jsonlog": line(parsl(2, "object"))})
    kept = ask(browser).kept
    assert set(kept) == {0}
    raw, error, fresh = kept[0]
    assert json.loads(raw or "")["formatted"] == "words"
    assert (error, fresh) == (None, True)


def test_a_damaged_line_brings_its_error(made: Make) -> None:
    browser = made({"000/b.jsonl": line({"t": START, "msg": "good"}) + "{no object\n"})
    batch = ask(browser)
    errors = {id: error for id, (_, error, _) in batch.kept.items() if error}
    [(id, error)] = errors.items()
    assert batch.columns[4][batch.columns[0].index(id)] == 2
    assert "not JSON" in error


def test_to_records_of_an_export_nothing_is_added(tmp_path: Path, made: Make, loaded: Loader) -> None:
    made({"000/parsl.log": text(1, LAUNCH.format(1, 5))}).export(Selection(), str(tmp_path / "e.jsonl"))
    write(tmp_path, {"new.jsonl": line({"t": START + 9, "msg": "new", "htex_task_id": 5})})
    batch = ask(loaded(tmp_path / "e.jsonl", tmp_path / "new.jsonl"))
    assert batch.kept[0][2] is False
    assert all(fresh for id, (_, _, fresh) in batch.kept.items() if id != 0)
