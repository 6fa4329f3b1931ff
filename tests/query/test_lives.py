"""Tests of tui.query.lives: what was started again in one directory is a scope of its own each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.query.making import FIXTURES, INTERCHANGE, POOL, RUN, START, Seen, by_body, conflicts, load, see, text, write
from tui.errors import EntityError
from tui.query import entities, export, flow, hierarchy
from tui.query.catalog import Catalog
from tui.query.model import Entity, Selection

UUIDS = ("5c7202b5-d022-4534-a399-21d4356129be", "bac77271-9a60-cad7-c4e9-0eb689ddf4d1")
UEP = "uep." + ".".join(UUIDS)
LABEL = "GlobusComputeEngine-HighThroughputExecutor"
FILE = f"{UEP}/{LABEL}/interchange.log"
FIRST, SECOND = "ed68003c035e", "629a2e5c5527"
RULE = "life of an interchange"


def endpoint(at: float, message: str, pid: int, ahead: int = 0) -> str:
    """A line of endpoint.log, *at* seconds after START; its clock is *ahead* hours of UTC."""
    local = datetime.fromtimestamp(START, UTC) + timedelta(seconds=at, hours=ahead)
    return f"{local:%Y-%m-%d %H:%M:%S,%f} INFO MainProcess-{pid} MainThread-1 parsl.executors.x:1 f {message}\n"


def interchange(at: float, pid: int, manager: str, ahead: int = 0) -> str:
    """Five seconds of an interchange that gets two tasks and one manager; *pid* is in every body."""
    said = (
        f"Starting {pid}",
        "Putting task 1 onto pending_task_queue",
        f"Registered manager b'{manager}' (py3.11, 2026.10.26) and added to ready queue",
        f"Sent tasks: [1] to manager b'{manager}'",
        "Removing task 1 from manager",
        f"Ending {pid}",
    )
    return "".join(text(at + i, each, INTERCHANGE, pid=pid, ahead=ahead) for i, each in enumerate(said))


def manager(at: float, pid: int) -> str:
    return text(at, "Got executor tasks: [1], cumulative count of tasks: 1", POOL, pid=pid)


def worker(at: float, pid: int) -> str:
    return text(at, "Received executor task 1", POOL, pid=pid) + text(
        at + 0.1, "Completed executor task 1", POOL, pid=pid
    )


TWICE = {
    FILE: interchange(10, 100, FIRST) + interchange(30, 200, SECOND),
    f"{UEP}/{LABEL}/block-0/{FIRST}/manager.log": manager(13.1, 110),
    f"{UEP}/{LABEL}/block-0/{FIRST}/worker_0.log": worker(13.2, 111),
    f"{UEP}/{LABEL}/block-0/{SECOND}/manager.log": manager(33.1, 210),
    f"{UEP}/{LABEL}/block-0/{SECOND}/worker_0.log": worker(33.2, 211),
}


def lives(catalog: Catalog) -> dict[str, str | None]:
    """Body -> the interchange whose life the record belongs to; what several records say alike is left out."""
    found = see(catalog)
    bodies = [each.body for each in found]
    return {each.body: life(each) for each in found if bodies.count(each.body) == 1}


def life(seen: Seen) -> str | None:
    """The life that the key says; it and the scope must agree."""
    value = seen.keys.get("parsl.interchange")
    (scope,) = seen.scope
    assert scope.endswith(f"/{UEP} (interchange {value})" if value else f"/{UEP}"), scope
    if value:
        assert seen.rules["parsl.interchange"] == RULE
    return value


def of(catalog: Catalog, life: int, name: str) -> list[Seen]:
    return [
        each for each in see(catalog) if each.keys.get("parsl.interchange") == str(life) and each.file.endswith(name)
    ]


def test_each_start_is_a_scope_with_its_managers_and_workers(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, TWICE))
    found = see(catalog)
    assert {life(each) for each in found} == {"100", "200"}
    for pid, name in ((100, FIRST), (200, SECOND)):
        mine = [each for each in found if life(each) == str(pid)]
        assert len(mine) == 9
        assert {each.keys.get("parsl.manager") for each in mine} == {name, None}
        assert {each.file.split("/")[-2] for each in mine} == {name, LABEL}
    assert conflicts(catalog) == []
    assert {scope.name for scope in catalog.scopes.values()} == {
        f"interchange {pid} of uep.5c7202b5….bac77271…" for pid in (100, 200)
    }


def test_a_task_of_one_life_is_followed_without_the_other(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, TWICE))
    with pytest.raises(EntityError, match=r"fits 2 entities; name one by adding parsl\.interchange") as raised:
        entities.resolve(catalog, [("parsl.executor_task", "1")])
    assert [each.partition("   ")[0] for each in raised.value.candidates] == [
        f"parsl.interchange={pid} parsl.executor={LABEL} parsl.executor_task=1" for pid in (100, 200)
    ]
    for candidate, name in zip(raised.value.candidates, (FIRST, SECOND), strict=True):
        keys = candidate.partition("   ")[0].split()
        one = entities.resolve(catalog, [(key, value) for key, _, value in (pair.partition("=") for pair in keys)])
        assert one == entities.resolve(catalog, [("parsl.executor_task", "1"), ("parsl.interchange", keys[0][18:])])
        assert [step.row.body for step in flow.flow(catalog, one).steps] == [
            "Putting task 1 onto pending_task_queue",
            f"Sent tasks: [1] to manager b'{name}'",
            "Got executor tasks: [1], cumulative count of tasks: 1",
            "Received executor task 1",
            "Completed executor task 1",
            "Removing task 1 from manager",
        ]


def test_the_key_alone_names_the_whole_life(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, TWICE))
    one = entities.resolve(catalog, [("parsl.interchange", "0200")])
    assert (one.kind, one.keys, len(flow.flow(catalog, one).steps)) == ("run", (), 9)
    assert entities.describe(catalog, one).startswith("parsl.interchange=200 ")


def test_the_same_interchange_in_two_directories_is_named_by_its_directory(tmp_path: Path) -> None:
    for copy in "ab":
        write(tmp_path / copy, TWICE)
    catalog = load(tmp_path)
    with pytest.raises(EntityError, match=r"fits 4 entities; name one by adding wideview\.scope"):
        entities.resolve(catalog, [("parsl.executor_task", "1")])
    with pytest.raises(EntityError, match=r"fits 2 entities; name one by adding wideview\.scope") as raised:
        entities.resolve(catalog, [("parsl.executor_task", "1"), ("parsl.interchange", "100")])
    assert [
        f"wideview.scope={tmp_path}/{copy}/{UEP} (interchange 100)" in line
        for copy, line in zip("ab", raised.value.candidates, strict=True)
    ] == [True, True]


def test_one_start_is_not_taken_apart(tmp_path: Path) -> None:
    catalog = load(
        write(
            tmp_path,
            {name: data for name, data in TWICE.items() if SECOND not in name} | {FILE: interchange(10, 100, FIRST)},
        )
    )
    assert [scope.path for scope in catalog.scopes.values()] == [str(tmp_path / UEP)]
    assert "parsl.interchange" not in catalog.rule_keys_present
    assert entities.resolve(catalog, [("parsl.executor_task", "1")]).kind == "executor task"


def test_two_executors_are_not_two_lives(tmp_path: Path) -> None:
    other = FILE.replace(LABEL, "Other")
    catalog = load(write(tmp_path, {FILE: interchange(10, 100, FIRST), other: interchange(11, 200, SECOND)}))
    assert [scope.path for scope in catalog.scopes.values()] == [str(tmp_path / UEP)]
    assert "parsl.interchange" not in catalog.rule_keys_present


def test_a_run_that_is_named_is_not_taken_apart(tmp_path: Path) -> None:
    """Its executor goes on counting, and the submit process speaks of all of its tasks."""
    catalog = load(write(tmp_path, TWICE | {f"{UEP}/parsl.log": text(9, f"Run id is: {RUN}")}))
    assert [scope.path for scope in catalog.scopes.values()] == [str(tmp_path / UEP)]
    assert "parsl.interchange" not in catalog.rule_keys_present


def test_a_process_that_ran_with_one_life_only_belongs_to_it(tmp_path: Path) -> None:
    log = endpoint(9, "a begins", 50) + endpoint(12, "a works", 50) + endpoint(17, "a ends", 50)
    log += endpoint(20, "b comes and goes", 55)
    log += endpoint(29, "c begins", 60) + endpoint(31, "c works", 60) + endpoint(40, "c ends", 60)
    found = lives(load(write(tmp_path, TWICE | {f"{UEP}/endpoint.log": log})))
    assert [found[f"a {each}"] for each in ("begins", "works", "ends")] == ["100"] * 3
    assert [found[f"c {each}"] for each in ("begins", "works", "ends")] == ["200"] * 3
    assert found["b comes and goes"] is None


def test_of_a_process_that_outlives_lives_only_what_it_wrote_during_one(tmp_path: Path) -> None:
    at = (9, 10, 12, 15, 20, 30, 32, 40)
    log = "".join(endpoint(second, f"at {second}", 50) for second in at)
    log += endpoint(21, f"Sent hold request to manager: {FIRST}", 50).replace(
        "parsl.executors.x", "parsl.executors.high_throughput.executor"
    )
    found = lives(load(write(tmp_path, TWICE | {f"{UEP}/endpoint.log": log})))
    assert [found[f"at {second}"] for second in at] == [None, "100", "100", "100", None, "200", "200", None]
    assert found[f"Sent hold request to manager: {FIRST}"] == "100"


def test_while_two_lives_overlap_time_proves_nothing(tmp_path: Path) -> None:
    both = {FILE: interchange(10, 100, FIRST) + interchange(13, 200, SECOND)}
    log = endpoint(11, "only the first", 50) + endpoint(14, "either", 50) + endpoint(17, "only the second", 50)
    found = lives(load(write(tmp_path, TWICE | both | {f"{UEP}/endpoint.log": log})))
    assert [found[each] for each in ("only the first", "either", "only the second")] == ["100", None, "200"]


@pytest.mark.parametrize(("second", "expected"), [(12, "100"), (20, None), (33, "200"), (50, None)])
def test_output_of_a_block_belongs_to_the_life_it_was_started_in(
    tmp_path: Path, second: int, expected: str | None
) -> None:
    name = f"{UEP}/submit_scripts/parsl.{LABEL}.block-0.{START + second}.598692.sh.err"
    found = lives(load(write(tmp_path, TWICE | {name: "a voice\nanother\n"})))
    assert (found["a voice"], found["another"]) == (expected, expected)


def test_a_manager_of_both_lives_belongs_to_each_by_time(tmp_path: Path) -> None:
    same = {FILE: interchange(10, 100, FIRST) + interchange(30, 200, FIRST)}
    log = text(12, "early", POOL, pid=9) + text(20, "between", POOL, pid=9) + text(34, "late", POOL, pid=9)
    found = lives(load(write(tmp_path, same | {f"{UEP}/{LABEL}/block-0/{FIRST}/manager.log": log})))
    assert (found["early"], found["between"], found["late"]) == ("100", None, "200")


def test_a_line_without_a_time_belongs_to_the_life_around_it(tmp_path: Path) -> None:
    """Here in a batch script's output, whose name tells no time."""
    lines = [
        "x0\n",
        text(12, "in the first", pid=9),
        "x1\n",
        text(13, "still", pid=9),
        "x2\n",
        text(33, "second", pid=9),
        "x3\n",
    ]
    found = lives(load(write(tmp_path, TWICE | {f"{UEP}/submit_scripts/job.err": "".join(lines)})))
    assert [found[f"x{i}"] for i in range(4)] == [None, "100", None, None]


@pytest.mark.parametrize("ahead", [-6, 0, 9])
def test_local_times_take_the_zone_that_the_interchange_proves(tmp_path: Path, ahead: int) -> None:
    files = {FILE: interchange(10, 100, FIRST, ahead) + interchange(30, 200, SECOND, ahead)}
    catalog = load(write(tmp_path, files | {f"{UEP}/endpoint.log": endpoint(11.25, "now", 50, ahead)}))
    now = by_body_of(catalog, "now")
    assert (now.time, life(now)) == ((START + 11) * 10**9 + 250_000_000, "100")


def by_body_of(catalog: Catalog, body: str) -> Seen:
    return next(each for each in see(catalog) if each.body == body)


def test_the_endpoint_is_known_in_every_life(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, TWICE | {f"{UEP}/endpoint.log": endpoint(20, "between", 50)}))
    assert {(each.keys["gc.endpoint"], each.keys["gc.user_endpoint"]) for each in see(catalog)} == {UUIDS}
    assert len(catalog.scopes) == 3


def test_an_export_keeps_the_lives(tmp_path: Path) -> None:
    catalog = load(write(tmp_path / "run", TWICE))
    with (tmp_path / "out.jsonl").open("wb") as out:
        export.write(catalog, Selection(), out)
    again = load(tmp_path / "out.jsonl")
    assert [(each.body, each.scope, each.keys["parsl.interchange"]) for each in see(again)] == [
        (each.body, each.scope, life(each)) for each in see(catalog)
    ]
    names = [{(scope.path, scope.name, scope.life) for scope in each.scopes.values()} for each in (catalog, again)]
    assert names[0] == names[1]


OWN = """
[[life]]
name = "server"
key = "sim.server"
of = "process"
logger = "sim.server"
bound = ["sim.session"]

[[extract]]
name = "session"
logger = "sim.*"
pattern = 'session (?P<session>\\w+)'
keys = { session = "sim.session" }
"""


def test_a_user_may_say_what_else_lives(tmp_path: Path) -> None:
    log = text(1, "session a opened", "sim.server", pid=5) + text(9, "session b opened", "sim.server", pid=6)
    log += text(20, "session b used", "sim.client", pid=7) + text(21, "session c used", "sim.client", pid=7)
    found = by_body(load(write(tmp_path, {"sim.log": log}), toml=OWN))
    assert {body.split()[1]: each.keys.get("sim.server") for body, each in found.items()} == {
        "a": "5",
        "b": "6",
        "c": None,
    }
    assert [body for body, each in found.items() if each.scope[0].endswith(" (server 6)")] == [
        "session b opened",
        "session b used",
    ]


def test_a_rule_that_is_disabled_takes_nothing_apart(tmp_path: Path) -> None:
    catalog = load(write(tmp_path, TWICE), toml=f"[[life]]\nname = '{RULE}'\ndisable = true\n")
    assert len(catalog.scopes) == 1
    assert [each.key for each in conflicts(catalog)] == ["parsl.manager"]


# --- a real endpoint that was started twice ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Catalog:
    return load(FIXTURES / "globus")


def tasks(catalog: Catalog) -> dict[tuple[str, str], list[str]]:
    """(interchange, executor task) -> bodies of its flow."""
    found = {}
    for scope in catalog.scopes.values():
        if not scope.life:  # that of the script's own notes, beside the endpoint's directory
            continue
        for task in range(1, 9):
            keys = (("parsl.executor", LABEL), ("parsl.executor_task", str(task)))
            steps = flow.flow(catalog, Entity("executor task", keys, scope.id, scope.name)).steps
            found[scope.life[1], str(task)] = [step.row.body for step in steps]
    return found


def test_every_task_of_a_real_endpoint_goes_its_way_once(real: Catalog) -> None:
    found = tasks(real)
    assert len(found) == 16
    for (pid, task), bodies in found.items():
        for step in (
            "Putting task {} onto",
            "Received executor task {}",
            "Completed executor task {}",
            "Removing task {} from",
        ):
            assert sum(body.startswith(step.format(task)) for body in bodies) == 1, (pid, task, step)
        assert sum(body.startswith("Sent tasks: ") for body in bodies) == 1
        told = {name for name in (FIRST, SECOND) if any(name in body for body in bodies)}
        assert told == {FIRST if pid == "8727" else SECOND}
    assert conflicts(real) == []


def test_the_key_navigator_leads_to_failed_tasks(real: Catalog) -> None:
    name = "run > endpoint > Globus Compute task"
    assert name in hierarchy.names(real)
    (first, *_) = [node for node in hierarchy.nodes(real, name) if node.entity and "8727" in node.entity.run]
    (one,) = hierarchy.nodes(real, name, first.path)
    assert one.entity and one.entity.keys == (("gc.endpoint", UUIDS[0]),)
    found = [node.path[-1][1][:8] for node in hierarchy.nodes(real, name, one.path)]
    assert found == ["5d9d5f3c", "bda0e2e0"]


def test_failed_tasks_of_a_real_endpoint_are_found_by_uuid_in_their_life(real: Catalog) -> None:
    (truth,) = (FIXTURES / "globus").rglob("*.truth-gc-to-htex.txt")
    lines = [line.split() for line in truth.read_text().splitlines()]
    failed = [uuid for uuid, _, _, error in lines if error == "error=True"]
    found = {each.keys["gc.task"]: each for each in see(real) if "gc.task" in each.keys}
    assert list(found) == failed and len(failed) == 4
    assert [life(found[uuid]) for uuid in failed] == ["8727", "8727", "8799", "8799"]
    for uuid in failed:
        (step,) = flow.flow(real, entities.resolve(real, [("gc.task", uuid.upper())])).steps
        assert step.row.body.splitlines()[1] == "Traceback (most recent call last):"
