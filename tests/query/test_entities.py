"""Tests of tui.query.entities: what a record is about, and which entity a user means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tui.errors import EntityError
from tui.query.browse import Browser
from tui.query.model import Entity, Selection

RUNS = {
    "text": "cccb5159-d53d-4c01-894f-72118f276672",
    "json": "6e9703cc-76d3-489d-8ab0-5cd53e7138bd",
    "threads": "",
}


def resolve(browser: Browser, *words: str) -> Entity:
    pairs = [(key, value) for key, _, value in (word.partition("=") for word in words)]
    return browser.resolve(pairs)


def refusal(browser: Browser, *words: str) -> EntityError:
    with pytest.raises(EntityError) as caught:
        resolve(browser, *words)
    return caught.value


def record(browser: Browser, body: str) -> int:
    quoted = body.replace("\\", "\\\\").replace('"', '\\"')
    [found] = browser.ids(Selection(f'"{quoted}"')).tolist()
    return int(found)


def labels(browser: Browser, body: str) -> list[str]:
    return [entity.label for entity in browser.entities(record(browser, body))]


def test_a_record_is_about_its_task_first_and_its_run_last(text_run: Browser) -> None:
    found = labels(text_run, "Parsl task 5 try 1 launched on executor htex_Local with executor id 8")
    assert found[0] == "try 1 of task 5"
    assert "task 5" in found
    assert "executor task 8 of executor htex_Local" in found
    assert "executor htex_Local" in found
    assert found[-1] == "run"


def test_a_record_about_two_tasks_is_about_both(text_run: Browser) -> None:
    found = labels(text_run, "Got executor tasks: [1, 2], cumulative count of tasks: 2")
    assert {"task 0", "task 4"} <= set(found)
    assert {"executor task 1 of executor htex_Local", "executor task 2 of executor htex_Local"} <= set(found)


def test_a_record_about_nothing_is_about_its_run(text_run: Browser) -> None:
    found = text_run.entities(
        record(text_run, "Initialized <parsl.logconfigs.file.FileLogging object at 0x7f2beff25150>")
    )
    assert [entity.kind for entity in found if entity.kind not in ("process", "thread")] == ["run"]


def test_every_entity_of_a_record_has_it_in_its_flow(text_run: Browser) -> None:
    wanted = record(text_run, "Received executor task 8")
    found = text_run.entities(wanted)
    assert len(found) > 6
    for entity in found:
        assert wanted in text_run.ids(Selection(entity=entity)).tolist(), entity.label


def test_every_entity_of_a_record_can_be_named(text_run: Browser) -> None:
    for entity in text_run.entities(record(text_run, "Received executor task 8")):
        pairs = entity.keys or (("parsl.dfk", RUNS["text"]),)
        assert text_run.resolve(pairs) == entity


@pytest.mark.parametrize(
    "words",
    [
        ["parsl.task=5"],
        ["task_id=5"],
        ["parsl_task_id=5"],
        ["task=5"],
        ["parsl.task=0005"],
        ["parsl.rundir=000", "parsl.task=5"],
        ["rundir=/scratch/user/text/runinfo/000", "task_id=5"],
        [f"parsl.dfk={RUNS['text']}", "parsl.task=5"],
        [f"run_id={RUNS['text'].upper()}", "parsl.task=5"],
    ],
)
def test_one_task_by_many_names(text_run: Browser, words: list[str]) -> None:
    found = resolve(text_run, *words)
    assert (found.kind, found.keys, found.run) == ("task", (("parsl.task", "5"),), "000")


def test_a_manager_is_named_by_what_emitters_write(text_run: Browser) -> None:
    found = resolve(text_run, "parsl.manager=b'f8132dfeb74a'")
    assert (found.kind, found.keys) == ("manager", (("parsl.manager", "f8132dfeb74a"),))


def test_a_run_alone(text_run: Browser) -> None:
    found = resolve(text_run, "parsl.rundir=000")
    assert (found.kind, found.keys) == ("run", ())
    assert len(text_run.ids(Selection(entity=found))) == len(text_run.ids(Selection()))


def test_a_key_above_that_the_data_tell_need_not_be_given(text_run: Browser) -> None:
    assert resolve(text_run, "parsl.executor_task=8").keys == (
        ("parsl.executor", "htex_Local"),
        ("parsl.executor_task", "8"),
    )


def test_missing_key_lists_the_candidates(json_run: Browser) -> None:
    error = refusal(json_run, "parsl.executor_task=1")
    assert "name one by adding parsl.executor" in str(error)
    assert [candidate.split("   ")[0] for candidate in error.candidates] == [
        f"parsl.dfk={RUNS['json']} parsl.executor={executor} parsl.executor_task=1"
        for executor in ("htex_Local", "htex_Two")
    ]


def test_a_try_without_its_task_lists_the_tasks(text_run: Browser) -> None:
    error = refusal(text_run, "parsl.try=1")
    assert "name one by adding parsl.task" in str(error)
    tasks = [word for candidate in error.candidates for word in candidate.split() if word.startswith("parsl.task=")]
    assert tasks == ["parsl.task=5", "parsl.task=6"]


def test_unknown_key_names_those_that_can_be_followed(text_run: Browser) -> None:
    error = refusal(text_run, "parsl.tusk=5")
    assert "'parsl.tusk' is not a key" in str(error)
    assert "parsl.task" in str(error)
    assert error.candidates == ()


def test_nothing_found_has_no_candidates(text_run: Browser) -> None:
    error = refusal(text_run, "parsl.task=99")
    assert str(error) == "nothing is known of parsl.task=99"
    assert error.candidates == ()


def test_the_same_task_of_three_runs_lists_the_runs(three_runs: Browser) -> None:
    error = refusal(three_runs, "parsl.rundir=000", "parsl.task=1")
    assert "fits 3 entities; name one by adding parsl.dfk" in str(error)
    assert [candidate.rpartition("(")[2] for candidate in error.candidates] == [
        f"{FIXTURES / name / 'runinfo' / '000'})" for name in ("text", "json", "threads")
    ]


@pytest.mark.parametrize("name", ["text", "json", "threads"])
def test_every_candidate_names_one_entity(three_runs: Browser, name: str) -> None:
    candidates = refusal(three_runs, "parsl.task=1").candidates
    [mine] = [candidate for candidate in candidates if f"/{name}/" in candidate]
    found = resolve(three_runs, *mine.split("   ")[0].split())
    assert found.keys == (("parsl.task", "1"),)
    assert f"/{name}/" in three_runs.catalog.scopes[found.scope].path


@pytest.mark.parametrize("name", ["text", "json"])
def test_one_of_several_runs_gives_what_it_gives_alone(
    three_runs: Browser, request: pytest.FixtureRequest, name: str
) -> None:
    alone: Browser = request.getfixturevalue(f"{name}_run")
    words = [f"parsl.dfk={RUNS[name]}", "parsl.task=5"]

    def told(browser: Browser) -> list[tuple[object, ...]]:
        steps = browser.flow(resolve(browser, *words)).steps
        return [(s.row.time, s.row.source, s.row.file, s.row.line, s.row.body, s.since, s.slow) for s in steps]

    assert told(three_runs) == told(alone)
    assert len(told(alone)) > 50


def test_a_run_without_its_own_words_is_named_by_its_directory(loaded: Callable[..., Browser]) -> None:
    """Of an interchange log alone nobody knows the UUID."""
    browser = loaded(*sorted((FIXTURES / "json" / "runinfo" / "000").glob("htex_*")))
    error = refusal(browser, "parsl.executor_task=1")
    found = resolve(browser, *error.candidates[0].split("   ")[0].split())
    assert found.keys == (("parsl.executor", "htex_Local"), ("parsl.executor_task", "1"))


def test_a_task_is_nearer_than_the_place_in_which_it_ran(loaded: Callable[..., Browser]) -> None:
    browser = loaded(FIXTURES / "workqueue")
    record = browser.ids(Selection('"TASK 23 RUNNING"'))[0]
    kinds = [each.kind for each in browser.entities(int(record))]
    assert kinds.index("Work Queue task") < kinds.index("Work Queue worker") < kinds.index("Work Queue manager")


def test_a_key_as_it_was_logged_can_be_followed(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    """A hierarchy is all that it takes; without one the message says so."""
    (tmp_path / "app.jsonl").write_text(
        '{"t": 1.5, "span": "a", "msg": "begin"}\n{"t": 2.5, "span": "b", "msg": "x"}\n'
    )
    (tmp_path / "span.toml").write_text('[[hierarchy]]\nname = "run > span"\nlevels = [["span"]]\n')
    with pytest.raises(EntityError, match=r"'span' is not a key that can be followed \(these data have none"):
        resolve(loaded(tmp_path / "app.jsonl"), "span=a")
    browser = loaded(tmp_path / "app.jsonl", rules=(str(tmp_path / "span.toml"),))
    assert len(browser.ids(Selection(entity=resolve(browser, "span=a")))) == 1
