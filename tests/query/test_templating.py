"""Tests of tui.query.templating: every record has a template, its program's or one derived from the body."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.query.making import DFLOW, FIXTURES, line, load, parsl, see, text, write
from tui.query.catalog import Catalog


def templates(catalog: Catalog) -> dict[str, str]:
    """Body -> template."""
    texts, of = catalog.templates, catalog.template_of
    return {seen.body: texts[of[i]] for i, seen in enumerate(see(catalog))}


@pytest.fixture(scope="module")
def text_run() -> Catalog:
    return load(FIXTURES / "text" / "runinfo")


@pytest.fixture(scope="module")
def json_run() -> Catalog:
    return load(FIXTURES / "json" / "runinfo")


def test_a_message_with_placeholders_is_taken(tmp_path: Path) -> None:
    given_ = parsl(1, "Task 5 has name fib", msg="Task %s has name %s", parsl_task_id=5)
    same = parsl(2, "Task 6 has name fib")
    found = templates(load(write(tmp_path, {"000/parsl.jsonlog": line(given_, same)})))
    assert found["Task 5 has name fib"] == "Task <*> has name <*>"
    assert found["Task 6 has name fib"] == "Task <*> has name fib"


def test_a_message_that_is_the_body_is_none(tmp_path: Path) -> None:
    body = "100% of %s done in 5 s"
    found = templates(load(write(tmp_path, {"000/parsl.jsonlog": line(parsl(1, body))})))
    assert found[body] == "<*>% of %s done in <*> s"


def test_a_state_in_a_placeholder_stays(tmp_path: Path) -> None:
    """Whether its record is known to have that state, or not."""
    changes = [
        parsl(i, f"Task {i} changing state from {a} to {b}", msg="Task %s changing state from %s to %s")
        for i, (a, b) in enumerate([("pending", "launched"), ("launched", "exec_done")])
    ]
    counts = [parsl(5 + i, f"Tasks in state States.{s}: {i}", msg="Tasks in state %s: %s") for i, s in
              enumerate(("pending", "failed"))]  # fmt: skip
    found = templates(load(write(tmp_path, {"000/parsl.jsonlog": line(*changes, *counts)})))
    assert set(found.values()) == {
        "Task <*> changing state from pending to launched",
        "Task <*> changing state from launched to exec_done",
        "Tasks in state States.pending: <*>",
        "Tasks in state States.failed: <*>",
    }


def test_records_of_other_call_sites_are_not_mixed(tmp_path: Path) -> None:
    records = [parsl(i, f"{word} it", lineno=i % 2) for i, word in enumerate(["Begin", "Leave"] * 5)]
    found = templates(load(write(tmp_path, {"000/parsl.jsonlog": line(*records)})))
    assert set(found.values()) == {"Begin it", "Leave it"}


def test_a_body_that_is_missing_has_a_template(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, {"odd.jsonl": '{"t": 1795159200.5, "v": 3}\n{"t": 1795159201.5, "v": 4}\n'}))
    assert len(catalog.template_of) == catalog.count == 2


@pytest.mark.parametrize("run", ["text", "json", "threads", "workqueue"])
def test_every_record_has_one(run: str) -> None:
    catalog = load(FIXTURES / run / "runinfo")
    of = catalog.template_of
    assert len(of) == catalog.count
    assert of.min() >= 0 and of.max() < len(catalog.templates)
    assert len(set(catalog.templates)) == len(catalog.templates)


def test_text_and_json_of_one_program_have_the_same_templates(text_run: Catalog, json_run: Catalog) -> None:
    """But for those that the program words more coarsely itself, and what only one of the runs wrote."""

    def counted(catalog: Catalog) -> dict[str, int]:
        counts = np.bincount(catalog.template_of, minlength=len(catalog.templates)).tolist()
        return dict(zip(catalog.templates, counts, strict=True))

    ours, theirs = counted(text_run), counted(json_run)
    for one, other in ((ours, theirs), (theirs, ours)):
        same = sum(count for template, count in one.items() if template in other)
        assert same > 0.9 * sum(one.values())
    for state in ("pending to launched", "launched to exec_done", "launched to fail_retryable"):
        assert f"Task <*> changing state from {state}" in ours.keys() & theirs.keys()


def test_two_runs_together_have_the_templates_of_both(text_run: Catalog, json_run: Catalog) -> None:
    both = load(FIXTURES / "text" / "runinfo", FIXTURES / "json" / "runinfo")
    missing = (set(text_run.templates) | set(json_run.templates)) - set(both.templates)
    assert len(missing) <= 0.05 * len(both.templates), missing


def test_names_of_executors_are_masked_also_where_there_is_one(text_run: Catalog) -> None:
    assert not [each for each in text_run.templates if "htex_Local" in each and "parsl." not in each]


BODIES = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=80),
        st.text(alphabet=st.sampled_from(list("ab1 '\"\\()[]{}<>/.,:=%-_~")), max_size=450),
        st.builds("Task {} state {}".format, st.integers(), st.sampled_from(["pending", "running"])),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=BODIES)
def test_whatever_is_written(tmp_path: Path, bodies: list[str]) -> None:
    made = "".join(text(i, body.replace("\n", " ").replace("\r", " "), DFLOW) for i, body in enumerate(bodies))
    catalog = load(write(tmp_path, {"000/parsl.log": made}))
    assert len(catalog.template_of) == catalog.count
    assert all(template is not None for template in catalog.templates)
