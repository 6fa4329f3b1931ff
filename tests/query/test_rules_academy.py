"""Tests of tui/rules/academy.toml, and of keys that are unique in the world, on a small real run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FIXTURES, load
from tests.query import making
from tests.query.making import by_body, see, write
from tui.cli import main
from tui.errors import EntityError
from tui.query import hierarchy
from tui.query.browse import Browser
from tui.query.model import ANYWHERE, Entity, Selection

ACADEMY = FIXTURES / "academy"
GOLDEN = Path(__file__).parent.parent / "headless" / "golden"
STEP, NEXT, SQUARE = (
    "94aa9337-27d7-4079-9cc5-07b7db663f1b",
    "2cb9d05d-2403-4bb2-b92b-c54c640188e9",
    "2ed2ae9e-b37b-42ac-b9f7-fce31811cc37",
)
BAD_STEP, FAIL = "42221a01-99b5-4f86-b2ba-2c9c6c02e61f", "7bc24b9d-d895-466b-b80d-9b5b24215869"
POOL = "26db104a-bf3b-4875-a590-fff903eb4517"
COORDINATOR, FIBONACCI, SQUARER = "fe92fddf", "8e1f0a94", "c5131b46"
SUCCESS = [
    "Invoking action {0} with tag id {1}",
    "Sending action request from",
    "Tracking in-flight request: tag={1}",
    "Sent ActionRequest to",
    "Waiting for result of action {0} with tag id {1}",
    "Received dict from",
    "Started action with tag {1}",
    "Invoking action {0} with invocation id {1}",
    'Invoking "{0}" action on',
    "Completed action {0} with invocation id {1}",
    "Response received for in-flight request: tag={1}",
    "Sent ActionResponse to",
    "Received dict from",
    "Successfully completed action {0} with tag id {1}",
]


@pytest.fixture(scope="module")
def pool() -> Iterator[Browser]:
    """The JSON logs."""
    yield from opened(ACADEMY / "home")


@pytest.fixture(scope="module")
def text() -> Iterator[Browser]:
    """The text log of the same run."""
    yield from opened(ACADEMY / "academy.log")


@pytest.fixture(scope="module")
def both() -> Iterator[Browser]:
    yield from opened(ACADEMY)


def opened(path: Path) -> Iterator[Browser]:
    browser = load(path)
    yield browser
    browser.close()


def follow(browser: Browser, *pairs: tuple[str, str]) -> list[str]:
    return [step.row.body for step in browser.flow(browser.resolve(pairs)).steps]


def starts(name: str, tag: str, templates: list[str]) -> list[str]:
    return sorted(template.format(name, tag) for template in templates)


def matches(bodies: list[str], wanted: list[str]) -> bool:
    """Each of *bodies* begins with its own one of *wanted*."""
    return len(bodies) == len(wanted) and all(map(str.startswith, sorted(bodies), wanted))


@pytest.mark.parametrize(("name", "tag"), [("step", STEP), ("next", NEXT), ("square", SQUARE)])
@pytest.mark.parametrize("logs", ["pool", "text"])
def test_all_sides_of_an_action(request: pytest.FixtureRequest, logs: str, name: str, tag: str) -> None:
    """Its caller, the exchange and its agent; nothing of the actions that it calls."""
    found = follow(request.getfixturevalue(logs), ("academy.action_tag", tag))
    assert matches(found, starts(name, tag, SUCCESS))


@pytest.mark.parametrize("logs", ["pool", "text"])
@pytest.mark.parametrize(("name", "tag"), [("bad_step", BAD_STEP), ("fail", FAIL)])
def test_an_action_that_fails(request: pytest.FixtureRequest, logs: str, name: str, tag: str) -> None:
    found = follow(request.getfixturevalue(logs), ("academy.action_tag", tag))
    changed = {
        9: "Action {0} ended with exception, with invocation id {1}",
        11: "Sent UserErrorResponse to",
        13: "Completed action {0} with tag id {1} with exception",
    }
    assert matches(found, starts(name, tag, [changed.get(i, each) for i, each in enumerate(SUCCESS)]))


def test_the_order_is_that_of_time(pool: Browser) -> None:
    steps = pool.flow(pool.resolve([("academy.action_tag", NEXT)])).steps
    times = [step.row.time or 0 for step in steps]
    assert times == sorted(times) and {step.row.source for step in steps} == {"064398ae", "ac46e58d"}


def test_an_action_has_the_agent_that_executes_it(pool: Browser) -> None:
    agents = {STEP: COORDINATOR, BAD_STEP: COORDINATOR, NEXT: FIBONACCI, SQUARE: SQUARER, FAIL: SQUARER}
    of_actions = [each.keys for each in see(pool.catalog) if "academy.action_tag" in each.keys]
    assert len(of_actions) == 14 * len(agents)
    assert all(keys["academy.agent_id"] == agents[keys["academy.action_tag"]] for keys in of_actions)


def test_golden_flow(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It was checked by hand against the files."""
    monkeypatch.chdir(FIXTURES.parent)
    assert main(["flow", "fixtures/academy/home", f"academy.action_tag={BAD_STEP}"]) == 0
    assert capsys.readouterr().out == (GOLDEN / "flow-academy-action.txt").read_text()


def test_an_agent_is_named_with_and_without_its_class(pool: Browser) -> None:
    entity = pool.resolve([("academy.agent_id", f"AgentId<{FIBONACCI}>")])
    assert entity == pool.resolve([("academy.agent_id", FIBONACCI)])
    assert entity.label == f"agent {FIBONACCI}"


def test_what_an_agent_logs_itself_is_in_its_flow(pool: Browser, text: Browser) -> None:
    for browser in (pool, text):
        found = follow(browser, ("academy.agent_id", FIBONACCI))
        assert "fibonacci state is now a=1 b=1" in found
        assert any(body.startswith("heartbeat") for body in found)
        assert not any(body.startswith("heartbeat") for body in follow(browser, ("academy.agent_id", SQUARER)))


def test_pings_are_messages_of_no_action(pool: Browser) -> None:
    [ping] = pool.ids(Selection('"Sent ping from"')).tolist()
    labels = [entity.kind for entity in pool.entities(ping)]
    assert "message" in labels and "agent" in labels and "action" not in labels


def test_the_nearest_thing_is_the_action(pool: Browser) -> None:
    [record] = pool.ids(Selection(f'"Invoking action next with invocation id {NEXT}"')).tolist()
    assert pool.entities(record)[0].kind == "action"


def test_hierarchies(pool: Browser) -> None:
    names = hierarchy.names(pool.catalog)
    assert names[0] == "run > agent > action" and names[-1] == "process > thread"
    [run] = pool.nodes(names[0])
    agents = pool.nodes(names[0], run.path)
    assert [agent.path[-1][1] for agent in agents] == sorted([COORDINATOR, FIBONACCI, SQUARER])
    actions = pool.nodes(names[0], agents[2].path)
    assert {action.path[-1][1] for action in actions} == {STEP, BAD_STEP}
    assert {action.entity for action in actions} == {
        pool.resolve([("academy.action_tag", tag)]) for tag in (STEP, BAD_STEP)
    }


def test_no_conflict_and_no_damage(both: Browser) -> None:
    assert both.conflicts() == []
    assert {file["damaged"] for file in making.files(both.catalog).values()} == {0}


def test_lint_names_actions_that_ended_early(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(ACADEMY / "academy.log"), "--json"]) == 0
    head, _, _ = (ACADEMY / "academy.log").read_text().partition("Completed action next with invocation id")
    write(tmp_path, {"x.log": head[: head.rindex("\n") + 1]})
    capsys.readouterr()
    assert main(["lint", str(tmp_path), "--json"]) == 1
    finding = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (finding["rule"], finding["step"], finding["entities"]) == ("action", "executed", 2)
    assert {example["entity"].partition("=")[2] for example in finding["examples"]} == {STEP, NEXT}


class TestUnique:
    """An action's tag is one thing, wherever it is met."""

    def test_one_entity_in_all_scopes(self, both: Browser) -> None:
        entity = both.resolve([("academy.action_tag", NEXT)])
        assert entity == Entity("action", (("academy.action_tag", NEXT),), ANYWHERE, "")
        records = both.ids(Selection(f'"Started action with tag {NEXT}"')).tolist()
        assert len(records) == 2 and all(both.entities(record)[0] == entity for record in records)

    def test_its_flow_is_the_union_of_the_flows(self, pool: Browser, text: Browser, both: Browser) -> None:
        for tag in (STEP, NEXT, SQUARE, BAD_STEP, FAIL):
            alone = follow(pool, ("academy.action_tag", tag)) + follow(text, ("academy.action_tag", tag))
            assert sorted(follow(both, ("academy.action_tag", tag))) == sorted(alone)

    def test_a_scope_that_is_named_holds(self, both: Browser, pool: Browser) -> None:
        scope = str(ACADEMY / "home" / "logs" / POOL)
        found = follow(both, ("academy.action_tag", NEXT), ("wideview.scope", scope))
        assert found == follow(pool, ("academy.action_tag", NEXT))

    def test_an_agent_is_not(self, both: Browser) -> None:
        """Eight digits, or a name that anybody may give."""
        with pytest.raises(EntityError, match="fits 2 entities"):
            both.resolve([("academy.agent_id", FIBONACCI)])

    def test_the_application_is_met_in_its_text_log(self, both: Browser) -> None:
        files = {step.row.file for step in both.flow(both.resolve([("academy.pool", POOL)])).steps}
        assert len(files) == 5


def log(*lines: str) -> str:
    """``tid name message`` as a text log; no thread for the number 0, with a task for ``1/Task-2``."""
    made = ""
    for i, each in enumerate(lines):
        tid, name, message = each.split(" ", 2)
        tid, _, task = tid.partition("/")
        who = f"[tid={tid} pid=1{task and f' task={task}'}]  " if tid != "0" else ""
        made += f"[2026-11-20 07:41:29.{i:03d}] {who}DEBUG    ({name}) {message}\n"
    return made


def test_the_messages_that_cancel_an_action_are_about_it(tmp_path: Path) -> None:
    """The cancellation has a tag of its own; as academy-py 1.0.0 logs it with ``extra=2``."""
    sent = f"message_type: CancelRequest src: UserId<b319d249> dest: AgentId<a name> message_tag: {SQUARE}"
    sent += f" message_label: {FAIL}"
    lines = [
        f"1 academy.handle Cancelling action work with tag id {NEXT} {sent} action: work action_tag: {NEXT} "
        "action_state: cancelled",
        f"1 academy.exchange.local Tracking in-flight request: tag={SQUARE} src=UserId<b319d249> dest=AgentId<a name>",
        f"1 academy.exchange.client Sent CancelRequest to AgentId<a name> {sent}",
        f"2 academy.runtime Cancelled action with tag {NEXT}",
    ]
    write(tmp_path, {"x.log": log(*lines)})
    seen = see(making.load(tmp_path))
    assert [each.keys["academy.action_tag"] for each in seen] == [NEXT] * 4
    assert [each.keys["academy.message_tag"] for each in seen] == [SQUARE] * 3 + [NEXT]


class TestThreads:
    """Text logs without keys: what follows in one thread at once."""

    def tags(self, root: Path, *lines: str) -> list[str | None]:
        write(root, {"x.log": log(*lines)})
        seen = see(making.load(root))
        return [record.keys.get("academy.action_tag") for record in seen]

    BEGIN = "{} academy.runtime Invoking action {} with invocation id {}"
    END = '{} academy.runtime Invoking "{}" action on AgentId<8e1f0a94>'

    def test_two_threads_side_by_side(self, tmp_path: Path) -> None:
        found = self.tags(
            tmp_path,
            self.BEGIN.format(1, "a", NEXT),
            self.BEGIN.format(2, "a", SQUARE),
            self.END.format(1, "a"),
            self.END.format(2, "a"),
            self.END.format(1, "a"),
        )
        assert found == [NEXT, SQUARE, NEXT, SQUARE, None]

    def test_only_at_once_and_of_the_same_name(self, tmp_path: Path) -> None:
        found = self.tags(
            tmp_path,
            self.BEGIN.format(1, "a", NEXT),
            self.END.format(1, "b"),
            self.BEGIN.format(1, "a", NEXT),
            "1 other between",
            self.END.format(1, "a"),
        )
        assert found == [NEXT, None, NEXT, None, None]

    def test_nothing_is_said_where_no_thread_is_named(self, tmp_path: Path) -> None:
        assert self.tags(tmp_path, self.BEGIN.format(0, "a", NEXT), self.END.format(0, "a")) == [NEXT, None]

    def test_a_handle_sends_what_it_invokes(self, tmp_path: Path) -> None:
        """The request itself names no tag; agents and users may have names with blanks in them."""
        request = "1 academy.handle Sending action request from UserId<b319d249> to AgentId<a name> (action='a')"
        invoking = f"1 academy.handle Invoking action a with tag id {NEXT}"
        assert self.tags(tmp_path, request, invoking, request, request) == [None, NEXT, NEXT, None]

    def test_what_is_logged_in_the_task_of_an_action(self, tmp_path: Path) -> None:
        """Two at a time in one agent; the first calls another agent, whose action that is."""
        found = self.tags(
            tmp_path,
            self.BEGIN.format("1/Task-5", "a", NEXT),
            self.BEGIN.format("1/Task-6", "a", SQUARE),
            "1/Task-5 app of the first",
            "1/Task-6 app of the second",
            "1/Task-1 app of none",
            f"1/Task-5 academy.handle Invoking action b with tag id {FAIL}",
            "1/Task-5 academy.exchange.client Sent ActionRequest to AgentId<b>",
            f"1/Task-5 academy.exchange.local Tracking in-flight request: tag={STEP} src=AgentId<a> dest=AgentId<b>",
            "1/Task-5 app of the first again",
            f"1/Task-5 academy.runtime Completed action a with invocation id {NEXT}, result serializer: pickle",
            "1/Task-5 app after it",
        )
        assert found == [NEXT, SQUARE, NEXT, SQUARE, None, FAIL, None, None, NEXT, NEXT, None]

    def test_agents_that_share_a_thread(self, tmp_path: Path) -> None:
        """What is logged while both run is of neither; after that it is known again."""
        running, shutdown = "1 academy.runtime Running agent ({}; A)", "1 academy.runtime Shutdown agent ({}; A)"
        lines = [
            running.format("AgentId<a>"),
            "1 app one",
            running.format("AgentId<b>"),
            "1 app both",
            shutdown.format("AgentId<a>"),
            "1 app the other",
            shutdown.format("AgentId<b>"),
            "1 app nobody",
            running.format("AgentId<c>"),
            "1 app again",
            shutdown.format("AgentId<c>"),
        ]
        write(tmp_path, {"x.log": log(*lines)})
        found = by_body(making.load(tmp_path))
        agents = {body: each.keys.get("academy.agent_id") for body, each in found.items() if " agent " not in body}
        assert agents == {"one": None, "both": None, "the other": None, "nobody": None, "again": "c"}
