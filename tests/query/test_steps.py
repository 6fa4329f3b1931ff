"""Tests of tui.query.steps: variants, times and waits are those that a plain walk over every entity's steps finds."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FIXTURES, load
from tests.query.making import text, write
from tui.errors import EntityError, FilterError
from tui.query import step_rows
from tui.query.browse import Browser
from tui.query.flow import measure
from tui.query.model import Selection
from tui.query.step_rows import Ground
from tui.query.steps import ALL, Spread, Steps
from tui.records import NO_TIME

KEYS = ("parsl.task",)


class Pair(NamedTuple):
    """One record about one thing, in stream order."""

    record: int
    thing: int
    time: int | None
    place: int
    template: int
    retold: bool


@st.composite
def pairs(draw: st.DrawFn) -> list[Pair]:
    """Records about few things, of few templates in few places, some at the same time, some without one."""
    count = draw(st.integers(0, 40))
    last = draw(st.sampled_from((8, 400, 50_000)))
    times = sorted(draw(st.lists(st.integers(0, last), min_size=count, max_size=count)))
    made = []
    for record, time in enumerate(times):
        place = draw(st.integers(0, 2))
        timed = draw(st.integers(0, 9)) > 0
        thing, template = draw(st.integers(0, 4)), draw(st.integers(0, 5))
        made.append(Pair(record, thing, time if timed else None, place, template, place == 2))
    return made


def answer(browser: Browser, given: list[Pair]) -> Steps:
    """What the engine says of *given*, as records of a real load: its templates and places have names."""
    ordered = [pair._replace(time=NO_TIME if pair.time is None else pair.time) for pair in given]
    ordered.sort(key=lambda pair: pair.thing)
    columns = [np.array([pair[i] for pair in ordered], np.int64) for i in range(len(Pair._fields))]
    records, things, times, places, templates, retold = columns
    ground = Ground(
        KEYS, (0,) * 5, tuple((str(i),) for i in range(5)), records, things, times, places, templates,
        retold.astype(bool), np.lexsort((records, places, things)), np.lexsort((records, templates, things)),
    )  # fmt: skip
    return Steps(browser.catalog, ground, step_rows.rows(ground, np.arange(len(given)), len(given)))


def kept(given: list[Pair]) -> dict[int, list[Pair]]:
    """The steps of every thing."""
    things: dict[int, list[Pair]] = defaultdict(list)
    for pair in given:
        things[pair.thing].append(pair)
    for thing, own in things.items():
        logged = [pair for pair in own if pair.time is not None and not pair.retold]
        timed = [pair for pair in own if pair.time is not None]
        things[thing] = logged or timed or own
    return dict(things)


class Came(NamedTuple):
    """The first occurrence of a template in a thing."""

    thing: int
    at: int
    since: int
    waited: int | None
    origin: int | None


def walk(own: list[Pair]) -> dict[int, Came]:
    """The first occurrences in one thing, by template."""
    found: dict[int, Came] = {}
    for i, pair in enumerate(own):
        if pair.time is None or pair.template in found:
            continue
        same = [earlier for earlier in own[:i] if earlier.place == pair.place]
        before = (same or own[:i])[-1:]
        start = own[0].time or 0
        waited = pair.time - (before[0].time or 0) if before else None
        found[pair.template] = Came(
            pair.thing, pair.time, pair.time - start, waited, before[0].template if before else None
        )
    return found


def same(spread: Spread | None, times: list[int]) -> bool:
    """Whether *spread* says the same as *times*."""
    if spread is None or not times:
        return spread is None and not times
    told = (spread.median, spread.p95, spread.p99)
    exact = sorted(times)
    for q, value in zip((0.5, 0.95, 0.99), told, strict=True):
        at = q * (len(exact) - 1)
        low = exact[int(at)]
        high = exact[min(int(at) + 1, len(exact) - 1)]
        if abs(low + (high - low) * (at - int(at)) - value) > 1e-6:
            return False
    return spread.count == len(times) and abs(spread.mean - sum(times) / len(times)) < 1e-6


@given(pairs())
def test_it_says_what_a_plain_walk_finds(text_run: Browser, given: list[Pair]) -> None:
    things = kept(given)
    sets = {thing: frozenset(pair.template for pair in own) for thing, own in things.items()}
    found = answer(text_run, given)
    assert len(found) == len(things)
    assert [v.count for v in found.variants] == sorted(Counter(sets.values()).values(), reverse=True)
    assert sum(v.count for v in found.variants) == len(things)
    for number in [ALL, *(v.number for v in found.variants)]:
        mine = [thing for thing in things if number == ALL or found.variant_of(thing) == number]
        assert sorted(found.things(number).tolist()) == sorted(mine)
        assert number == ALL or {sets[thing] for thing in mine} == {frozenset(found.variants[number - 1].templates)}
        check(found, number, {thing: things[thing] for thing in mine})


def check(found: Steps, number: int, things: dict[int, list[Pair]]) -> None:
    """Whether every step of a variant is what a walk over its *things* finds."""
    steps = found.steps(number)
    came: dict[int, list[Came]] = defaultdict(list)
    for own in things.values():
        for template, each in walk(own).items():
            came[template].append(each)
    have = Counter(template for own in things.values() for template in {pair.template for pair in own})
    assert {step.template: step.count for step in steps} == have
    every = Counter(pair.template for own in things.values() for pair in own)
    assert {step.template: step.times for step in steps} == {each: every[each] / have[each] for each in every}
    assert all(-1e-9 <= step.repeated <= step.share + 1e-9 for step in steps)
    for step in steps:
        here = came[step.template]
        waits = [each for each in here if each.waited is not None]
        assert same(step.since, [each.since for each in here])
        assert same(step.waited, [each.waited or 0 for each in waits])
        origins = Counter(each.origin for each in waits)
        assert (
            step.waited_from in [None if not waits else key for key, n in origins.items() if n == max(origins.values())]
            or not waits
        )
        spans = [(each.at - (each.waited or 0), each.at) for each in waits]
        assert step.waiting == max((sum(a <= at < b for a, b in spans) for at, _ in spans), default=0)
    whole = sum((own[-1].time or 0) - (own[0].time or 0) for own in things.values())
    assert sum(step.share for step in steps) == pytest.approx(1.0 if whole else 0.0)
    assert sum(step.most for step in steps) == (1 if whole else 0)
    swapped = {(swap.earlier, swap.later): (swap.count, swap.of) for swap in found.swaps(number)}
    for a, b in pairwise(step.template for step in steps):
        both = [(x, y) for x in came[a] for y in came[b] if x.thing == y.thing]
        count = sum(y.at < x.at for x, y in both)
        assert swapped.get((a, b), (0, len(both))) == (count, len(both))
        assert count <= sum(x.at < y.at for x, y in both), "what most do is no other order"


@given(pairs())
def test_the_time_goes_where_a_flow_says_so(text_run: Browser, given: list[Pair]) -> None:
    found = answer(text_run, given)
    for own in kept(given).values():
        if len({pair.retold for pair in own}) > 1 or own[0].time is None:
            continue
        times, files = (np.array([pair[i] for pair in own], np.int64) for i in (2, 3))
        whole = int(times[-1] - times[0])
        slow = measure(times, files, [2], least=1).slow
        credit = dict(zip(found._rows.records.tolist(), found._rows.credit.tolist(), strict=True))
        assert sum(credit[pair.record] for pair in own) == whole
        assert {own[i].record for i in slow} <= {pair.record for pair in own if 10 * credit[pair.record] >= whole}


@given(pairs(), st.integers(1, 12), st.booleans())
def test_a_histogram_holds_every_entity_once(text_run: Browser, given: list[Pair], bins: int, waited: bool) -> None:
    found = answer(text_run, given)
    for step in found.steps():
        spread = step.waited if waited else step.since
        made = found.histogram(step.template, ALL, waited, bins)
        assert len(made.counts) == len(made.things) <= bins
        assert made.counts.sum() == (spread.count if spread else 0)
        things, times = found.times(step.template, ALL, waited)
        by_thing = dict(zip(things.tolist(), times.tolist(), strict=True))
        for low, high, inside, count in zip(made.edges, made.edges[1:], made.things, made.counts, strict=False):
            assert len(inside) == count
            assert all(low <= by_thing[thing] <= high for thing in inside.tolist())


@pytest.fixture(scope="module")
def logs_alone() -> Browser:
    """The text run without its monitoring.db."""
    return load(FIXTURES / "text" / "runinfo" / "000")


def test_a_database_that_retells_makes_no_other_variants(text_run: Browser, logs_alone: Browser) -> None:
    both, logs = text_run.steps(), logs_alone.steps()
    for a, b in zip(both.variants, logs.variants, strict=True):
        assert (a.name, a.count, a.groups, a.whole) == (b.name, b.count, b.groups, b.whole)
    texts = [[(step.text, step.since, step.waited, step.share) for step in found.steps(1)] for found in (both, logs)]
    assert texts[0] == texts[1]


def test_a_database_alone_has_steps_too(loaded: object) -> None:
    found = load(FIXTURES / "text" / "runinfo" / "monitoring.db").steps()
    assert len(found) == 14
    assert {step.source for step in found.steps()} == {"monitoring.db"}
    assert {v.name for v in found.variants} >= {"exec_done", "dep_fail", "memo_done"}


def test_variants_are_named_by_the_states_they_reach(text_run: Browser) -> None:
    found = text_run.steps()
    assert sum(v.count for v in found.variants) == len(found) == 14
    names = {v.name for v in found.variants}
    assert {"exec_done", "failed after fail_retryable", "memo_done", "dep_fail", "exec_done after joining"} <= names
    apps = Counter({name: count for v in found.variants for name, count in v.groups})
    assert sum(apps.values()) <= 14
    for v in found.variants:
        base = found.variants[v.like - 1]
        assert set(v.templates) == (set(base.templates) | set(v.with_)) - set(v.without)


def test_the_long_wait_is_where_the_time_goes(text_run: Browser) -> None:
    found = text_run.steps()
    [most] = [step for step in found.steps() if step.most]
    assert most.text == "Sent tasks: <*> to manager <*>"
    assert most.source == "interchange"
    assert most.waited_from is not None
    assert text_run.catalog.templates[most.waited_from] == "Put task <*> onto pending_task_queue"


def test_roles_are_shared_by_all_workers(json_run: Browser) -> None:
    assert {step.source for step in json_run.steps().steps()} <= {"parsl", "interchange", "manager", "worker"}


def test_a_selection_leaves_records(text_run: Browser) -> None:
    found = text_run.steps(Selection("source:interchange"))
    assert {step.source for step in found.steps()} == {"interchange"}
    assert len(found.variants) == 1
    hidden = found.steps()[0].template
    assert hidden not in [step.template for step in text_run.steps(Selection(hidden=(hidden,))).steps()]
    nothing = text_run.steps(Selection("no such words anywhere"))
    assert (len(nothing), nothing.variants, nothing.steps(), nothing.swaps()) == (0, (), (), ())


def test_other_things_take_steps_too(json_run: Browser) -> None:
    found = json_run.steps(by=["parsl.executor_task"])
    assert found.keys == ("parsl.executor", "parsl.executor_task")
    entity = found.entity(int(found.things(1)[0]))
    assert entity.kind == "executor task"
    assert len(json_run.flow(entity).steps) > 0


def test_what_cannot_be_followed_is_said(text_run: Browser, tmp_path: Path) -> None:
    with pytest.raises(EntityError, match="'nope' is not a key that can be followed"):
        text_run.steps(by=["nope"])
    with pytest.raises(FilterError):
        text_run.steps(Selection("level:("))
    with pytest.raises(IndexError):
        text_run.steps().steps(99)
    write(tmp_path, {"app.log": "2026-11-20T07:44:29Z nothing here\n"})
    with pytest.raises(EntityError, match="nothing that takes steps"):
        load(tmp_path / "app.log").steps()


def test_what_ended_with_the_first_is_no_repeats_time() -> None:
    """The caller's wait for its answer is told when that comes; nearly all of it went by before the work began."""
    found = load(FIXTURES / "academy" / "home").steps()
    [most] = [step for step in found.steps(1) if step.most]
    assert most.times == 2 and most.share > 0.97 and most.repeated < 0.02


def test_what_reaches_beyond_the_window_is_counted(text_run: Browser) -> None:
    """A window that holds everything cuts nothing; one that ends in the middle cuts whatever has a step after it."""
    times, whole = text_run.catalog.clock[0], text_run.steps()
    known = times[times != NO_TIME]
    middle = int(np.median(known))
    assert whole.cut() == 0 == text_run.steps(Selection(window=(int(known.min()), int(known.max()) + 1))).cut()
    found = text_run.steps(Selection(window=(int(known.min()), middle)))
    rows = whole._rows
    late = set(rows.things[rows.times >= middle].tolist())
    assert found.cut() == len(late & set(found.things().tolist())) > 0
    assert found.cut() == sum(found.cut(variant.number) for variant in found.variants)


def test_medians_over_others_are_no_order(tmp_path: Path) -> None:
    """Most tasks print nothing and are slow: the step that all have still stands before what follows it in each."""
    lines = []
    for task, (later, printed) in enumerate(((1, True), (50, False), (60, False))):
        lines += [(0, task, "initializing state to pending"), (later, task, "changing state from pending to launched")]
        lines += [(later + 1, task, "will be printed")] * printed
    told = [text(at, f"Task {task} {what}") for at, task, what in sorted(lines)]
    write(tmp_path, {"run/000/parsl.log": "".join(told)})
    found = load(tmp_path).steps()
    assert [step.text.split()[-1] for step in found.steps(ALL)] == ["pending", "launched", "printed"]
    assert [step.since.median for step in found.steps(ALL) if step.since] == [0, 50e9, 2e9]
    assert found.swaps(ALL) == ()


def test_a_wait_that_spans_others_says_so(text_run: Browser) -> None:
    """From launched to done: nearly all of that is waiting for a manager."""
    [whole] = [step for step in text_run.steps().steps(1) if step.text.endswith("from launched to exec_done")]
    assert whole.spans and whole.share < 0.01 and whole.waited is not None and whole.waited.median > 5e8
    assert [step.spans for step in text_run.steps().steps(1) if step.most] == [False]


def test_a_second_try_counts_once(tmp_path: Path) -> None:
    lines = [text(1, "Task 3 initializing state to pending")]
    lines += [text(at, "Task 3 changing state from pending to launched") for at in (2, 4)]
    write(tmp_path, {"run/000/parsl.log": "".join(lines)})
    found = load(tmp_path).steps()
    assert [(step.count, step.since and step.since.mean) for step in found.steps(1)] == [(1, 0), (1, 1e9)]
    step = found.steps(1)[1]
    assert step.share == 1.0, "the second wait is a part of the whole, too"
    assert (step.times, step.often) == (2.0, "×2.0") and step.repeated == pytest.approx(2 / 3)
    assert found.steps(1)[0].often == ""
    assert found.whole(1) == Spread(1, 3e9, 3e9, 3e9, 3e9)
