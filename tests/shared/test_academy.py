"""Real runs of Academy: every action of every run has all of its records in its flow, and no other's."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.shared.data import DATA, needs_data
from tui.query.catalog import Catalog
from tui.query.entities import resolve
from tui.query.opening import Request, open_catalog
from tui.query.select import entity_sql

ACADEMY = DATA / "academy"
RUNS = ("local", "redis", "redis-procs", "http", "parsl")

pytestmark = [
    needs_data,
    pytest.mark.xdist_group("academy"),
]

CALLER, EXCHANGE, AGENT = (
    [
        "Invoking action {0} with tag id {1}",
        "Sending action request",
        "Waiting for result of action {0} with tag id {1}",
    ],
    ["Tracking in-flight request: tag={1}", "Response received for in-flight request: tag={1}"],
    ["Started action with tag {1}", "Invoking action {0} with invocation id {1}", 'Invoking "{0}" action on'],
)
SUCCESS = [
    "Completed action {0} with invocation id {1}, result",
    "Sent ActionResponse",
    "Successfully completed action {0} with tag id {1}",
]
FAILURE = [
    "Action {0} ended with exception, with invocation id {1}",
    "Sent UserErrorResponse",
    "Completed action {0} with tag id {1} with exception",
]
FAILING = ("fail", "bad_step")


def opened(*paths: Path) -> Catalog:
    """Everything below *paths*, as the command line opens it."""
    return open_catalog(Request(tuple(map(str, paths)), cache=False))


def actions(run: str) -> dict[str, str]:
    """The tag of every action of a run, and its name, straight from the files."""
    found: dict[str, str] = {}
    for path in (ACADEMY / f"home-{run}").rglob("*.jsonlog"):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if tag := record.get("academy.action_tag"):
                found[tag] = record["academy.action"]
    return found


def flows(catalog: Catalog) -> dict[str, list[str]]:
    """The first lines of the records of every action, in order; found as :func:`tui.query.flow.flow` finds them."""
    column = catalog.key_column("academy.action_tag")
    rows = catalog.reader("test").rows(
        f"SELECT a.{column}, split_part({catalog.body()}, chr(10), 1) FROM stream s "
        f"JOIN (SELECT DISTINCT ctx, {column} FROM aspects WHERE {column} IS NOT NULL) a USING (ctx) "
        "JOIN records r ON s.record = r.rowid ORDER BY s.rowid"
    )
    found: dict[str, list[str]] = {}
    for tag, body in rows:
        found.setdefault(tag, []).append(body)
    return found


def expected(name: str, tag: str, run: str) -> list[str]:
    """How the records of an action begin, in alphabetical order; on Redis and http a message in JSON is a dict."""
    answer = "UserErrorResponse" if name in FAILING else "ActionResponse"
    received = ("ActionRequest", answer) if run == "local" else ("dict", "dict")
    messages = ["Sent ActionRequest", *(f"Received {kind} from" for kind in received)]
    own = FAILURE if name in FAILING else SUCCESS
    exchange = [] if run == "http" else EXCHANGE  # whose log is that of a server
    return sorted(each.format(name, tag) for each in [*CALLER, *exchange, *AGENT, *messages, *own])


@pytest.mark.parametrize("run", RUNS)
def test_every_action_is_complete(run: str) -> None:
    """All of its records, each once, and none of another action, though several run in one agent at a time."""
    catalog = opened(ACADEMY / f"home-{run}")
    known = actions(run)
    assert len(known) == 62
    found = flows(catalog)
    assert found.keys() == known.keys()
    for tag, name in known.items():
        bodies, wanted = sorted(found[tag]), expected(name, tag, run)
        assert len(bodies) == len(wanted) and all(map(str.startswith, bodies, wanted)), tag
        assert not re.findall(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", " ".join(bodies).replace(tag, ""))
    assert entity_sql(catalog, resolve(catalog, [("academy.action_tag", tag)])).text == (
        f"{catalog.key_column('academy.action_tag')} = ?"
    )
    assert not catalog.reader("test").rows("FROM conflicts")


@pytest.mark.parametrize(
    ("log", "run"), [("redis-procs", "redis-procs"), ("parsl", "parsl"), ("http", "http"), ("local", "local")]
)
def test_the_text_log_tells_the_same(log: str, run: str) -> None:
    found = flows(opened(ACADEMY / f"academy-{log}-extra2.log"))
    known = actions(run)
    assert found.keys() == known.keys()
    for tag, name in known.items():
        bodies, wanted = sorted(found[tag]), expected(name, tag, run)
        assert len(bodies) == len(wanted) and all(map(str.startswith, bodies, wanted)), tag


def test_a_text_log_without_keys_lacks_only_what_names_no_tag() -> None:
    found = flows(opened(ACADEMY / "academy-redis-extra1.log"))
    for tag, name in actions("redis").items():
        wanted = [each for each in expected(name, tag, "redis") if not each.startswith(("Sent ", "Received "))]
        assert len(found[tag]) == len(wanted) and all(map(str.startswith, sorted(found[tag]), wanted)), tag


def test_together_the_flows_are_the_union() -> None:
    """An action is one thing in all logs: those of its run's text log and of the exchange's own join its flow."""
    logs = [ACADEMY / name for name in ("home-http", "academy-http-extra2.log", "out-http.txt")]
    whole = {tag: Counter(bodies) for tag, bodies in flows(opened(*logs)).items()}
    parts: dict[str, Counter[str]] = {tag: Counter() for tag in whole}
    for log in logs:
        for tag, bodies in flows(opened(log)).items():
            parts[tag].update(bodies)
    for tag, together in whole.items():
        assert not parts[tag] - together
        # The exchange's log knows no actions, only messages; the others tell it which those are.
        more = together - parts[tag]
        assert sorted(body.partition(tag)[0] for body in more.elements()) == [
            "Fetched message ",
            "Fetched message ",
            "Placing message ",
            "Placing message ",
            "Response received for in-flight request: tag=",
            "Tracking in-flight request: tag=",
        ]
