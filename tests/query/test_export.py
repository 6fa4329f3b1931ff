"""Tests of tui.query.export: records as emitted, what wideview adds, and what comes back when an export is read."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import FIXTURES
from tests.query.making import INTERCHANGE, text, write
from tui.errors import InputError
from tui.query import export
from tui.query.browse import Browser
from tui.query.model import Entity, Selection

Loader = Callable[..., Browser]


def lines(browser: Browser, selection: Selection = Selection()) -> list[bytes]:
    return list(export.records(browser.catalog, selection))


def written(browser: Browser, selection: Selection = Selection(), form: str = "jsonl") -> bytes:
    out = io.BytesIO()
    export.write(browser.catalog, selection, out, form)
    return out.getvalue()


def objects(browser: Browser, expression: str = "") -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(browser, Selection(expression))]


def emitted(value: dict[str, Any]) -> dict[str, Any]:
    """What the emitter wrote, without what wideview adds."""
    widened = {key.removeprefix("wideview.rule.") for key in value if key.startswith("wideview.rule.")}
    return {key: item for key, item in value.items() if key not in widened and not key.startswith("wideview.")}


def task(browser: Browser, number: str) -> Entity:
    return browser.resolve([("parsl.task", number)])


def test_one_object_a_record_in_stream_order(text_run: Browser) -> None:
    found = objects(text_run)
    rows = text_run.rows(text_run.ids(Selection()).tolist())
    assert len(found) == len(rows) == text_run.catalog.count
    assert [value["wideview.source"] for value in found] == [f"{row.file}:{row.line}" for row in rows]


def test_every_line_is_a_flat_object(three_runs: Browser) -> None:
    data = written(three_runs)
    assert data.endswith(b"\n")
    for line in data.splitlines():
        value = json.loads(line, object_pairs_hook=lambda pairs: pairs)
        names = [name for name, _ in value]
        assert len(names) == len(set(names)), "a key twice"
        for name, item in value:
            assert isinstance(item, str | int | float | None) or is_list_of_text(item), name


def is_list_of_text(item: object) -> bool:
    return isinstance(item, list) and all(isinstance(part, str) for part in item)


def test_json_lines_keep_their_bytes(json_run: Browser) -> None:
    """Values, types, order of keys and blanks are those of the file."""
    found = {value["wideview.source"]: line for line in lines(json_run) for value in [json.loads(line)]}
    checked = 0
    for path in sorted((FIXTURES / "json").rglob("*.jsonlog")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            mine = found[f"{path}:{number}"]
            assert mine.startswith(line[:-1])
            checked += 1
    assert checked == 1818


def test_database_rows_keep_their_types(text_run: Browser) -> None:
    [value] = objects(text_run, 'body:"status: task 5 try 1 failed"')
    assert emitted(value) == {
        "run_id": "cccb5159-d53d-4c01-894f-72118f276672",
        "task_id": 5,
        "try_id": 1,
        "task_status_name": "failed",
        "timestamp": "2026-11-20 08:56:35.975633",
        "monitoring.table": "status",
    }


def test_what_is_added(text_run: Browser) -> None:
    [value] = objects(text_run, 'body:"Received executor task 8"')
    assert value["wideview.time"] == "2026-11-20T08:56:35.931417Z"
    directory = FIXTURES / "text" / "runinfo" / "000"
    assert value["wideview.source"] == f"{directory}/htex_Local/block-0/f8132dfeb74a/worker_1.log:56"
    assert value["wideview.scope"] == str(directory)
    given = {key: item for key, item in value.items() if f"wideview.rule.{key}" in value}
    assert given == {
        "parsl.dfk": "cccb5159-d53d-4c01-894f-72118f276672",
        "parsl.rundir": "000",
        "parsl.task": "5",
        "parsl.try": "1",
        "parsl.executor": "htex_Local",
        "parsl.executor_task": "8",
        "parsl.block": "0",
        "parsl.manager": "f8132dfeb74a",
        "parsl.worker": "1",
        "parsl.job": given["parsl.job"],
        "parsl.app_name": "divide",
    }
    assert value["wideview.rule.parsl.worker"] == "worker file"
    assert value["wideview.rule.parsl.executor_task"] == "worker's task"
    assert value["wideview.rule.parsl.task"] == "task of an executor task"


def test_a_record_about_two_tasks_has_a_list(text_run: Browser) -> None:
    [value] = objects(text_run, 'body:"Got executor tasks: [1, 2]"')
    assert (value["parsl.executor_task"], value["parsl.task"]) == (["1", "2"], ["0", "4"])


def test_a_record_without_a_time_has_none(text_run: Browser) -> None:
    found = objects(text_run, "source:*stdout*")
    assert [value["wideview.body"] for value in found] == ["hello world"]
    assert not any("time" in key for key in found[0])


def test_times_are_as_fine_as_the_source(json_run: Browser) -> None:
    values = objects(json_run, 'body:"Parsl task 0 try 0 launched"')
    assert isinstance(values[0]["created"], float)
    whole, _, part = values[0]["wideview.time"].rstrip("Z").partition(".")
    assert part == repr(values[0]["created"]).partition(".")[2]
    assert whole == "2026-11-20T08:56:47"


def test_a_selection_gives_its_records_only(text_run: Browser) -> None:
    selection = Selection("level:>=INFO", entity=task(text_run, "5"))
    found = [json.loads(line)["wideview.source"] for line in lines(text_run, selection)]
    rows = text_run.rows(text_run.ids(selection).tolist())
    assert found == [f"{row.file}:{row.line}" for row in rows]
    assert 20 < len(found) < 60


@pytest.mark.parametrize("name", ["text", "json", "threads"])
def test_reading_an_export_gives_the_same_records(
    request: pytest.FixtureRequest, loaded: Loader, tmp_path: Path, name: str
) -> None:
    """The same order, times, bodies and widened keys; exported again, the same bytes."""
    browser: Browser = request.getfixturevalue(f"{name}_run")
    path = tmp_path / "export.jsonl"
    assert export.save(browser.catalog, Selection(), str(path)) == browser.catalog.count
    again = loaded(path)
    assert again.catalog.count == browser.catalog.count
    assert seen(again) == seen(browser)
    assert written(again) == path.read_bytes()
    assert flow_told(again, "0") == flow_told(browser, "0")


def seen(browser: Browser) -> list[tuple[int | None, int, str]]:
    rows = browser.rows(browser.ids(Selection()).tolist())
    return [(row.time, row.level, row.body) for row in rows]


def flow_told(browser: Browser, number: str) -> list[tuple[str, str, str]]:
    return [(step.row.source, step.row.entity, step.row.body) for step in browser.flow(task(browser, number)).steps]


@pytest.mark.parametrize("key", ["parsl.task", "parsl.try", "parsl.executor_task", "parsl.worker", "parsl.app_name"])
def test_an_export_read_again_answers_the_same_filters(
    text_run: Browser, loaded: Loader, tmp_path: Path, key: str
) -> None:
    path = tmp_path / "export.jsonl"
    text_run.export(Selection(), str(path))
    again = loaded(path)
    for value, _ in text_run.values(Selection(), key).values:
        expression = f"{key}:{value}"
        assert bodies(again, expression) == bodies(text_run, expression)
        assert bodies(again, expression)


def bodies(browser: Browser, expression: str) -> list[str]:
    return [row.body for row in browser.rows(browser.ids(Selection(expression)).tolist())]


def test_an_export_of_one_task_can_be_followed(text_run: Browser, loaded: Loader, tmp_path: Path) -> None:
    path = tmp_path / "task.jsonl"
    text_run.export(Selection(entity=task(text_run, "6")), str(path))
    assert flow_told(loaded(path), "6") == flow_told(text_run, "6")


def test_an_export_of_three_runs_stays_three_runs(three_runs: Browser, loaded: Loader, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    three_runs.export(Selection(), str(path))
    again = loaded(path)
    assert written(again) == path.read_bytes()
    assert {(scope.path, scope.name, scope.run) for scope in again.catalog.scopes.values()} == {
        (scope.path, scope.name, scope.run) for scope in three_runs.catalog.scopes.values()
    }
    for run in three_runs.catalog.scopes.values():
        pairs = [("parsl.dfk", run.run), ("parsl.task", "2")]
        mine, theirs = (browser.flow(browser.resolve(pairs)) for browser in (again, three_runs))
        assert [step.row.body for step in mine.steps] == [step.row.body for step in theirs.steps]


def test_an_export_beside_other_logs_keeps_what_it_says(text_run: Browser, loaded: Loader, tmp_path: Path) -> None:
    """What was exported before comes out byte for byte; the others get what wideview adds."""
    path = tmp_path / "export.jsonl"
    text_run.export(Selection(entity=task(text_run, "6")), str(path))
    found = lines(loaded(path, FIXTURES / "threads"))
    old = path.read_bytes().splitlines()
    assert [line for line in found if line in set(old)] == old
    added = [json.loads(line) for line in found if line not in set(old)]
    assert len(added) == 109
    assert all(value["parsl.rundir"] == "000" and "/threads/" in value["wideview.scope"] for value in added)


def test_a_list_says_which_of_its_values_belong_together(loaded: Loader, tmp_path: Path) -> None:
    """Executor tasks 9 and 10 are tasks 30 and 4, in that order, and stay so when the export is read again."""
    run = write(
        tmp_path,
        {
            "run/000/parsl.log": text(1, "Parsl task 30 try 0 launched on executor x with executor id 9")
            + text(2, "Parsl task 4 try 0 launched on executor x with executor id 10"),
            "run/000/x/interchange.log": text(3, "Sent tasks: [9, 10, 11] to manager b'f8132dfeb74a'", INTERCHANGE),
        },
    )
    browser = loaded(run)
    [value] = objects(browser, '"Sent tasks"')
    assert value["parsl.executor_task"] == ["9", "10", "11"]
    assert value["parsl.task"] == ["30", "4", None]
    path = tmp_path / "export.jsonl"
    browser.export(Selection(), str(path))
    again = loaded(path)
    for number, wanted in (("9", "30"), ("10", "4")):
        entity = again.resolve([("parsl.task", wanted), ("parsl.executor_task", number)])
        assert "Sent tasks: [9, 10, 11] to manager b'f8132dfeb74a'" in [s.row.body for s in again.flow(entity).steps]


def test_a_damaged_line_stays_one_through_an_export(loaded: Loader, tmp_path: Path) -> None:
    run = write(tmp_path, {"a.jsonl": '{"t": 1.5, "v": 3}\n{no object\n'})
    browser = loaded(run / "a.jsonl")
    path = tmp_path / "export.jsonl"
    browser.export(Selection(), str(path))
    errors = [json.loads(line).get("wideview.error") for line in path.read_bytes().splitlines()]
    assert errors[0] is None
    assert "not JSON" in errors[1]
    again = loaded(path)
    assert [row.error for row in again.rows([0, 1])] == errors
    assert written(again) == path.read_bytes()


def test_records_without_times_keep_their_place(loaded: Loader, tmp_path: Path) -> None:
    """In the export they follow a record of another source than their own."""
    run = write(
        tmp_path,
        {
            "run/000/parsl.log": text(1, "Parsl task 1 try 0 launched on executor x with executor id 7")
            + text(6, "Task 1 changing state from launched to exec_done"),
            "run/000/x/interchange.log": "no time\n" + text(2, "Putting task 7 onto pending_task_queue", INTERCHANGE),
            "run/000/task_logs/0000/task_0001_f.stdout": "hello\n",
        },
    )
    browser = loaded(run)
    path = tmp_path / "export.jsonl"
    browser.export(Selection(), str(path))
    again = loaded(path)
    told = [row.body.partition(" ")[0] for row in browser.rows(range(5))]
    assert told == ["Parsl", "no", "Putting", "Task", "hello"]
    assert written(again) == path.read_bytes()


def test_csv_has_a_row_a_record(text_run: Browser, tmp_path: Path) -> None:
    selection = Selection(entity=task(text_run, "5"))
    path = tmp_path / "task.csv"
    count = export.save(text_run.catalog, selection, str(path), "csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count == len(lines(text_run, selection))
    wanted = [json.loads(line) for line in lines(text_run, selection)]
    for mine, value in zip(rows, wanted, strict=True):
        assert mine["wideview.source"] == value["wideview.source"]
        assert mine.get("formatted", "") == value.get("formatted", "")
        assert mine["parsl.task"] == value.get("parsl.task", "")


def test_parquet_has_a_row_a_record_and_a_column_a_key(text_run: Browser, tmp_path: Path) -> None:
    selection = Selection(entity=task(text_run, "5"))
    path = tmp_path / "task.parquet"
    count = export.save(text_run.catalog, selection, str(path), "parquet")
    table = duckdb.connect().execute(f"SELECT * FROM '{path}'")
    names = [column[0] for column in table.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in table.fetchall()]
    wanted = [json.loads(line) for line in lines(text_run, selection)]
    assert len(rows) == count == len(wanted)
    assert set(names) == {key for value in wanted for key in value}
    for mine, value in zip(rows, wanted, strict=True):
        for key in ("wideview.source", "wideview.time", "formatted", "parsl.try", "monitoring.event"):
            assert mine[key] == value.get(key)


def test_nothing_is_left_beside_the_file(threads_run: Browser, tmp_path: Path) -> None:
    for form in export.FORMATS:
        export.save(threads_run.catalog, Selection(), str(tmp_path / f"out.{form}"), form)
    assert sorted(os.listdir(tmp_path)) == ["out.csv", "out.jsonl", "out.parquet"]


def test_an_export_that_fails_leaves_the_old_file(
    threads_run: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("precious\n")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "write", full)
    with pytest.raises(InputError, match=r"out\.jsonl: cannot be written: No space left on device"):
        threads_run.export(Selection(), str(path))
    assert path.read_text() == "precious\n"
    assert os.listdir(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("packed", [False, True])
def test_what_was_read_is_never_written_over(loaded: Loader, tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "app.jsonl"
    path.write_text('{"time": "2026-11-20T07:00:00Z", "message": "precious"}\n')
    if packed:
        with tarfile.open(tmp_path / "app.tar", "w") as archive:
            archive.add(path, "app.jsonl")
        path = tmp_path / "app.tar"
    before = path.read_bytes()
    (tmp_path / "link").symlink_to(path)
    browser = loaded(path)
    for name in (path, tmp_path / "link"):
        with pytest.raises(InputError, match="is one of the files that were read; name another one to write"):
            browser.export(Selection(), str(name))
    assert path.read_bytes() == before and browser.export(Selection(), str(tmp_path / "out.jsonl")) == 1


@pytest.mark.parametrize("form", export.FORMATS)
def test_a_path_that_cannot_be_written_is_named(threads_run: Browser, tmp_path: Path, form: str) -> None:
    path = str(tmp_path / "missing" / "out")
    with pytest.raises(InputError) as caught:
        export.save(threads_run.catalog, Selection(), path, form)
    assert str(caught.value) == f"{path}: cannot be written: No such file or directory"


def test_more_records_than_a_batch(three_runs: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = Selection("level:>=INFO")
    whole = lines(three_runs, selection)
    monkeypatch.setattr(export, "_BATCH", 100)
    assert len(whole) > 800
    assert lines(three_runs, selection) == whole


def copy(tmp_path: Path, name: str) -> Path:
    return Path(shutil.copytree(FIXTURES / name, tmp_path / name))


def test_a_file_that_grew_still_gives_its_records(loaded: Loader, tmp_path: Path) -> None:
    run = copy(tmp_path, "json")
    browser = loaded(run)
    before = lines(browser)
    with (run / "runinfo/000/parsl.jsonlog").open("a") as file:
        file.write('{"created": 1795165999.5, "formatted": "later"}\n')
    assert lines(browser) == before


def test_a_file_that_is_gone_gives_what_the_index_holds(loaded: Loader, tmp_path: Path) -> None:
    run = copy(tmp_path, "json")
    browser = loaded(run)
    before = [json.loads(line) for line in lines(browser)]
    (run / "runinfo/000/parsl.jsonlog").unlink()
    after = [json.loads(line) for line in lines(browser)]
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        assert new["wideview.source"] == old["wideview.source"]
        assert new.get("formatted") == old.get("formatted")
        assert new.get("parsl.task") == old.get("parsl.task")


def test_a_file_that_was_written_anew_never_gives_its_new_bytes(loaded: Loader, tmp_path: Path) -> None:
    run = copy(tmp_path, "json")
    browser = loaded(run)
    (run / "runinfo/000/parsl.jsonlog").write_text('{"created": 1795165999.5, "formatted": "another run"}\n')
    found = [json.loads(line) for line in lines(browser)]
    assert not any("another run" in value.get("formatted", "") for value in found)
    assert len(found) == browser.catalog.count
