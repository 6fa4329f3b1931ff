"""Charts of real runs: sources that tell the same agree, and what is counted agrees with what is logged."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.shared.data import DATA, needs_data, opened
from tui.query.browse import Browser
from tui.query.charts import queue, states
from tui.query.charts.base import Array
from tui.query.charts.told import numbers, timed
from tui.query.model import Selection

pytestmark = [needs_data, pytest.mark.xdist_group("charts")]

MILLISECOND = 1_000_000

#: The log knows of no running, which to it is a part of being launched.
AS_LOGGED = {"running": "launched", "running_ended": "launched"}


def changes(found: states.Changes) -> dict[tuple[int, str, int], int]:
    """The time of every change by thing, state, and how often it took this state before."""
    times: dict[tuple[int, str, int], int] = {}
    before: Counter[tuple[int, str]] = Counter()
    for thing, code, time in zip(found.things.tolist(), found.codes.tolist(), found.times.tolist(), strict=True):
        state = found.states[code]
        times[thing, state, before[thing, state]] = time
        before[thing, state] += 1
    return times


def as_logged(found: states.Changes) -> states.Changes:
    """*found* with the states that the log tells."""
    names = sorted({AS_LOGGED.get(state, state) for state in found.states})
    code = np.array([names.index(AS_LOGGED.get(state, state)) for state in found.states])[found.codes]
    rest = (found.sources, found.times, found.scopes, tuple(names), found.names)
    return states.Changes(found.records, found.things, code, *rest)


def test_parsl_log_and_monitoring_db_tell_the_same_states() -> None:
    """Both tell 1,731 changes; what the database tells was noted after the log's record, 0.02 ms at the median, 6 ms at
    most. So the number of tasks in a state differs by 2 at most, and for less than a thousandth of the time."""
    catalog = opened(DATA / "parsl-text/runinfo")
    log, db = (states.told_by(catalog, "parsl.task_state", name) for name in ("parsl", "monitoring.db"))
    in_log, in_db = changes(log), changes(db)
    assert len(in_log) == 1731 and in_log.keys() <= in_db.keys()
    assert {state for _, state, _ in in_db.keys() - in_log.keys()} == {"running", "running_ended"}
    late = np.array([in_db[change] - time for change, time in in_log.items()]) / MILLISECOND
    assert late.min() > 0 and np.median(late) < 0.05 and np.percentile(late, 99) < 1 and late.max() < 6

    (x, y), (other_x, other_y) = states.counts(as_logged(log)), states.counts(as_logged(db))
    moments = np.union1d(x, other_x)
    difference = held(other_x, other_y, moments) - held(x, y, moments)
    assert np.abs(difference).max() == 2 and not difference[:, -1].any()
    lasts = np.diff(moments)
    assert (lasts * (difference[:, :-1] != 0)).sum(axis=1).max() / lasts.sum() < 0.001


def held(x: Array, rows: Array, moments: Array) -> Array:
    """The values of *rows* that hold at *moments*."""
    at = np.searchsorted(x, moments, "right") - 1
    found: Array = np.where(at < 0, 0, rows[:, np.maximum(at, 0)])
    return found


def test_running_before_launched_is_flagged() -> None:
    plot = Browser(opened(DATA / "parsl-text/runinfo")).chart("states", Selection())
    assert plot.notes[-1] == "9 tasks told to be running before launched: drawn as the data say"


@pytest.mark.parametrize(
    ("run", "executor", "logged_minus_derived"),
    [
        ("000", "htex_Local", {-2: 1, -1: 186, 0: 187}),
        ("002", "htex_Local", {-2: 2, -1: 89, 0: 91}),
        ("002", "htex_Two", {-2: 2, -1: 96, 0: 98}),
    ],
)
def test_derived_lengths_are_the_logged_ones(run: str, executor: str, logged_minus_derived: dict[int, int]) -> None:
    """The interchange logs the length of its queue when it has told that it put a task: the same comes out. It does so
    when it has taken tasks out, too, before it tells that it sent them: one less, and two where it sent two."""
    browser = Browser(opened(DATA / f"parsl-observability/runinfo/{run}"))
    catalog = browser.catalog
    found = {name: (x, y) for name, x, y in queue.lengths(catalog, "put-sent", Selection())}
    records, logged = numbers(catalog, "queued_tasks")
    mine = np.isin(records, browser.ids(Selection(f"source:interchange AND parsl.executor:{executor}")))
    _, times = timed(catalog, records[mine])
    x, y = found[executor]
    derived = held(x, y[None, :], times)[0]
    assert dict(Counter((logged[mine] - derived).astype(int).tolist())) == logged_minus_derived
    assert np.abs(logged[mine] - derived).max() <= 2


def test_work_queue_tells_its_states_twice() -> None:
    """The debug log's clock shows hundredths of a second."""
    catalog = opened(DATA / "workqueue/runinfo-rel")
    told = [changes(states.told_by(catalog, "wq.state", name)) for name in ("wq", "wq debug")]
    assert told[0].keys() == told[1].keys() and len(told[0]) == 335
    assert max(abs(told[1][change] - time) for change, time in told[0].items()) < 20 * MILLISECOND


def test_a_file_in_which_several_programs_stand_is_one_line() -> None:
    """What CloudWatch took from an agent and from others lies in one file, at two places."""
    browser = Browser(opened(DATA / "others"))
    plot = browser.chart("queue", Selection(), "ingestionTime")
    assert len({series.name for series in plot.series}) == len(plot.series) > 1
    for series in plot.series:
        ids = browser.ids(plot.back(Selection(), plot.start, plot.end, series.name))
        assert len(ids) >= len(set(series.x.tolist()) - {plot.end})
